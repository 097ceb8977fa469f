import { useId, type ReactNode } from "react";
import { classes } from "@/lib/classes";
import { useTitle } from "./useTitle";

interface PanelProps {
  title?: ReactNode;
  /** Beside the title: freshness, links, buttons. */
  aside?: ReactNode;
  className?: string;
  /** Without inner space, for tables and lists. */
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, aside, className, flush = false, children }: PanelProps): ReactNode {
  const id = useId();
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className={classes("min-w-0 rounded-lg border bg-surface", className)}
    >
      {title !== undefined && (
        <header className="flex min-h-10 flex-wrap items-center justify-between gap-2 border-b px-3 py-1">
          <h2 id={id} className="text-sm font-semibold">
            {title}
          </h2>
          {aside}
        </header>
      )}
      <div className={classes(!flush && "p-3")}>{children}</div>
    </section>
  );
}

interface PageHeaderProps {
  title: ReactNode;
  /** One sentence: what this page is for. */
  description?: ReactNode;
  actions?: ReactNode;
}

/** The top of every page; its title is the page's only h1. */
export function PageHeader({ title, description, actions }: PageHeaderProps): ReactNode {
  useTitle(typeof title === "string" ? title : undefined);
  return (
    <div className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {description !== undefined && <p className="mt-0.5 max-w-4xl text-sm text-muted">{description}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}

/** Names and values in two columns. */
export function Facts({
  facts,
  className,
}: {
  facts: readonly (readonly [string, ReactNode])[];
  className?: string;
}): ReactNode {
  return (
    <dl
      className={classes("grid grid-cols-[minmax(7rem,auto)_1fr] items-baseline gap-x-4 gap-y-1.5 text-sm", className)}
    >
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{value === "" || value === null ? "–" : value}</dd>
        </div>
      ))}
    </dl>
  );
}
