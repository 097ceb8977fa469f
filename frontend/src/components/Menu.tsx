import { Check, ListFilter } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { Button } from "./Button";

const CONTENT = "z-50 max-h-80 min-w-40 overflow-y-auto rounded-md border bg-surface p-1 shadow-lg";
const ITEM =
  "flex w-full cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-sm -outline-offset-2 " +
  "data-[highlighted]:bg-raised data-[disabled]:pointer-events-none data-[disabled]:opacity-50";

export function Menu({
  trigger,
  align = "end",
  children,
}: {
  trigger: ReactNode;
  align?: "start" | "end";
  children: ReactNode;
}): ReactNode {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align={align} sideOffset={4} className={CONTENT}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  children: ReactNode;
}

export function MenuItem({ onSelect, danger = false, disabled, children }: MenuItemProps): ReactNode {
  return (
    <DropdownMenu.Item disabled={disabled} onSelect={onSelect} className={classes(ITEM, danger && "text-offline")}>
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }): ReactNode {
  return <DropdownMenu.Label className="px-2 py-1 text-xs font-medium text-muted">{children}</DropdownMenu.Label>;
}

export function MenuSeparator(): ReactNode {
  return <DropdownMenu.Separator className="my-1 border-t" />;
}

interface FilterMenuProps {
  label: string;
  options: readonly { value: string; label: ReactNode }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Any of several values; the button says how many are chosen. */
export function FilterMenu({ label, options, chosen, onChange }: FilterMenuProps): ReactNode {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button className={classes(chosen.length > 0 && "border-accent text-accent")}>
          <ListFilter aria-hidden className="size-3.5" />
          {label}
          {chosen.length > 0 && <span className="tabular text-xs">({chosen.length})</span>}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={4} className={CONTENT}>
          {options.map((option) => (
            <DropdownMenu.CheckboxItem
              key={option.value}
              checked={chosen.includes(option.value)}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={(now) =>
                onChange(now ? [...chosen, option.value] : chosen.filter((value) => value !== option.value))
              }
              className={classes(ITEM, "pl-7")}
            >
              <DropdownMenu.ItemIndicator className="-ml-5 w-3">
                <Check aria-hidden className="size-3.5" />
              </DropdownMenu.ItemIndicator>
              {option.label}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
