import { zodResolver } from "@hookform/resolvers/zod";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { X } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { Link } from "react-router";
import { z } from "zod";
import { devicesLike } from "@/api/choices";
import type { Device } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Field } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { ListPanel } from "@/components/ListPage";
import { StatusLabel } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { TokenInput } from "@/components/TokenInput";
import { firstMessage } from "@/lib/forms";
import { useDebounced } from "@/lib/useDebounced";
import { groupDevices, useAddDevices, useRemoveDevice, type Group } from "./queries";
import { text } from "./text";

const words = text.devices;

/** Who is in the group now; of a static one, devices are put in and taken out here. */
export function GroupDevices({ group }: { group: Group }): ReactNode {
  const isStatic = group.kind === "STATIC";
  const mayChange = usePermission("devices:manage") && isStatic;
  const query = useInfiniteQuery(groupDevices(group.group_id));
  const { mutate: remove } = useRemoveDevice(group.group_id);
  const [adding, setAdding] = useState(false);
  const columns = useMemo<ColumnDef<Device>[]>(() => {
    const shown: ColumnDef<Device>[] = [
      {
        id: "device",
        header: words.columns.device,
        cell: ({ row: { original: device } }) => (
          <Link to={`/devices/${device.device_id}`} className="font-medium hover:underline">
            {device.name || device.device_id}
          </Link>
        ),
      },
      {
        id: "status",
        header: words.columns.status,
        cell: ({ row }) => <StatusLabel status={row.original.status} />,
      },
      { id: "site", header: words.columns.site, cell: ({ row }) => row.original.site_name },
      {
        id: "type",
        header: words.columns.type,
        meta: { className: "text-muted" },
        cell: ({ row }) => row.original.device_type,
      },
      {
        id: "seen",
        header: words.columns.seen,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.last_seen_at} />,
      },
    ];
    if (!mayChange) return shown;
    const actions: ColumnDef<Device> = {
      id: "actions",
      header: () => <span className="sr-only">{text.more}</span>,
      meta: { className: "w-10 py-0 text-right" },
      cell: ({ row: { original: device } }) => (
        <IconButton
          label={words.remove(device.name || device.device_id)}
          size="small"
          className="w-7"
          onClick={() => remove(device.device_id)}
        >
          <X aria-hidden className="size-4" />
        </IconButton>
      ),
    };
    return [...shown, actions];
  }, [mayChange, remove]);
  const add = mayChange && (
    <Button size="small" onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  return (
    <>
      <ListPanel
        query={query}
        title={words.title}
        aside={add}
        words={{ empty: words.empty, emptyDetail: isStatic ? words.emptyStatic : words.emptyDynamic }}
      >
        {(devices) => (
          <DataTable label={words.title} columns={columns} rows={devices} rowId={(device) => device.device_id} />
        )}
      </ListPanel>
      {adding && <AddDevices group={group} onClose={() => setAdding(false)} />}
    </>
  );
}

const Wanted = z.object({ device_ids: z.array(z.string()).min(1, words.needed).max(1000) });
type Wanted = z.infer<typeof Wanted>;

function AddDevices({ group, onClose }: { group: Group; onClose: () => void }): ReactNode {
  const add = useAddDevices(group.group_id);
  const [typed, setTyped] = useState("");
  const known = useQuery(devicesLike(useDebounced(typed)));
  const form = useForm<Wanted>({ resolver: zodResolver(Wanted), defaultValues: { device_ids: [] } });
  return (
    <FormDialog
      form={form}
      title={words.addTitle(group.name)}
      description={words.addDescription}
      submit={words.add}
      onClose={onClose}
      onSubmit={({ device_ids }) => add.mutateAsync(device_ids)}
    >
      <Controller
        control={form.control}
        name="device_ids"
        render={({ field, fieldState }) => (
          <Field label={words.ids} hint={words.idsHint} error={firstMessage(fieldState.error)}>
            <TokenInput
              tokens={field.value}
              onChange={field.onChange}
              onType={setTyped}
              suggestions={(known.data?.items ?? []).map((device) => device.device_id)}
            />
          </Field>
        )}
      />
    </FormDialog>
  );
}
