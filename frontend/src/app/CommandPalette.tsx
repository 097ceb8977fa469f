import { keepPreviousData, useQueries, useQueryClient } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { usePermission, useProfile } from "@/auth/permissions";
import { useFocusReturn } from "@/components/useFocusReturn";
import { useDebounced } from "@/lib/useDebounced";
import type { Page } from "@/routing/page";
import { FINDERS, type Found } from "./finders";
import { text } from "./text";

interface PaletteProps {
  open: boolean;
  onClose: () => void;
  pages: readonly Page[];
}

export default function CommandPalette({ open, onClose, pages }: PaletteProps): ReactNode {
  const focus = useFocusReturn();
  const isOfTenant = usePermission("devices:read");
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          {...focus}
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-surface shadow-xl"
        >
          <Dialog.Title className="sr-only">{isOfTenant ? text.commands : text.commandsOfOperators}</Dialog.Title>
          <Palette pages={pages} onClose={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const ITEM =
  "flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-sm -outline-offset-2 outline-accent data-[disabled=true]:cursor-default data-[disabled=true]:opacity-50 data-[selected=true]:bg-raised data-[selected=true]:outline-2";
const GROUP =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

/** Before the second letter nearly everything is called that. */
const FEWEST_LETTERS = 2;

interface FoundGroup {
  heading: string;
  items: readonly Found[];
  /** Other words found it, and it stands there until these have. */
  isOld: boolean;
}

interface FoundThings {
  groups: readonly FoundGroup[];
  /** The first that these very words found, once nothing can come before it any more. */
  first: Found | undefined;
  /** Not all have answered yet. */
  isLooking: boolean;
  hasFailed: boolean;
}

/** What is called like that beside pages, of each kind a few. */
function useFound(typed: string): FoundThings {
  const { permissions } = useProfile();
  const queries = useQueryClient();
  const q = useDebounced(typed);
  const isLongEnough = typed.length >= FEWEST_LETTERS;
  const finders = FINDERS.filter(({ permission }) => permissions.includes(permission));
  const answers = useQueries({
    queries: finders.map(({ key, heading, find }) => ({
      queryKey: [...key, "palette", heading, q],
      enabled: isLongEnough && q.length >= FEWEST_LETTERS,
      placeholderData: keepPreviousData,
      refetchInterval: false as const,
      queryFn: ({ signal }: { signal: AbortSignal }) => find({ q, signal, queries }),
    })),
  });
  if (!isLongEnough) return { groups: [], first: undefined, isLooking: false, hasFailed: false };
  const kinds = answers.map(({ data = [], isPending, isPlaceholderData }, place) => ({
    heading: finders[place]?.heading ?? "",
    items: data,
    isOld: q !== typed || isPending || isPlaceholderData,
  }));
  const decisive = kinds.find(({ isOld, items }) => isOld || items.length > 0);
  return {
    groups: kinds.filter(({ items }) => items.length > 0),
    first: decisive?.isOld === false ? decisive.items[0] : undefined,
    isLooking: kinds.some(({ isOld }) => isOld),
    hasFailed: answers.some(({ isError }) => isError),
  };
}

const CHOOSING_KEYS: readonly string[] = ["ArrowDown", "ArrowUp", "Home", "End"];
const valueOfPage = ({ path }: Page): string => `page ${path}`;
const valueOf = (heading: string, { id }: Found): string => `${heading} ${id}`;

function Palette({ pages, onClose }: Omit<PaletteProps, "open">): ReactNode {
  const [typed, setTyped] = useState("");
  /** What somebody went to by themselves; until then it is the first one, also when that is found last. */
  const [chosen, setChosen] = useState<string>();
  const [hasChosen, setHasChosen] = useState(false);
  const choose = (): void => setHasChosen(true);
  /** Somebody pressed Enter before anything was found. */
  const isAwaited = useRef(false);
  const isOfTenant = usePermission("devices:read");
  const wanted = typed.trim();
  const { groups, first: awaited, isLooking, hasFailed } = useFound(wanted);
  const navigate = useNavigate();
  useEffect(() => {
    if (!isAwaited.current || (awaited === undefined && isLooking)) return;
    isAwaited.current = false;
    if (awaited === undefined) return;
    onClose();
    void navigate(awaited.path);
  }, [awaited, isLooking, onClose, navigate]);
  const go = (path: string): void => {
    onClose();
    void navigate(path);
  };
  const found = pages.filter(
    ({ navigation, title }) => navigation && title.toLowerCase().includes(wanted.toLowerCase()),
  );
  const [page] = found;
  const group = groups.find(({ isOld }) => !isOld);
  const first = page ? valueOfPage(page) : group?.items[0] ? valueOf(group.heading, group.items[0]) : "";
  const value = hasChosen ? (chosen ?? first) : first;
  return (
    <Command
      label={isOfTenant ? text.commands : text.commandsOfOperators}
      shouldFilter={false}
      loop
      value={value}
      onValueChange={setChosen}
      onKeyDown={({ key, nativeEvent }) => {
        if (CHOOSING_KEYS.includes(key)) choose();
        if (key === "Enter" && !nativeEvent.isComposing && value === "" && isLooking) isAwaited.current = true;
      }}
    >
      <div className="flex items-center border-b">
        <Command.Input
          value={typed}
          onValueChange={(now) => {
            setTyped(now);
            setChosen(undefined);
            setHasChosen(false);
            isAwaited.current = false;
          }}
          placeholder={isOfTenant ? text.commandsHint : text.commandsHintOfOperators}
          className="h-11 min-w-0 flex-1 bg-transparent px-4 text-sm outline-none"
        />
        <p role="status" className="shrink-0 pr-4 text-xs text-muted empty:hidden">
          {isLooking && text.looking}
        </p>
      </div>
      <Command.List onPointerMove={choose} className="max-h-[min(26rem,60vh)] overflow-y-auto p-1">
        {!isLooking && (
          <Command.Empty className="px-3 py-6 text-center text-sm text-muted">
            {hasFailed ? text.notAllAsked : text.noCommands}
          </Command.Empty>
        )}
        {found.length > 0 && (
          <Command.Group heading={text.pages} className={GROUP}>
            {found.map((page) => {
              const Icon = page.navigation?.icon;
              return (
                <Command.Item
                  key={page.path}
                  value={valueOfPage(page)}
                  onSelect={() => go(`/${page.path}`)}
                  className={ITEM}
                >
                  {Icon && <Icon aria-hidden className="size-4 text-muted" />}
                  {page.title}
                </Command.Item>
              );
            })}
          </Command.Group>
        )}
        {groups.map(({ heading, items, isOld }) => (
          <Command.Group key={heading} heading={heading} className={GROUP}>
            {items.map((item) => (
              <Command.Item
                key={item.id}
                value={valueOf(heading, item)}
                disabled={isOld}
                onSelect={() => go(item.path)}
                className={ITEM}
              >
                {item.shape}
                <span className="truncate">{item.name}</span>
                {item.aside && (
                  <span className="ml-auto max-w-[45%] shrink-0 truncate text-xs text-muted">{item.aside}</span>
                )}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
