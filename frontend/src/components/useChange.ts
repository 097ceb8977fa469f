import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { toast } from "./toast";

interface Change<Input, Result> {
  send: (input: Input) => Promise<Result>;
  /** What is read again afterwards: first words of keys. */
  changes: readonly string[];
  /** What is said of it when it is done. */
  done?: (result: Result, input: Input) => string;
  /** The form shows failures itself. */
  silent?: boolean;
}

/** A change of the server's state: what it touches is read again, and news of it is told. */
export function useChange<Input = void, Result = unknown>({
  send,
  changes,
  done,
  silent = false,
}: Change<Input, Result>): UseMutationResult<Result, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    meta: { silent },
    onSuccess: async (result, input) => {
      if (done) toast.done(done(result, input));
      await Promise.all(changes.map((name) => queries.invalidateQueries({ queryKey: [name] })));
    },
  });
}
