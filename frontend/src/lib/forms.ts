/** Small things that forms of react-hook-form share. */

/** A number that may be left out: an empty input is null. */
export const optionalNumber = {
  setValueAs: (typed: unknown): number | null =>
    typed === "" || typed === null || typed === undefined ? null : Number(typed),
};

/** The first message anywhere in what is wrong with a field that has fields of its own. */
export function firstMessage(wrong: unknown): string | undefined {
  if (typeof wrong !== "object" || wrong === null) return undefined;
  if ("message" in wrong && typeof wrong.message === "string") return wrong.message;
  for (const [name, part] of Object.entries(wrong)) {
    if (name === "ref") continue;
    const message = firstMessage(part);
    if (message !== undefined) return message;
  }
  return undefined;
}
