import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import type { Schemas } from "@/api/types";
import { importText as text } from "./text";

export interface ImportRow {
  /** Its number in the file. */
  row: number;
  outcome: Schemas["RowOutcome"];
  errors: readonly { field: string; reason: string }[];
  /** Of what was there already: an empty `after` empties the field. Secrets have masks. */
  changes: readonly Schemas["FieldChange"][];
}

export interface ImportReport<Row> {
  dry_run: boolean;
  total: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  results: Row[];
  /** The rows that are wrong as a file, of an API that makes one. */
  error_report?: string | null;
}

/** As the API has it; what is larger isn't worth sending. */
const MOST_BYTES = 1_000_000;

export interface ChosenFile {
  name: string;
  csv: string;
}

/** The text of a file. Throws an Error with a sentence for people when it can't be an import. */
export async function readChosen(file: File): Promise<ChosenFile> {
  if (file.size > MOST_BYTES) throw new Error(text.tooLarge(file.name));
  try {
    const csv = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return { name: file.name, csv };
  } catch {
    throw new Error(text.notText(file.name));
  }
}

export interface EmptiedFields {
  row: number;
  fields: readonly string[];
}

/** What the rows empty: what was in those fields is gone, and nothing in the file says so. */
export function emptiedFields({ results }: Pick<ImportReport<ImportRow>, "results">): EmptiedFields[] {
  return results
    .map(({ row, changes }) => ({
      row,
      fields: changes.filter(({ after }) => after === "").map(({ field }) => field),
    }))
    .filter(({ fields }) => fields.length > 0);
}

/** What the API is sent: `dry_run` only looks through the file. */
export interface ImportBody {
  csv: string;
  dry_run: boolean;
}

export interface ImportStep {
  file: ChosenFile;
  dryRun: boolean;
}

/** A look through the file (`dryRun`), or the import itself, after which what it `changes` is read again. */
export function useImport<Row>(
  send: (body: ImportBody) => Promise<ImportReport<Row>>,
  changes: readonly string[],
): UseMutationResult<ImportReport<Row>, Error, ImportStep> {
  const queries = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ file, dryRun }) => send({ csv: file.csv, dry_run: dryRun }),
    onSuccess: async (_report, { dryRun }) => {
      if (!dryRun) await Promise.all(changes.map((name) => queries.invalidateQueries({ queryKey: [name] })));
    },
  });
}
