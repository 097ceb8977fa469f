import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { IconButton } from "@/components/Button";
import { routingText as text } from "./text";

interface RulePlaceProps {
  name: string;
  place: number;
  last: number;
  /** Whether a move is on its way, until which no other begins. */
  isMoving: boolean;
  /** Undefined while nothing can be moved. */
  onMove: ((to: number) => void) | undefined;
}

/** Where a rule stands among those that are asked, and buttons to move it. */
export function RulePlace({ name, place, last, isMoving, onMove }: RulePlaceProps): ReactNode {
  const mayManage = usePermission("notifications:manage");
  return (
    <span className="flex items-center gap-1">
      <span className="w-6 text-right">{place + 1}</span>
      {mayManage && onMove && last > 0 && (
        <span className="flex">
          <IconButton
            label={text.moveUp(name)}
            size="small"
            aria-disabled={place === 0 || isMoving}
            className="aria-disabled:opacity-40"
            onClick={() => place > 0 && !isMoving && onMove(place - 1)}
          >
            <ArrowUp aria-hidden className="size-3.5" />
          </IconButton>
          <IconButton
            label={text.moveDown(name)}
            size="small"
            aria-disabled={place === last || isMoving}
            className="aria-disabled:opacity-40"
            onClick={() => place < last && !isMoving && onMove(place + 1)}
          >
            <ArrowDown aria-hidden className="size-3.5" />
          </IconButton>
        </span>
      )}
    </span>
  );
}
