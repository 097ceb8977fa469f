export const text = {
  title: "Import devices",
  description:
    "Add many devices from a file, or bring those that are there up to date. Nothing is changed before you say so.",
  back: "All devices",
  limits:
    "Up to 500 rows and 1 MB; the first line names the columns, of which device_id, site_id and device_type are needed.",
  subject: "Device",
  see: "See the devices",
};
