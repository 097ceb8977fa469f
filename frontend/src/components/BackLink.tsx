import { ArrowLeft } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { Link, NavigationType, useLocation, useNavigationType, type LinkProps } from "react-router";

/** What is remembered of a list by who goes from it to a page of one thing in it. */
interface WayBack {
  list: { pathname: string; search: string };
}

/** The state of a link, or a move, from the list that is shown to a page with a BackLink. */
export function useWayBack(): WayBack {
  const { pathname, search } = useLocation();
  return useMemo(() => ({ list: { pathname, search } }), [pathname, search]);
}

/** Whether what is shown has been come back to: with a BackLink, with the browser's own way back, or by a reload. */
export function useIsBack(): boolean {
  const state = useLocation().state as { isBack?: boolean } | null;
  const isPop = useNavigationType() === NavigationType.Pop;
  return isPop || state?.isBack === true;
}

/** From a list to a page of one thing in it, which has a BackLink. */
export function LinkFromList(props: Omit<LinkProps, "state">): ReactNode {
  return <Link {...props} state={useWayBack()} />;
}

/** From a page of one thing to the list that it is in, with the filters that the list had for who comes from there. */
export function BackLink({ to, children }: { to: string; children: ReactNode }): ReactNode {
  const state = useLocation().state as Partial<WayBack> | null;
  return (
    <Link
      to={state?.list?.pathname === to ? state.list : to}
      state={{ isBack: true }}
      className="mb-2 inline-flex items-center gap-1 text-sm text-muted hover:text-ink print:hidden"
    >
      <ArrowLeft aria-hidden className="size-4" />
      {children}
    </Link>
  );
}
