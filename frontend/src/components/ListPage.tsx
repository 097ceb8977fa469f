import type { ReactNode } from "react";
import { AsOf } from "./AsOf";
import { Button } from "./Button";
import { LoadMore } from "./LoadMore";
import { PageHeader, Panel } from "./Panel";
import { EmptyState, QueryState } from "./States";
import { text } from "./text";

/** What TanStack Query knows of a list that comes page by page. */
interface ListQuery<Item> {
  data: { pages: readonly { items: readonly Item[]; total?: number }[] } | undefined;
  error: unknown;
  isError: boolean;
  isFetching: boolean;
  dataUpdatedAt: number;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

interface ListProps<Item> {
  query: ListQuery<Item>;
  /** What an empty list says: that there is nothing yet and how it begins, or that nothing fits the filters. */
  words: { empty: string; emptyDetail?: string; emptyFiltered?: string };
  /** How the first one is made. */
  add?: ReactNode;
  /** Takes every filter away; given when there is one. */
  onClear?: (() => void) | undefined;
  title?: ReactNode;
  /** Beside the title. */
  aside?: ReactNode;
  children: (items: Item[]) => ReactNode;
}

/** A list's rows with its states: on its way, failed, nothing yet, nothing that fits, and more to come. */
export function ListPanel<Item>({ query, words, add, onClear, title, aside, children }: ListProps<Item>): ReactNode {
  const empty =
    onClear === undefined ? (
      <EmptyState title={words.empty} action={<div className="flex flex-wrap justify-center gap-2">{add}</div>}>
        {words.emptyDetail}
      </EmptyState>
    ) : (
      <EmptyState
        title={words.emptyFiltered ?? words.empty}
        action={<Button onClick={onClear}>{text.clearFilters}</Button>}
      />
    );
  return (
    <Panel flush title={title} aside={aside}>
      <QueryState query={query} skeletonRows={8}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return empty;
          return (
            <>
              {children(items)}
              <LoadMore query={query} shown={items.length} total={pages[0]?.total} />
            </>
          );
        }}
      </QueryState>
    </Panel>
  );
}

interface FiltersProps {
  onClear?: (() => void) | undefined;
  children?: ReactNode;
}

/** The row above a list: search and filters, and a way to take them all away once there is one. */
export function Filters({ onClear, children }: FiltersProps): ReactNode {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      {children}
      {onClear && (
        <Button kind="quiet" onClick={onClear}>
          {text.clearFilters}
        </Button>
      )}
    </div>
  );
}

interface ListPageProps<Item> extends Omit<ListProps<Item>, "title" | "aside"> {
  title: string;
  /** One sentence: what this page is for. */
  description: string;
  /** The search and the filters. */
  filters?: ReactNode;
  /** Buttons of the head beside `add`. */
  actions?: ReactNode;
}

/** A page that is a list: its head with how old it is, its filters, its rows with all their states. */
export function ListPage<Item>({ title, description, filters, actions, ...list }: ListPageProps<Item>): ReactNode {
  return (
    <>
      <PageHeader
        title={title}
        description={description}
        actions={
          <>
            <AsOf query={list.query} />
            {actions}
            {list.add}
          </>
        }
      />
      {filters !== undefined && <Filters onClear={list.onClear}>{filters}</Filters>}
      <ListPanel {...list} />
    </>
  );
}
