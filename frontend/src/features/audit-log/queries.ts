import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import { ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { toast } from "@/components/toast";
import { saveFile } from "@/lib/download";
import { fileName } from "@/lib/fileName";
import { usePlane, type AuditFilters, type Plane } from "./plane";
import { text } from "./text";

export type AuditEntry = Schemas["AuditEntry"];

export const auditPages = (plane: Plane, filters: AuditFilters) =>
  pagesOf(["audit-log", plane.name, filters], (cursor, signal) =>
    ask(plane.list(filters, { limit: 50, cursor }, signal)),
  );

export function useExport(): UseMutationResult<void, Error, AuditFilters> {
  const plane = usePlane();
  return useMutation({
    mutationFn: async (filters) => {
      const call = plane.export(filters);
      const csv = await ask(call);
      const { response } = await call;
      saveFile(fileName(response, "audit-log.csv"), csv, "text/csv;charset=utf-8");
      toast.done(response.headers.has("X-Next-Cursor") ? text.exportedPart : text.exported);
    },
  });
}
