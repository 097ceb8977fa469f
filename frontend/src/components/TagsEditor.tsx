import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import { Button, IconButton } from "./Button";
import { Field, Input } from "./Form";

/** As the API has it (devices/fields.py). */
const TAG = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/;
const MOST_VALUE = 200;

const words = {
  label: "Add a tag",
  hint: "A word such as spare, or a name and a value such as zone=dairy",
  add: "Add",
  remove: (tag: string) => `Remove ${tag}`,
  wrong: "a tag is letters, digits and _ . : -, and may have a value after =",
  list: "Tags",
};

type Tags = Readonly<Record<string, string>>;

/** "zone=dairy", or "spare" of a plain tag. */
export function tagText(tag: string, value: string): string {
  return value === "" ? tag : `${tag}=${value}`;
}

/** Tags to read: nothing at all of a thing without any. */
export function TagList({ tags }: { tags: Tags }): ReactNode {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {Object.entries(tags).map(([tag, value]) => (
        <span key={tag} className="rounded border bg-raised px-1.5 py-px text-xs whitespace-nowrap">
          {tagText(tag, value)}
        </span>
      ))}
    </span>
  );
}

export interface TagInput {
  tags: Tags;
  onChange: (tags: Record<string, string>) => void;
  typed: string;
  problem: string | undefined;
  type: (typed: string) => void;
  /** Take what is typed; false where it is no tag, which is told beside it. */
  add: () => boolean;
}

/**
 * What is typed of a tag, beside the tags there are: whoever goes on takes it along. To take it when the field is left
 * would move the page under the very click that leaves it.
 */
export function useTagInput(tags: Tags, onChange: (tags: Record<string, string>) => void): TagInput {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const add = (): boolean => {
    const [tag = "", ...rest] = typed.trim().split("=");
    const value = rest.join("=").trim();
    if (tag.trim() === "" && value === "") return true;
    if (!TAG.test(tag.trim()) || value.length > MOST_VALUE || value.includes(";")) {
      setProblem(words.wrong);
      return false;
    }
    setProblem(undefined);
    setTyped("");
    onChange({ ...tags, [tag.trim()]: value });
    return true;
  };
  const type = (next: string): void => {
    setTyped(next);
    setProblem(undefined);
  };
  return { tags, onChange, typed, problem, type, add };
}

/** Tags to change; those that the fleet has already are offered. */
export function TagsEditor({ input: { tags, onChange, typed, problem, type, add } }: { input: TagInput }): ReactNode {
  const listId = useId();
  const known = useQuery({
    queryKey: [...keys.devices, "tags"],
    queryFn: ({ signal }) => ask(api.GET("/customer/tags", { params: { query: { limit: 200 } }, signal })),
  });
  const remove = (gone: string): void => {
    onChange(Object.fromEntries(Object.entries(tags).filter(([tag]) => tag !== gone)));
  };
  return (
    <div className="grid gap-2">
      <div className="flex items-start gap-2">
        <Field label={words.label} hint={words.hint} error={problem} className="flex-1">
          <Input
            list={listId}
            value={typed}
            onChange={(event) => type(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              add();
            }}
          />
        </Field>
        <Button onClick={() => add()} className="mt-5">
          {words.add}
        </Button>
        <datalist id={listId}>
          {known.data?.items.map(({ tag, value }) => (
            <option key={tagText(tag, value)} value={tagText(tag, value)} />
          ))}
        </datalist>
      </div>
      {Object.keys(tags).length > 0 && (
        <ul aria-label={words.list} className="flex flex-wrap gap-1.5">
          {Object.entries(tags).map(([tag, value]) => (
            <li key={tag} className="flex items-center rounded border bg-raised pl-2 text-sm">
              {tagText(tag, value)}
              <IconButton
                label={words.remove(tagText(tag, value))}
                size="small"
                className="h-6 w-6"
                onClick={() => remove(tag)}
              >
                <X aria-hidden className="size-3" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
