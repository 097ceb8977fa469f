/** Lists that come page by page, whatever they are of. */
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

interface Page {
  next_cursor: string | null;
}

/** An infinite query over pages that lead to one another by their cursor. */
export function pagesOf<Read extends Page>(
  queryKey: readonly unknown[],
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<Read>,
) {
  return infiniteQueryOptions({
    queryKey,
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Read) => page.next_cursor ?? undefined,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
  });
}

/** Every entry of a list that is short enough for a menu. */
export async function readAll<Item>(
  read: (cursor: string | undefined) => Promise<Page & { items: Item[] }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
