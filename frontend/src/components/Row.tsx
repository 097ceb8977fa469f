/** What rows of tables have: a button that unfolds them, a menu of what can be done with them. */
import { ChevronRight, EllipsisVertical } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { IconButton } from "./Button";
import { Menu } from "./Menu";

interface UnfoldProps {
  open: boolean;
  /** What is unfolded, for who can't see the arrow. */
  label: string;
  onChange: (open: boolean) => void;
  children: ReactNode;
}

/** A row's name, which shows what is below it. */
export function Unfold({ open, label, onChange, children }: UnfoldProps): ReactNode {
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-label={label}
      className="flex items-center gap-1.5 text-left font-medium hover:underline"
      onClick={() => onChange(!open)}
    >
      <ChevronRight
        aria-hidden
        className={classes("size-3.5 shrink-0 text-muted transition-transform", open && "rotate-90")}
      />
      {children}
    </button>
  );
}

/** The three dots at a row's end. */
export function RowMenu({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Menu
      trigger={
        <IconButton label={label} size="small" className="w-7">
          <EllipsisVertical aria-hidden className="size-4" />
        </IconButton>
      }
    >
      {children}
    </Menu>
  );
}
