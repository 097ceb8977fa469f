import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { Button } from "@/components/Button";
import { PageHeader, Panel } from "@/components/Panel";
import { ErrorState, Skeleton } from "@/components/States";
import { saveFile } from "@/lib/download";
import { DropZone } from "./DropZone";
import { ReportTable } from "./ReportTable";
import { text } from "./text";
import { readChosen, useImport, type ChosenFile, type Report } from "./useImport";

const CSV = "text/csv;charset=utf-8";

export default function ImportPage(): ReactNode {
  const [file, setFile] = useState<ChosenFile>();
  const [unreadable, setUnreadable] = useState<Error>();
  const run = useImport();
  const template = useMutation({
    mutationFn: () => ask(api.GET("/customer/devices/import/template", { parseAs: "text" })),
    onSuccess: (csv) => saveFile("devices.csv", csv, CSV),
  });
  const choose = async (chosen: File): Promise<void> => {
    run.reset();
    setFile(undefined);
    setUnreadable(undefined);
    try {
      const read = await readChosen(chosen);
      setFile(read);
      run.mutate({ file: read, dryRun: true });
    } catch (error) {
      setUnreadable(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const problem = unreadable ?? run.error;
  return (
    <>
      <PageHeader
        title={text.title}
        description={text.description}
        actions={
          <>
            <Button asChild>
              <Link to="/devices">{text.back}</Link>
            </Button>
            <Button busy={template.isPending} onClick={() => template.mutate()}>
              <Download aria-hidden className="size-3.5" />
              {text.template}
            </Button>
          </>
        }
      />
      <div className="grid gap-3">
        <DropZone hasFile={file !== undefined} onFile={(chosen) => void choose(chosen)} />
        {problem && (
          <Panel>
            <ErrorState error={problem} />
          </Panel>
        )}
        {run.isPending && run.variables.dryRun && (
          <Panel title={text.checking}>
            <Skeleton rows={6} />
          </Panel>
        )}
        {file && run.data && <Result file={file} report={run.data} onRun={() => run.mutate({ file, dryRun: false })} />}
        {file && run.isPending && !run.variables.dryRun && (
          <Panel title={text.file(file.name, file.csv.split("\n").length - 1)}>
            <Skeleton rows={6} />
          </Panel>
        )}
      </div>
    </>
  );
}

function Result({ file, report, onRun }: { file: ChosenFile; report: Report; onRun: () => void }): ReactNode {
  const changes = report.created + report.updated;
  const { error_report: errors } = report;
  return (
    <Panel flush title={text.file(file.name, report.total)}>
      <div role="status" className="flex flex-wrap items-center gap-3 border-b px-3 py-2 text-sm">
        {report.dry_run ? (
          <>
            <Button kind="primary" disabled={changes === 0} onClick={onRun}>
              {changes === 0 ? text.nothing : text.run(changes)}
            </Button>
            {report.failed > 0 && (
              <span className="text-muted">
                {report.failed === report.total ? text.correct : text.skips(report.failed)}
              </span>
            )}
          </>
        ) : (
          <>
            <span className="font-medium">{text.done(report.created, report.updated)}</span>
            {report.failed > 0 && <span className="text-offline">{text.refused(report.failed)}</span>}
            <Link to="/devices" className="text-accent hover:underline">
              {text.toDevices}
            </Link>
          </>
        )}
        {errors !== null && (
          <Button size="small" className="ml-auto" onClick={() => saveFile(`errors-${file.name}`, errors, CSV)}>
            <Download aria-hidden className="size-3.5" />
            {text.report}
          </Button>
        )}
      </div>
      <ReportTable key={String(report.dry_run)} report={report} />
    </Panel>
  );
}
