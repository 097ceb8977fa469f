import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { toast } from "@/components/toast";
import { useChange } from "@/components/useChange";
import { saveFile } from "@/lib/download";
import { fileName } from "@/lib/fileName";
import { ProblemError } from "@/lib/problem";
import { exportText as text } from "./exportText";

export type Export = Schemas["Export"];
export type ExportStatus = Schemas["ExportStatus"];
export type Dataset = Schemas["Dataset"];

/** What is wanted as a file; what is left out does not narrow it. */
export interface ExportWish {
  dataset: Dataset;
  format: Schemas["Format"];
  start?: string;
  end?: string;
  site_id?: string;
  device_id?: string;
  dataset_status?: string;
  /** `key=value`, or `key` for any value. */
  tags?: string[];
  group_id?: string;
}

const EXPORTS = "exports";
/** While a file is being made, people look on. */
const WATCHED_MILLISECONDS = 3000;
const CONFLICT = 409;

export function isOpen({ status }: Pick<Export, "status">): boolean {
  return status === "PENDING" || status === "RUNNING";
}

export const exportPages = (filters: { dataset: Dataset | undefined; status: ExportStatus | undefined }) => {
  const pages = pagesOf([EXPORTS, "list", filters], (cursor, signal) =>
    ask(api.GET("/customer/exports", { params: { query: { ...filters, limit: 50, cursor } }, signal })),
  );
  return {
    ...pages,
    refetchInterval: ({ state }: { state: { data?: { pages: readonly { items: Export[] }[] } | undefined } }) =>
      state.data?.pages.some(({ items }) => items.some(isOpen)) ? WATCHED_MILLISECONDS : false,
  };
};

/** A file at once; null when it is too large for that, and is being made instead. */
export async function fetchOrRequest(wish: ExportWish): Promise<{ name: string; content: string } | null> {
  const { tags = [], ...narrowing } = wish;
  const query = { ...narrowing, ...(tags.length === 0 ? {} : { tag: tags }) };
  try {
    const call = api.GET("/customer/export", { params: { query }, parseAs: "text" });
    const content = await ask(call);
    const { response } = await call;
    return { name: fileName(response, `${wish.dataset}.${wish.format}`), content };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== CONFLICT) throw error;
    await ask(api.POST("/customer/exports", { body: { ...narrowing, tags } }));
    return null;
  }
}

/** A small file is handed over at once; what is larger is made, and stands in the list until it is there. */
export const useExport = (): UseMutationResult<boolean, Error, ExportWish> =>
  useChange({
    silent: true,
    changes: [EXPORTS],
    done: (isThere) => (isThere ? text.handedOver : text.asked),
    send: async (wish: ExportWish) => {
      const file = await fetchOrRequest(wish);
      if (file === null) return false;
      saveFile(file.name, file.content, wish.format === "csv" ? "text/csv;charset=utf-8" : "application/json");
      return true;
    },
  });

/** The file's address opens nothing else and holds for minutes: it is asked for when it is used. */
export const useDownload = (): UseMutationResult<void, Error, Export> =>
  useMutation({
    mutationFn: async ({ export_id }: Export) => {
      const { url } = await ask(api.GET("/customer/exports/{export_id}/link", { params: { path: { export_id } } }));
      location.assign(url);
    },
    onSuccess: () => toast.done(text.downloading),
  });

export const useCancel = (): UseMutationResult<Export, Error, Export> =>
  useChange({
    changes: [EXPORTS],
    done: () => text.cancelled,
    send: ({ export_id }: Export) =>
      ask(api.POST("/customer/exports/{export_id}/cancel", { params: { path: { export_id } } })),
  });
