import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Toast } from "radix-ui";
import type { ReactNode } from "react";
import { Button, IconButton } from "./Button";
import { text } from "./text";
import { dismissToast, toast, useToasts, type ToastNews } from "./toast";

const READING_MILLISECONDS = { done: 6000, failed: 12_000 };

export function Toaster(): ReactNode {
  const news = useToasts((state) => state.news);
  return (
    <Toast.Provider swipeDirection="right" label="News">
      {news.map((item) => (
        <OneToast key={item.id} news={item} />
      ))}
      <Toast.Viewport className="fixed right-3 bottom-3 z-[60] flex w-96 max-w-[calc(100vw-1.5rem)] flex-col gap-2" />
    </Toast.Provider>
  );
}

function OneToast({ news }: { news: ToastNews }): ReactNode {
  const undo = news.undo;
  const Icon = news.kind === "done" ? CircleCheck : CircleAlert;
  return (
    <Toast.Root
      duration={READING_MILLISECONDS[news.kind]}
      onOpenChange={(open) => !open && dismissToast(news.id)}
      className="flex items-start gap-2 rounded-md border bg-surface p-3 text-sm shadow-lg"
    >
      <Icon aria-hidden className={news.kind === "done" ? "mt-0.5 size-4 text-online" : "mt-0.5 size-4 text-offline"} />
      <Toast.Title className="min-w-0 flex-1 break-words">{news.message}</Toast.Title>
      {undo !== undefined && (
        <Toast.Action altText={text.undo} asChild>
          <Button size="small" onClick={() => void undo().catch(toast.failed)}>
            {text.undo}
          </Button>
        </Toast.Action>
      )}
      <Toast.Close asChild>
        <IconButton label={text.dismiss} size="small" className="h-6 w-6">
          <X aria-hidden className="size-3.5" />
        </IconButton>
      </Toast.Close>
    </Toast.Root>
  );
}
