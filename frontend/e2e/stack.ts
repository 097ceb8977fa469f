/** The deployed stack that PULSE_INSTANCE names: addresses and people, as `make up` wrote them down. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROLES = ["viewer", "customer", "tenant-admin", "operator-admin"] as const;
export type Role = (typeof ROLES)[number];

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

/** The operator who may do everything that operators may. */
export function operator(): Pick<Person, "email" | "password"> {
  const found = stack.operator.find((user) => user.role === "operator-admin");
  if (found === undefined) throw new Error("the stack has no operator-admin");
  return found;
}

/** The first tenant's person with a role. */
export function person(role: Exclude<Role, "operator-admin">): Person {
  const found = stack.users.find((user) => user.role === role);
  if (found === undefined) throw new Error(`the stack has no ${role}`);
  return found;
}
