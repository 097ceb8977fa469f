import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { toast } from "@/components/toast";
import { saveFile } from "@/lib/download";
import { text } from "./text";

export type AuditEntry = Schemas["AuditEntry"];

/** What narrows the log; times are instants. */
export interface AuditFilters {
  q: string | undefined;
  action: string | undefined;
  actor: string | undefined;
  subject: string | undefined;
  start: string | undefined;
  end: string | undefined;
}

export const auditPages = (filters: AuditFilters) =>
  pagesOf(["audit-log", filters], (cursor, signal) =>
    ask(api.GET("/customer/audit-log", { params: { query: { ...filters, limit: 50, cursor } }, signal })),
  );

export function useExport(): UseMutationResult<void, Error, AuditFilters> {
  return useMutation({
    mutationFn: async (filters) => {
      const call = api.GET("/customer/audit-log/export", { params: { query: filters }, parseAs: "text" });
      const csv = await ask(call);
      saveFile("audit-log.csv", csv, "text/csv;charset=utf-8");
      const { response } = await call;
      toast.done(response.headers.has("X-Next-Cursor") ? text.exportedPart : text.exported);
    },
  });
}
