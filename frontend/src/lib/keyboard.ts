/** Whether keys belong to what has the focus: a field, a dialog, a menu. Shortcuts leave those alone. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) ||
      target.closest("[role=dialog], [role=menu]") !== null)
  );
}

/** Whether a click on a link is the browser's to follow, into another tab or window. */
export function opensElsewhere(click: Pick<MouseEvent, "ctrlKey" | "metaKey" | "shiftKey" | "altKey">): boolean {
  return click.ctrlKey || click.metaKey || click.shiftKey || click.altKey;
}
