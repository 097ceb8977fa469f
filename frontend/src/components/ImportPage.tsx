import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { saveFile } from "@/lib/download";
import { Button } from "./Button";
import { ConfirmDialog } from "./Dialog";
import { DropZone } from "./DropZone";
import { ColumnTable, type ImportColumn } from "./ImportColumns";
import { ReportTable } from "./ImportReport";
import { PageHeader, Panel } from "./Panel";
import { ErrorState, Skeleton } from "./States";
import { importText as text } from "./text";
import {
  emptiedFields,
  readChosen,
  useImport,
  type ChosenFile,
  type ImportBody,
  type ImportReport,
  type ImportRow,
} from "./useImport";

const CSV = "text/csv;charset=utf-8";

interface ImportPageProps<Row> {
  words: {
    title: string;
    description: string;
    /** The way back to the list. */
    back: string;
    /** What a file may hold. */
    limits: string;
    /** What a row is about. */
    subject: string;
    /** The way to what has been imported. */
    see: string;
    /** By their names in the file. */
    columns: Readonly<Record<string, ImportColumn>>;
  };
  /** Address of the list of what is imported. */
  list: string;
  /** Name of the file to fill in, and how it is read. */
  template: { name: string; read: () => Promise<string> };
  send: (body: ImportBody) => Promise<ImportReport<Row>>;
  /** What is read again afterwards: first words of keys. */
  changes: readonly string[];
  subjectOf: (row: Row, isThere: boolean) => ReactNode;
}

/** Many of a kind out of a file: what would become of each row is shown before anything is changed. */
export function ImportPage<Row extends ImportRow>(props: ImportPageProps<Row>): ReactNode {
  const { words, list } = props;
  const [file, setFile] = useState<ChosenFile>();
  const [unreadable, setUnreadable] = useState<Error>();
  const run = useImport(props.send, props.changes);
  const template = useMutation({
    mutationFn: props.template.read,
    onSuccess: (csv) => saveFile(props.template.name, csv, CSV),
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
        title={words.title}
        description={words.description}
        actions={
          <>
            <Button asChild>
              <Link to={list}>{words.back}</Link>
            </Button>
            <Button busy={template.isPending} onClick={() => template.mutate()}>
              <Download aria-hidden className="size-3.5" />
              {text.template}
            </Button>
          </>
        }
      />
      <div className="grid gap-3">
        <DropZone hasFile={file !== undefined} limits={words.limits} onFile={(chosen) => void choose(chosen)} />
        {file === undefined && problem === null && <ColumnTable columns={words.columns} />}
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
        {file && run.data && (
          <Panel flush title={text.file(file.name, run.data.total)}>
            <Summary
              file={file}
              report={run.data}
              onRun={() => run.mutate({ file, dryRun: false })}
              whenDone={
                <Link to={list} className="text-accent hover:underline">
                  {words.see}
                </Link>
              }
            />
            <ReportTable
              key={String(run.data.dry_run)}
              report={run.data}
              subject={words.subject}
              subjectOf={props.subjectOf}
            />
          </Panel>
        )}
        {file && run.isPending && !run.variables.dryRun && (
          <Panel title={text.file(file.name, file.csv.split("\n").length - 1)}>
            <Skeleton rows={6} />
          </Panel>
        )}
      </div>
    </>
  );
}

interface SummaryProps {
  file: ChosenFile;
  report: ImportReport<ImportRow>;
  onRun: () => void;
  /** Where to go once it is done. */
  whenDone: ReactNode;
}

function Summary({ file, report, onRun, whenDone }: SummaryProps): ReactNode {
  const changes = report.created + report.updated;
  const emptied = emptiedFields(report);
  const emptiedCount = emptied.flatMap(({ fields }) => fields).length;
  const [asking, setAsking] = useState(false);
  const { error_report: errors } = report;
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 border-b px-3 py-2 text-sm">
      {report.dry_run ? (
        <>
          <Button kind="primary" disabled={changes === 0} onClick={emptiedCount > 0 ? () => setAsking(true) : onRun}>
            {changes === 0 ? text.nothing : text.run(report.created, report.updated)}
          </Button>
          {emptiedCount > 0 && <span className="text-offline">{text.empties(emptiedCount)}</span>}
          <ConfirmDialog
            open={asking}
            onClose={() => setAsking(false)}
            title={text.emptyTitle(emptiedCount)}
            description={text.emptyDetail(emptied)}
            confirm={text.run(report.created, report.updated)}
            onConfirm={() => {
              onRun();
              return Promise.resolve();
            }}
          />
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
          {whenDone}
        </>
      )}
      {errors && (
        <Button size="small" className="ml-auto" onClick={() => saveFile(`errors-${file.name}`, errors, CSV)}>
          <Download aria-hidden className="size-3.5" />
          {text.report}
        </Button>
      )}
    </div>
  );
}
