import type { Schedule } from "./queries";

export interface Person {
  name: string;
  email: string;
  channel_id: string | null;
}

/** Everybody in the layers of a schedule, once each, by name. */
export function peopleOf(schedule: Schedule): Person[] {
  const people = new Map<string, Person>();
  for (const responder of schedule.layers.flatMap((layer) => layer.responders)) {
    people.set(responder.email, { ...responder, channel_id: responder.channel_id ?? null });
  }
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
}
