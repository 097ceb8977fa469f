/** A name that programs give, as people read it: LINK_DOWN is "Link down". */
export function sentenceCase(name: string): string {
  const spaced = name.replaceAll("_", " ").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
