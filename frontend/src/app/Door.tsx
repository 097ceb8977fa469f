import type { ReactNode } from "react";
import { Button } from "@/components/Button";
import { text } from "./text";

interface DoorProps {
  title: string;
  detail: string;
  onSignIn: () => void;
}

/** What is seen by who is not signed in and not on the way to it. */
export function Door({ title, detail, onSignIn }: DoorProps): ReactNode {
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="flex max-w-sm flex-col items-center gap-3 text-center">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" className="size-12" />
        <h1 className="text-lg font-semibold">{title}</h1>
        <p className="text-sm text-muted">{detail}</p>
        <Button kind="primary" onClick={onSignIn}>
          {text.signIn}
        </Button>
      </div>
    </main>
  );
}
