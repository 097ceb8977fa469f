/** What was typed and not saved is not thrown away without a question. */
import { useEffect, useRef, type ReactNode } from "react";
import { useBlocker } from "react-router";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { text } from "./text";

interface DiscardProps {
  onStay: () => void;
  onDiscard: () => void;
}

/** In place of a window's buttons. */
export function DiscardQuestion({ onStay, onDiscard }: DiscardProps): ReactNode {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  return (
    <div role="alert" className="flex flex-1 flex-wrap items-center justify-end gap-2">
      <span className="mr-auto text-sm">{text.discardQuestion}</span>
      <Button ref={stay} onClick={onStay}>
        {text.stay}
      </Button>
      <Button kind="danger" onClick={onDiscard}>
        {text.discard}
      </Button>
    </div>
  );
}

/** On a page that is a form: asks before another page is gone to, and before the browser's tab is closed. */
export function LeaveGuard({ when }: { when: boolean }): ReactNode {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => when && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!when) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [when]);
  if (blocker.state !== "blocked") return null;
  return (
    <Dialog
      open
      title={text.discardTitle}
      description={text.discardQuestion}
      onClose={() => blocker.reset()}
      footer={
        <>
          <Button onClick={() => blocker.reset()}>{text.stay}</Button>
          <Button kind="danger" onClick={() => blocker.proceed()}>
            {text.discard}
          </Button>
        </>
      }
    />
  );
}
