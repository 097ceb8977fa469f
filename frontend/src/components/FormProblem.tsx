import { useQueryClient } from "@tanstack/react-query";
import type { MouseEvent, ReactNode } from "react";
import { get, type FieldValues, type Path, type UseFormReturn } from "react-hook-form";
import { overwriteAt } from "@/api/client";
import { keys } from "@/api/queries";
import { inWords, ProblemError, sentenceOf } from "@/lib/problem";
import { Button } from "./Button";
import { text } from "./text";

/** What a form, or whatever else was tried, was refused for. */
export function FormProblem({ message, children }: { message: string | undefined; children?: ReactNode }): ReactNode {
  return message === undefined ? null : (
    <div role="alert" className="rounded-md border border-offline/40 px-3 py-2 text-sm text-offline">
      {message}
      {children}
    </div>
  );
}

interface RefusalProps<Values extends FieldValues> {
  form: UseFormReturn<Values>;
  /** What else goes when the newest state is read: a dialog closes. */
  onReread?: () => void;
}

/**
 * What a whole form was refused for; what is about one of its fields stands at the field (showProblem). Where somebody
 * else has changed the same thing meanwhile, it offers to read it again, or to hand the form in over that. It stands
 * within its form.
 */
export function FormRefusal<Values extends FieldValues>({ form, onReread }: RefusalProps<Values>): ReactNode {
  const queries = useQueryClient();
  const { root } = form.formState.errors;
  const reread = (): void => {
    form.clearErrors("root");
    onReread?.();
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.profile[0] });
  };
  const overwrite = (event: MouseEvent<HTMLButtonElement>): void => {
    overwriteAt(root?.address?.message ?? "");
    event.currentTarget.form?.requestSubmit();
  };
  return (
    <FormProblem message={root?.message}>
      {root?.type === CONFLICT && (
        <span className="mt-2 flex flex-wrap items-center gap-2 text-ink">
          <Button size="small" onClick={reread}>
            {text.reread}
          </Button>
          {/* No submit button: Enter in a field would press it. */}
          <Button size="small" onClick={overwrite}>
            {text.overwrite}
          </Button>
          <span className="text-xs text-muted">{text.conflictHint}</span>
        </span>
      )}
    </FormProblem>
  );
}

const CONFLICT = "conflict";
/** What was sent was made from an older version than the one there is (RFC 9110). */
const PRECONDITION_FAILED = 412;

/**
 * Put what the API says of fields at those that the form shows, and the rest above the form (FormRefusal): what is said
 * nowhere leaves people with a button that does nothing.
 *
 * A field within one that is shown as a whole, such as a list, is told of at that one. `nameOf` says what the form calls
 * a field of the API, where it has another shape.
 */
export function showProblem<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  error: unknown,
  nameOf: (field: string) => string = (field) => field,
): void {
  const elsewhere: string[] = [];
  for (const problem of error instanceof ProblemError ? error.errors : []) {
    const name = nameOf(problem.field);
    const shown = shownAround(form, name);
    if (shown !== undefined) {
      const isWithin = /\D/.test(name.slice(shown.length + 1));
      form.setError(shown as Path<Values>, { message: isWithin ? inWords(problem) : problem.reason });
      continue;
    }
    elsewhere.push(inWords(problem));
    // A group without an input of its own may say it as well, and so may a step that is opened next.
    if ((name.split(".")[0] ?? "") in form.getValues())
      form.setError(name as Path<Values>, { message: problem.reason });
  }
  const isTold = error instanceof ProblemError && error.errors.length > 0 && elsewhere.length === 0;
  if (isTold) return;
  const isConflict = error instanceof ProblemError && error.status === PRECONDITION_FAILED;
  form.setError("root", {
    type: isConflict ? CONFLICT : "refused",
    message: elsewhere.length > 0 ? elsewhere.join("; ") : sentenceOf(error),
  });
  // Whoever saves over it sends the same there again.
  if (isConflict) form.setError("root.address", { message: error.address });
}

/** The field, or the nearest one around it, that has an input on the page; undefined where none has. */
function shownAround<Values extends FieldValues>(form: UseFormReturn<Values>, name: string): string | undefined {
  const parts = name.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const around = parts.slice(0, length).join(".");
    // The library has no public way to ask which of its fields are mounted.
    const field: { _f?: { mount?: boolean } } | undefined = get(form.control._fields, around);
    if (field?._f?.mount === true) return around;
  }
  return undefined;
}
