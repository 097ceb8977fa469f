/** What went wrong with a request, in the API's words (RFC 9457). */

export interface FieldProblem {
  field: string;
  reason: string;
}

export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldProblem[];
  readonly requestId: string | null;
  /** How long the API asks to wait before another try; null when it says nothing of it. */
  readonly retryAfterSeconds: number | null;
  /** What was asked; empty when no answer came at all. */
  readonly address: string;

  constructor(
    status: number,
    body: unknown,
    { retryAfter = null, address = "" }: { retryAfter?: string | null; address?: string } = {},
  ) {
    const problem = isRecord(body) ? body : {};
    const title = text(problem.title) ?? (status === 0 ? "No connection" : `Error ${status}`);
    super(text(problem.detail) ?? title);
    this.status = status;
    this.title = title;
    this.errors = Array.isArray(problem.errors) ? problem.errors.filter(isFieldProblem) : [];
    this.requestId = text(problem.request_id);
    this.address = address;
    this.retryAfterSeconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  }

  /**
   * A sentence for a toast. One detail and one field say the same, and "check …" says no more than its fields do: of
   * both, the one that says more is taken.
   */
  get sentence(): string {
    const fields = this.errors.map(inWords).join("; ");
    if (this.errors.length === 0) return this.message;
    if (this.message.startsWith("check ")) return fields;
    return this.errors.length === 1 ? this.message : `${this.message} (${fields})`;
  }
}

/** "remark must have at most 1000 characters"; "conditions 1, metric is needed" of one in a list. */
export function inWords({ field, reason }: FieldProblem): string {
  const parts = field.split(".").filter((part) => part !== "");
  const list = parts.findIndex((part) => /^\d+$/.test(part));
  const named = list > 0 ? parts.slice(list - 1) : parts.slice(-1);
  const words = named.reduce((said, part) => {
    if (said === "") return part;
    return /^\d+$/.test(part) ? `${said} ${Number(part) + 1}` : `${said}, ${part}`;
  }, "");
  return `${words.replaceAll("_", " ")} ${reason}`.trim();
}

/** Words for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ProblemError) return error.sentence;
  return error instanceof Error ? error.message : String(error);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === "string" && typeof value.reason === "string";
}
