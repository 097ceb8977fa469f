import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { text } from "./text";

export type Report = Schemas["ImportReport"];

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

export interface ImportStep {
  file: ChosenFile;
  dryRun: boolean;
}

/** A look through the file (`dryRun`), or the import itself. */
export function useImport(): UseMutationResult<Report, Error, ImportStep> {
  const queries = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ file, dryRun }) =>
      ask(api.POST("/customer/devices/import", { body: { csv: file.csv, dry_run: dryRun } })),
    onSuccess: async (_report, { dryRun }) => {
      if (!dryRun) await queries.invalidateQueries({ queryKey: keys.devices });
    },
  });
}
