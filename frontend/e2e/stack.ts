/** The deployed stack that PULSE_INSTANCE names: addresses and people, as `make up` wrote them down. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Person {
  email: string;
  password: string;
  role: string;
  tenant_id: string;
}

interface Stack {
  app_url: string;
  api_url: string;
  users: Person[];
  operator: Omit<Person, "tenant_id">[];
  devices: { tenant_id: string; device_id: string; site_id: string }[];
  app_config: { client_id: string; sign_in_url: string };
}

const instance = process.env.PULSE_INSTANCE ?? "default";
const folder = instance === "default" ? "../../.local/" : `../../.local/${instance}/`;
const file = fileURLToPath(new URL(`${folder}stack.json`, import.meta.url));

export const stack = JSON.parse(readFileSync(file, "utf8")) as Stack;

/** The first tenant's person with a role. */
export function person(role: "viewer" | "customer" | "tenant-admin"): Person {
  const found = stack.users.find((user) => user.role === role);
  if (found === undefined) throw new Error(`the stack has no ${role}`);
  return found;
}
