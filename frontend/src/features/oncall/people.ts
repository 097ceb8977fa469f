import type { Schedule } from "./queries";

/** Told apart by name as well: every bar and every share carries it. */
const COLOURS = [
  { paint: "bg-teal-700 text-white", colour: "var(--color-teal-700)" },
  { paint: "bg-violet-700 text-white", colour: "var(--color-violet-700)" },
  { paint: "bg-amber-700 text-white", colour: "var(--color-amber-700)" },
  { paint: "bg-blue-700 text-white", colour: "var(--color-blue-700)" },
  { paint: "bg-pink-700 text-white", colour: "var(--color-pink-700)" },
  { paint: "bg-lime-800 text-white", colour: "var(--color-lime-800)" },
] as const;

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

/** A person's colour, the same wherever a schedule shows them; who is in no layer has the one after. */
export function colourOf(schedule: Schedule, email: string): { paint: string; colour: string } {
  const people = peopleOf(schedule);
  const place = people.findIndex((person) => person.email === email);
  return COLOURS[(place === -1 ? people.length : place) % COLOURS.length] ?? COLOURS[0];
}
