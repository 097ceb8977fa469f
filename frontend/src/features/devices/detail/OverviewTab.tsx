import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { DeviceDetail } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/Copy";
import { Facts, Panel } from "@/components/Panel";
import { Badge } from "@/components/Status";
import { Moment } from "@/components/Time";
import { text } from "../text";
import { EditDevice } from "./EditDevice";
import { NewestValues } from "./NewestValues";

export function OverviewTab({ device }: { device: DeviceDetail }): ReactNode {
  const [editing, setEditing] = useState(false);
  return (
    <div className="grid items-start gap-3 2xl:grid-cols-2">
      <NewestValues device={device} />
      <Panel
        title={text.identity}
        aside={
          <Can permission="devices:manage">
            <Button size="small" onClick={() => setEditing(true)}>
              {text.edit}
            </Button>
          </Can>
        }
      >
        <Identity device={device} />
      </Panel>
      {editing && <EditDevice device={device} onClose={() => setEditing(false)} />}
    </div>
  );
}

function Identity({ device }: { device: DeviceDetail }): ReactNode {
  const { facts } = text;
  const optional: [string, string][] = [
    [facts.model, device.model],
    [facts.manufacturer, device.manufacturer],
    [facts.serial, device.serial_number],
    [facts.hardware, device.hardware_version],
    [facts.firmware, device.firmware_version],
    [facts.mac, device.mac],
    [facts.imei, device.imei],
    [facts.iccid, device.iccid],
  ];
  const tags = Object.entries(device.tags);
  const rows: [string, ReactNode][] = [
    [
      facts.id,
      <span key="id" className="inline-flex items-center gap-1 font-mono text-xs">
        {device.device_id} <CopyButton value={device.device_id} />
      </span>,
    ],
    [
      facts.site,
      <Link key="site" to={`/devices?site=${device.site_id}`} className="hover:underline">
        {device.site_name || device.site_id}
      </Link>,
    ],
    [facts.type, device.device_type],
    ...optional.filter(([, value]) => value !== ""),
    [facts.interval, text.seconds(device.expected_interval.seconds, device.expected_interval.origin)],
    [facts.connected, device.connected ? text.connected : text.notConnected],
  ];
  if (device.parent_device_id !== null) {
    rows.push([
      facts.parent,
      <Link key="parent" to={`/devices/${device.parent_device_id}`} className="hover:underline">
        {device.parent_device_id}
      </Link>,
    ]);
  }
  if (device.latitude !== null && device.longitude !== null)
    rows.push([facts.place, `${device.latitude}, ${device.longitude}`]);
  rows.push(
    [facts.created, <Moment key="created" time={device.created_at} />],
    [
      text.tags,
      tags.length === 0
        ? text.noTags
        : tags.map(([name, value]) => (
            <span key={name} className="mr-1">
              <Badge>{value === "" ? name : `${name}=${value}`}</Badge>
            </span>
          )),
    ],
    [text.notes, device.notes === "" ? text.noNotes : <span className="whitespace-pre-wrap">{device.notes}</span>],
  );
  return <Facts facts={rows} />;
}
