import { counted } from "@/lib/numbers";

export const text = {
  title: "Quarantine",
  description: "Messages that were refused, of every tenant and of none, with the reason and how they began.",
  search: "Search topics and details",
  reason: "Reason",
  anyReason: "Every reason",
  device: "Device id",
  empty: "Nothing was refused",
  emptyDetail: "A message that is refused is kept here with its reason, so that its device can be put right.",
  emptyFiltered: "Nothing that was refused fits",
  columns: { reason: "Reason", tenant: "Tenant", device: "Device", detail: "Why", received: "When" },
  counts: "Refused in the last 24 hours",
  countOf: (reason: string, messages: number) => `${reason}: ${counted(messages, "message")}`,
  none: "None.",
  message: (device: string) => `Message of ${device}`,
  unknown: "nobody known",
  facts: { topic: "Topic", principal: "Sent by", message: "Message id", size: "Size" },
  bytes: (bytes: number) => counted(bytes, "byte"),
  payload: "How it begins",
  notText: "Not text; its start in base64:",
};
