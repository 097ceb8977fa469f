/** Which devices a rule, a window or a route is for, as values and in words. Pure. */
import { z } from "zod";
import { scopeText } from "./text";

export const scopeSchema = z.object({
  site_ids: z.array(z.string()),
  device_types: z.array(z.string()),
  group_ids: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  device_ids: z.array(z.string()),
});

export type Scope = z.infer<typeof scopeSchema>;

/** A scope that a person has chosen: null, which nobody wants, is devices that fit something not yet said. */
export const chosenScope = scopeSchema
  .nullable()
  .refine((scope): boolean => scope !== null, { error: scopeText.needed });

/** The API's scope, in which everything may be left out. */
export function scopeOf(given: object | undefined): Scope {
  const parts = scopeSchema.partial().parse(given ?? {});
  return { site_ids: [], device_types: [], group_ids: [], tags: {}, device_ids: [], ...parts };
}

export function isEverything(scope: Scope): boolean {
  return Object.values(scope).every((part) => Object.keys(part).length === 0);
}

/** "region=north" of a tag with a value, "critical" of a plain one. */
export function tagTokens(tags: Record<string, string>): string[] {
  return Object.entries(tags).map(([key, value]) => (value === "" ? key : `${key}=${value}`));
}

export function tagsOf(tokens: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    tokens.map((token) => {
      const [key = "", ...value] = token.split("=");
      return [key.trim(), value.join("=").trim()];
    }),
  );
}

/** "site oslo-1 or oslo-2, tag region=north"; names are found for ids where they are known. */
export function scopeInWords(scope: Scope, nameOf: (id: string) => string = (id) => id): string {
  const parts = [
    [scopeText.words.site_ids, scope.site_ids],
    [scopeText.words.device_types, scope.device_types],
    [scopeText.words.group_ids, scope.group_ids],
    [scopeText.words.tags, tagTokens(scope.tags)],
    [scopeText.words.device_ids, scope.device_ids],
  ] as const;
  const words = parts
    .filter(([, values]) => values.length > 0)
    .map(([word, values]) => {
      const named = values
        .slice(0, 3)
        .map(nameOf)
        .join(word === scopeText.words.tags ? " and " : " or ");
      return `${word} ${named}${values.length > 3 ? ` and ${values.length - 3} more` : ""}`;
    });
  return words.length === 0 ? scopeText.all : words.join(", ");
}
