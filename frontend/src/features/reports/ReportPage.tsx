import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Printer } from "lucide-react";
import type { ReactNode } from "react";
import { useParams } from "react-router";
import { allSites, ownTenant } from "@/api/queries";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { PageHeader } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { toast } from "@/components/toast";
import { saveFile } from "@/lib/download";
import { useTimeZone } from "@/lib/preferences";
import { fullTime } from "@/lib/time";
import { AlertFigures } from "./AlertFigures";
import { AvailabilityTables } from "./AvailabilityTables";
import { Devices } from "./Devices";
import { writeCsv } from "./file";
import { KeyFigures } from "./KeyFigures";
import { oneReport, readDevices, type ReportRunDetail, type SlaSummary } from "./queries";
import { reportText as text } from "./text";

export default function ReportPage(): ReactNode {
  const { reportId = "" } = useParams();
  const query = useQuery(oneReport(reportId));
  return (
    <>
      <BackLink to="/reports">{text.back}</BackLink>
      <QueryState query={query} skeletonRows={8} isPage>
        {(run) => <ReportView run={run} />}
      </QueryState>
    </>
  );
}

function ReportView({ run }: { run: ReportRunDetail }): ReactNode {
  const timeZone = useTimeZone();
  const { data: tenant } = useQuery(ownTenant);
  const period = text.period(fullTime(run.period_start, timeZone), fullTime(run.period_end, timeZone), timeZone);
  return (
    <>
      <PageHeader
        title={text.title(tenant?.name)}
        description={run.finished_at === null ? period : text.made(period, fullTime(run.finished_at, timeZone))}
        actions={run.result && <ReportActions summary={run.result} />}
      />
      {run.result === null ? (
        <EmptyState title={run.status === "PENDING" ? text.notYet : text.nothing(run.outcome)} />
      ) : (
        <div className="space-y-4">
          <KeyFigures summary={run.result} />
          <AvailabilityTables summary={run.result} />
          <AlertFigures summary={run.result} />
          <Devices summary={run.result} />
        </div>
      )}
    </>
  );
}

function ReportActions({ summary }: { summary: SlaSummary }): ReactNode {
  const { start, end } = summary;
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async () => {
      const [devices, sites] = await Promise.all([readDevices({ start, end }), queries.query(allSites)]);
      const siteNames = new Map(sites.map(({ site_id, name }) => [site_id, name]));
      saveFile(text.file(start, end), writeCsv(summary, devices ?? [], siteNames), "text/csv;charset=utf-8");
      if (devices === null) toast.done(text.devicesApart);
    },
  });
  return (
    <span className="flex gap-2 print:hidden">
      <Button busy={save.isPending} onClick={() => save.mutate()}>
        <Download aria-hidden className="size-4" />
        {text.csv}
      </Button>
      <Button onClick={() => window.print()}>
        <Printer aria-hidden className="size-4" />
        {text.print}
      </Button>
    </span>
  );
}
