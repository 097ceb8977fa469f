import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Page } from "@/routing/page";
import { Navigation } from "./Navigation";
import { text } from "./text";

/** The pages beside what is open, where there is room for both; SidebarDrawer where there isn't. */
export function Sidebar({ pages }: { pages: readonly Page[] }): ReactNode {
  return (
    <aside className="w-56 shrink-0 overflow-y-auto border-r bg-surface max-lg:hidden print:hidden">
      <div className="flex h-12 items-center border-b px-3">
        <Brand />
      </div>
      <Navigation pages={pages} />
    </aside>
  );
}

export function Brand({ onGo }: { onGo?: () => void }): ReactNode {
  return (
    <Link to="/" onClick={onGo} className="flex items-center gap-2 text-base font-semibold">
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" className="size-6" />
      {text.product}
    </Link>
  );
}
