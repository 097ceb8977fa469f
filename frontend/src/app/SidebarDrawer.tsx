import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, type ReactNode } from "react";
import { IconButton } from "@/components/Button";
import { useFocusReturn } from "@/components/useFocusReturn";
import type { Page } from "@/routing/page";
import { Navigation } from "./Navigation";
import { Brand } from "./Sidebar";
import { text } from "./text";

/** From here on the sidebar has room: `lg` of the classes. */
const ROOM = "(min-width: 64rem)";

interface DrawerProps {
  pages: readonly Page[];
  onClose: () => void;
}

/** The pages over what is open. Goes when a page is chosen, with Escape, with a touch beside it, and when there is room for the sidebar. */
export default function SidebarDrawer({ pages, onClose }: DrawerProps): ReactNode {
  const focus = useFocusReturn();
  useEffect(() => {
    const room = matchMedia(ROOM);
    room.addEventListener("change", onClose);
    return () => room.removeEventListener("change", onClose);
  }, [onClose]);
  return (
    <Dialog.Root open onOpenChange={(now) => !now && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          {...focus}
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 w-64 max-w-[85vw] overflow-y-auto border-r bg-surface shadow-xl"
        >
          <Dialog.Title className="sr-only">{text.navigation}</Dialog.Title>
          <div className="flex h-12 items-center justify-between border-b px-3">
            <Brand onGo={onClose} />
            <Dialog.Close asChild>
              <IconButton label={text.closeNavigation}>
                <X aria-hidden className="size-4" />
              </IconButton>
            </Dialog.Close>
          </div>
          <Navigation pages={pages} onGo={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
