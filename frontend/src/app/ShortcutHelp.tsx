import type { ReactNode } from "react";
import { Dialog } from "@/components/Dialog";
import type { Page } from "@/routing/page";
import { shortcutHelp, text } from "./text";

export function ShortcutHelp({
  open,
  onClose,
  pages,
}: {
  open: boolean;
  onClose: () => void;
  pages: readonly Page[];
}): ReactNode {
  const places = pages.flatMap(({ navigation, title }) =>
    navigation?.shortcut ? [[`g ${navigation.shortcut}`, title] as const] : [],
  );
  return (
    <Dialog open={open} onClose={onClose} title={text.shortcuts}>
      <dl className="grid gap-x-8 gap-y-2 text-sm sm:grid-cols-2">
        {[...shortcutHelp, ...places].map(([keys, meaning]) => (
          <div key={keys} className="flex items-center justify-between gap-4">
            <dt className="order-2 flex gap-1">
              {keys
                .split(" ")
                .filter(Boolean)
                .map((key) => (
                  <kbd key={key} className="rounded border bg-raised px-1.5 py-0.5 font-mono text-xs">
                    {key}
                  </kbd>
                ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
