import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState, type ReactNode } from "react";
import { classes } from "@/lib/classes";
import { sentenceOf } from "@/lib/problem";
import { Button, IconButton } from "./Button";
import { FormProblem } from "./FormProblem";
import { text } from "./text";
import { useFocusReturn } from "./useFocusReturn";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  size?: "normal" | "wide";
  /**
   * What a slip may do: `close` by Escape and by a click beside it; `ask` by Escape alone, where something would be lost
   * and `onClose` asks; `nothing`, where a button at the foot is the one way out.
   */
  slip?: "close" | "ask" | "nothing";
  /** Buttons at the foot. */
  footer?: ReactNode;
  children?: ReactNode;
}

/** A window over the page: focus stays in it, Escape closes it, focus goes back where it came from. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  size = "normal",
  slip = "close",
  footer,
  children,
}: DialogProps): ReactNode {
  const focus = useFocusReturn();
  return (
    <Radix.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...focus}
          onInteractOutside={(event) => slip !== "close" && event.preventDefault()}
          onEscapeKeyDown={(event) => slip === "nothing" && event.preventDefault()}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={classes(
            "fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-lg border bg-surface shadow-xl",
            size === "wide" ? "max-w-3xl" : "max-w-lg",
          )}
        >
          <div
            className={classes(
              "flex items-start justify-between gap-3 px-4 py-3",
              children !== undefined && "border-b",
            )}
          >
            <div>
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-sm text-muted">{description}</Radix.Description>
              )}
            </div>
            {slip !== "nothing" && (
              <Radix.Close asChild>
                <IconButton label={text.close} size="small" className="w-7">
                  <X aria-hidden className="size-4" />
                </IconButton>
              </Radix.Close>
            )}
          </div>
          {children !== undefined && <div className="min-h-0 overflow-y-auto px-4 py-3">{children}</div>}
          {footer !== undefined && <div className="flex justify-end gap-2 border-t px-4 py-3">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will be so afterwards, and whether it can be taken back. */
  description: string;
  confirm: string;
  /** The dialog closes when it is done, and says why when it can't be. */
  onConfirm: () => Promise<unknown>;
  children?: ReactNode;
}

/** Asks before what can't be undone. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  description,
  confirm,
  onConfirm,
  children,
}: ConfirmProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const hasBody = Boolean(children) || problem !== undefined;
  const close = (): void => {
    setProblem(undefined);
    onClose();
  };
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={close}>{text.cancel}</Button>
          <Button kind="danger" busy={busy} onClick={() => void run()}>
            {confirm}
          </Button>
        </>
      }
    >
      {hasBody ? (
        <>
          {children}
          <FormProblem message={problem} />
        </>
      ) : undefined}
    </Dialog>
  );
}
