import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

/** From a page of one thing to the list that it is in. */
export function BackLink({ to, children }: { to: string; children: ReactNode }): ReactNode {
  return (
    <Link to={to} className="mb-2 inline-flex items-center gap-1 text-sm text-muted hover:text-ink print:hidden">
      <ArrowLeft aria-hidden className="size-4" />
      {children}
    </Link>
  );
}
