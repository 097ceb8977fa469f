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

  constructor(status: number, body: unknown, retryAfter: string | null = null) {
    const problem = isRecord(body) ? body : {};
    const title = text(problem.title) ?? (status === 0 ? "No connection" : `Error ${status}`);
    super(text(problem.detail) ?? title);
    this.status = status;
    this.title = title;
    this.errors = Array.isArray(problem.errors) ? problem.errors.filter(isFieldProblem) : [];
    this.requestId = text(problem.request_id);
    this.retryAfterSeconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  }

  /** A sentence for a toast: the detail, and the fields that it is about. */
  get sentence(): string {
    const fields = this.errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason));
    return fields.length > 0 ? `${this.message} (${fields.join("; ")})` : this.message;
  }
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
