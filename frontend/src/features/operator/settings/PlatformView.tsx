import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { usePermission } from "@/auth/permissions";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Field, Input } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { ratesInWords } from "@/components/LimitFacts";
import { Facts, Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { QueryState } from "@/components/States";
import { limitWords } from "@/components/text";
import { byteSize } from "@/lib/numbers";
import { useSearchState } from "@/lib/useSearchState";
import { useSorting } from "../useSorting";
import { platformSettings, useSetLimit, type DefaultLimit, type PlatformSettings } from "./queries";
import { text } from "./text";

const RETENTIONS = Object.keys(text.retentions) as (keyof typeof text.retentions)[];
const VALUES = { name: titleOf, exceptions: ({ exceptions }: DefaultLimit) => exceptions };

export function PlatformView(): ReactNode {
  const query = useQuery(platformSettings);
  return (
    <QueryState query={query} skeletonRows={8}>
      {(settings) => (
        <div className="grid items-start gap-4 xl:grid-cols-[22rem_1fr]">
          <Deployed settings={settings} freshness={<AsOf query={query} />} />
          <Limits limits={settings.limits} />
        </div>
      )}
    </QueryState>
  );
}

function Deployed({ settings, freshness }: { settings: PlatformSettings; freshness: ReactNode }): ReactNode {
  return (
    <Panel title={text.facts} aside={freshness}>
      <p className="mb-3 text-sm text-muted">{text.factsDetail}</p>
      <Facts
        facts={[
          [text.stage, settings.stage],
          [text.payload, byteSize(settings.max_payload_bytes)],
        ]}
      />
      <h3 className="mt-4 mb-2 text-sm font-medium">{text.retention}</h3>
      <Facts facts={RETENTIONS.map((name) => [text.retentions[name], text.days(settings.retention_days[name])])} />
    </Panel>
  );
}

function Limits({ limits }: { limits: readonly DefaultLimit[] }): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const mayChange = usePermission("operator.settings:manage");
  const [changed, setChanged] = useState<DefaultLimit>();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const { sorting, onSort, sorted } = useSorting(VALUES, { sort: "name", order: "asc" });
  const columns = useMemo<ColumnDef<DefaultLimit>[]>(
    () => [
      {
        id: "name",
        header: text.limitColumns.name,
        meta: { sort: "name" },
        cell: ({ row: { original: limit } }) => (
          <>
            <span className="font-medium">{titleOf(limit)}</span>{" "}
            <code className="text-xs text-muted">{limit.name}</code>
            <span className="block text-xs text-muted">{limit.description}</span>
          </>
        ),
      },
      {
        id: "rates",
        header: text.limitColumns.rates,
        meta: { className: "tabular" },
        cell: ({ row }) => ratesInWords(row.original.default_rates),
      },
      {
        id: "exceptions",
        header: text.limitColumns.exceptions,
        meta: { sort: "exceptions", className: "text-muted" },
        cell: ({ row }) => text.exceptions(row.original.exceptions),
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.limitColumns.actions}</span>,
        meta: { className: "text-right" },
        cell: ({ row: { original: limit } }) =>
          mayChange && (
            <Button size="small" aria-label={text.changeOf(titleOf(limit))} onClick={() => setChanged(limit)}>
              {text.change}
            </Button>
          ),
      },
    ],
    [mayChange, setChanged],
  );
  const fits = (limit: DefaultLimit): boolean =>
    `${titleOf(limit)} ${limit.name} ${limit.description}`.toLowerCase().includes(q.toLowerCase());
  return (
    <Panel title={text.limits} flush>
      <div className="space-y-2 p-3">
        <p className="text-sm text-muted">{text.limitsDetail}</p>
        <SearchInput value={q} onChange={search} label={text.search} />
      </div>
      <DataTable
        label={text.limits}
        columns={columns}
        rows={sorted(limits.filter(fits))}
        rowId={(limit) => limit.name}
        sorting={sorting}
        onSort={onSort}
        empty={<p className="p-3 text-sm text-muted">{text.noLimit}</p>}
      />
      {changed && <LimitDialog limit={changed} onClose={() => setChanged(undefined)} />}
    </Panel>
  );
}

function titleOf({ name }: DefaultLimit): string {
  return limitWords[name];
}

const Wanted = z.object({ default_rates: z.string().regex(/^\d+:\d+(,\d+:\d+)*$/, text.ratesWrong) });

function LimitDialog({ limit, onClose }: { limit: DefaultLimit; onClose: () => void }): ReactNode {
  const set = useSetLimit(limit);
  const form = useForm<z.infer<typeof Wanted>>({
    resolver: zodResolver(Wanted),
    defaultValues: { default_rates: limit.default_rates },
  });
  return (
    <FormDialog
      form={form}
      title={text.changeOf(titleOf(limit))}
      description={limit.description}
      submit={text.save}
      onClose={onClose}
      onSubmit={(wanted) => set.mutateAsync(wanted)}
    >
      <Field label={text.rates} hint={text.ratesHint} error={form.formState.errors.default_rates?.message}>
        <Input className="font-mono" autoComplete="off" {...form.register("default_rates")} />
      </Field>
    </FormDialog>
  );
}
