import type { Schemas } from "@/api/types";
import type { ImportColumn } from "@/components/ImportColumns";

const columns: Record<keyof Schemas["DeviceRegistration"], ImportColumn> = {
  device_id: { meaning: "Its name for programs and topics; never changes", example: "cooler-1", needed: true },
  site_id: { meaning: "Id of the site where it stands", example: "hall-a", needed: true },
  device_type: { meaning: "One of your device types", example: "cooler", needed: true },
  name: { meaning: "What people call it; empty, its id", example: "Dairy room" },
  tags: { meaning: "key=value or plain words, with semicolons between them", example: "zone=dairy;spare" },
  parent_device_id: { meaning: "Id of the gateway that it sends through", example: "gateway-1" },
  model: { meaning: "Model", example: "TX-200" },
  manufacturer: { meaning: "Manufacturer", example: "Nordfrost" },
  serial_number: { meaning: "Serial number", example: "SN-0001" },
  mac: { meaning: "Address of its network card", example: "00:1b:44:11:3a:b7" },
  imei: { meaning: "Number of its modem, 15 digits", example: "490154203237518" },
  iccid: { meaning: "Number of its SIM card", example: "8944500102198304826" },
  hardware_version: { meaning: "Version of its hardware", example: "rev B" },
  firmware_version: { meaning: "Version of its firmware", example: "2.4.1" },
  latitude: { meaning: "Degrees north, -90 to 90", example: "52.37" },
  longitude: { meaning: "Degrees east, -180 to 180", example: "4.89" },
  notes: { meaning: "Whatever people should know", example: "key at the reception" },
  expected_interval_seconds: { meaning: "How often it is heard of; empty, as its type says", example: "60" },
};

export const text = {
  title: "Import devices",
  description:
    "Add many devices from a file, or bring those that are there up to date. Nothing is changed before you say so.",
  back: "All devices",
  limits:
    "Up to 500 rows and 1 MB; the first line names the columns. An empty cell empties its field; a column that the file lacks stays as it is.",
  subject: "Device",
  see: "See the devices",
  columns,
};
