import { CircleAlert, Inbox } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { ProblemError, sentenceOf } from "@/lib/problem";
import { Button } from "./Button";
import { useSaysSlow } from "./slowness";
import { text } from "./text";

/** Grey bars in the place of what is on its way; after a while in words, as one of all that wait. */
export function Skeleton({ rows = 4, className }: { rows?: number; className?: string }): ReactNode {
  const saysSlow = useSaysSlow();
  return (
    <div role="status" aria-label={text.loading} className={classes("space-y-2", className)}>
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className="h-4 animate-pulse rounded bg-raised"
          style={{ width: `${92 - ((row * 17) % 40)}%` }}
        />
      ))}
      {saysSlow && <p className="text-sm text-muted">{text.slow}</p>}
    </div>
  );
}

interface EmptyProps {
  title: string;
  /** There is nothing else on the page: the title is its heading. */
  isPage?: boolean;
  /** What would be here, and how it gets here. */
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ title, isPage = false, children, action }: EmptyProps): ReactNode {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <Inbox aria-hidden className="size-7 text-muted" strokeWidth={1.4} />
      {isPage ? <h1 className="text-base font-semibold">{title}</h1> : <p className="text-sm font-medium">{title}</p>}
      {children !== undefined && <div className="max-w-md text-sm text-muted">{children}</div>}
      {action}
    </div>
  );
}

interface ErrorProps {
  error: unknown;
  onRetry?: () => unknown;
  /** There is nothing else on the page: it needs a heading. */
  isPage?: boolean;
}

/** What went wrong in the API's words, and the number to quote when asking for help. */
export function ErrorState({ error, onRetry, isPage = false }: ErrorProps): ReactNode {
  const requestId = error instanceof ProblemError ? error.requestId : null;
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-8 text-center">
      <CircleAlert aria-hidden className="size-7 text-offline" strokeWidth={1.4} />
      {isPage && <h1 className="text-base font-semibold">{headingOf(error)}</h1>}
      <p className="max-w-md text-sm">{noSuch(error) ?? sentenceOf(error)}</p>
      {requestId !== null && <p className="font-mono text-xs text-muted">{text.requestId(requestId)}</p>}
      {onRetry && (
        <Button
          size="small"
          onClick={() => {
            onRetry();
          }}
        >
          {text.retry}
        </Button>
      )}
    </div>
  );
}

function headingOf(error: unknown): string {
  const status = error instanceof ProblemError ? error.status : undefined;
  return status === 404 || noSuch(error) !== undefined
    ? text.notThere
    : status === 403
      ? text.notAllowed
      : text.notRead;
}

/** An address was cut or typed wrongly: what it names is no id at all, so that there is nothing of it. */
function noSuch(error: unknown): string | undefined {
  if (!(error instanceof ProblemError) || error.status !== 422) return undefined;
  const [wrong, ...others] = error.errors;
  const named = others.length === 0 ? /^(\w+)_id$/.exec(wrong?.field ?? "")?.[1] : undefined;
  return named && text.noSuch(named.replaceAll("_", " "));
}

/** What is not there, not for this reader, or asked for wrongly, isn't otherwise a moment later. */
function isFinal(error: unknown): boolean {
  return error instanceof ProblemError && [403, 404, 422].includes(error.status);
}

interface QueryLike<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface QueryStateProps<Data> {
  query: QueryLike<Data>;
  skeletonRows?: number;
  /** It is all that is on the page, whose heading comes with it. */
  isPage?: boolean;
  children: (data: Data) => ReactNode;
}

/** The states that every read has: on its way, failed, there. What was read before stays in sight while it fails. */
export function QueryState<Data>({
  query,
  skeletonRows = 4,
  isPage = false,
  children,
}: QueryStateProps<Data>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return (
      <ErrorState error={query.error} isPage={isPage} {...(isFinal(query.error) ? {} : { onRetry: query.refetch })} />
    );
  }
  return <Skeleton rows={skeletonRows} className="p-3" />;
}
