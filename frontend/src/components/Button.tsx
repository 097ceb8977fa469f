import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "@/lib/classes";

export type ButtonKind = "primary" | "plain" | "quiet" | "danger";

const KINDS: Record<ButtonKind, string> = {
  primary: "bg-accent text-accent-ink border-transparent hover:brightness-110",
  plain: "bg-surface text-ink border-line hover:bg-raised",
  quiet: "bg-transparent text-muted border-transparent hover:bg-raised hover:text-ink",
  danger: "bg-danger text-danger-ink border-transparent hover:brightness-110",
};

interface ButtonProps extends ComponentProps<"button"> {
  kind?: ButtonKind;
  size?: "small" | "normal";
  /** Shows that its work is under way, and takes no second click. */
  busy?: boolean;
  /** Look like a button but be the child, such as a link. */
  asChild?: boolean;
}

export function Button({
  kind = "plain",
  size = "normal",
  busy = false,
  asChild = false,
  className,
  disabled,
  children,
  ...others
}: ButtonProps): ReactNode {
  const Element = asChild ? Slot.Root : "button";
  return (
    <Element
      {...(asChild ? {} : { type: "button" as const, disabled: disabled === true || busy })}
      aria-busy={busy || undefined}
      className={classes(
        "inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors",
        "disabled:cursor-not-allowed disabled:opacity-50",
        size === "small" ? "h-7 px-2 text-xs" : "h-8 px-3 text-sm",
        KINDS[kind],
        className,
      )}
      {...others}
    >
      {children}
    </Element>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "asChild"> {
  /** What it does, for who can't see the icon. */
  label: string;
}

export function IconButton({ label, kind = "quiet", className, ...others }: IconButtonProps): ReactNode {
  return <Button kind={kind} aria-label={label} title={label} className={classes("w-8 px-0", className)} {...others} />;
}
