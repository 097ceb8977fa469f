/** A kind's JSON schema, read as fields of a form. Pure. */

export type FieldKind = "text" | "secret" | "longText" | "number" | "boolean" | "choice" | "list" | "pairs" | "group";

export interface ConfigField {
  name: string;
  label: string;
  hint: string | undefined;
  kind: FieldKind;
  required: boolean;
  /** Labels of others of which one is needed, if it is not this. */
  insteadOf: readonly string[];
  /** What a template may name. */
  variables: readonly string[];
  /** May be null, which an empty field means. */
  nullable: boolean;
  secret: boolean;
  initial: unknown;
  choices: readonly (string | number)[];
  /** Of a group. */
  fields: readonly ConfigField[];
}

export type Config = Record<string, unknown>;

type JsonSchema = Record<string, unknown>;

/** From here on a text is long enough for several lines. */
const LONG_TEXT = 5000;

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

export function fieldsOf(schema: JsonSchema, definitions = schema.$defs): ConfigField[] {
  const required = textsOf(schema.required);
  const ways = Array.isArray(schema.oneOf) ? schema.oneOf.filter(isSchema).flatMap((way) => textsOf(way.required)) : [];
  return Object.entries(isSchema(schema.properties) ? schema.properties : {}).map(([name, given]) => ({
    ...fieldOf(name, isSchema(given) ? given : {}, required.includes(name), definitions),
    insteadOf: ways.includes(name) ? ways.filter((other) => other !== name).map(labelOf) : [],
  }));
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function fieldOf(
  name: string,
  given: JsonSchema,
  required: boolean,
  definitions: unknown,
): Omit<ConfigField, "insteadOf"> {
  const options: unknown[] = Array.isArray(given.anyOf) ? given.anyOf : [given];
  const schemas = options.filter(isSchema).map((option) => resolve(option, definitions));
  const schema = schemas.find((option) => option.type !== "null") ?? {};
  const kind = kindOf(schema, given.writeOnly === true);
  const fields = kind === "group" ? fieldsOf(schema, definitions) : [];
  return {
    name,
    label: labelOf(name),
    hint: typeof given.description === "string" ? given.description.replaceAll("`", "") : undefined,
    kind,
    required,
    variables: textsOf(schema.variables),
    nullable: schemas.some((option) => option.type === "null"),
    secret: given.writeOnly === true,
    initial: given.default ?? (kind === "list" ? [] : kind === "pairs" ? {} : null),
    choices: Array.isArray(schema.enum)
      ? schema.enum.filter((value) => typeof value === "string" || typeof value === "number")
      : [],
    fields,
  };
}

function resolve(schema: JsonSchema, definitions: unknown): JsonSchema {
  if (typeof schema.$ref !== "string" || !isSchema(definitions)) return schema;
  const found = definitions[schema.$ref.split("/").at(-1) ?? ""];
  return isSchema(found) ? found : schema;
}

function kindOf(schema: JsonSchema, secret: boolean): FieldKind {
  if (Array.isArray(schema.enum)) return "choice";
  if (schema.type === "boolean") return "boolean";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "array") return "list";
  if (schema.type === "object") return isSchema(schema.properties) ? "group" : "pairs";
  if (secret) return "secret";
  return typeof schema.maxLength === "number" && schema.maxLength >= LONG_TEXT ? "longText" : "text";
}

/** "webhook_url" as people write it: "Webhook URL". */
function labelOf(name: string): string {
  const words = name.replaceAll("_", " ").replace(/\b(url|qos|id)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the form of a new channel begins with. */
export function initialConfig(fields: readonly ConfigField[]): Config {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial]));
}

/** What the API is told: an empty field is null where that is allowed, and left out where it is not. */
export function configOf(fields: readonly ConfigField[], values: Config): Config {
  const told: Config = {};
  for (const field of fields) {
    const value = values[field.name];
    if (field.kind === "group" && isSchema(value)) told[field.name] = configOf(field.fields, value);
    else if (value !== "" && value !== null && value !== undefined) told[field.name] = value;
    else if (field.nullable) told[field.name] = null;
    else if (field.kind === "text" && !field.required) told[field.name] = "";
  }
  return told;
}
