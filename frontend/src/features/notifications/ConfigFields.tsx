import type { ReactNode } from "react";
import { Button } from "@/components/Button";
import { Checkbox, Field, Input, Select, TextArea } from "@/components/Form";
import { TokenInput } from "@/components/TokenInput";
import { initialConfig, type Config, type ConfigField } from "./schema";
import { channelText as text } from "./text";

interface ConfigFieldsProps {
  fields: readonly ConfigField[];
  values: Config;
  onChange: (values: Config) => void;
  /** What is wrong, by the path of the field. */
  errors: Readonly<Record<string, string>>;
  /** Where in the whole configuration these fields are: "config.". */
  prefix: string;
}

/** A form made from a kind's JSON schema. */
export function ConfigFields({ fields, values, onChange, errors, prefix }: ConfigFieldsProps): ReactNode {
  return fields.map((field) => {
    const path = `${prefix}${field.name}`;
    const set = (value: unknown): void => onChange({ ...values, [field.name]: value });
    const value = values[field.name];
    if (field.kind === "group") {
      return (
        <fieldset key={field.name} aria-label={field.label} className="space-y-3 rounded-md border p-3">
          <Checkbox
            label={text.ownOf(field.label)}
            checked={isConfig(value)}
            onChange={(now) => set(now ? initialConfig(field.fields) : null)}
          />
          {isConfig(value) && (
            <ConfigFields fields={field.fields} values={value} onChange={set} errors={errors} prefix={`${path}.`} />
          )}
        </fieldset>
      );
    }
    if (field.kind === "boolean") {
      return <Checkbox key={field.name} label={field.hint ?? field.label} checked={value === true} onChange={set} />;
    }
    const isMasked = field.secret && typeof value === "string" && value === MASK;
    return (
      <Field
        key={field.name}
        label={labelOf(field)}
        hint={isMasked ? text.secretHint : field.hint}
        error={errorAt(errors, path)}
      >
        <Control field={field} value={value} onChange={set} />
      </Field>
    );
  });
}

function labelOf({ label, required, insteadOf }: ConfigField): string {
  if (required) return label;
  return `${label} (${insteadOf.length > 0 ? text.insteadOf(insteadOf.join(", ")) : text.optional})`;
}

/** What the API shows in the place of a secret, and takes for "as it is". */
const MASK = "***";

interface ControlProps {
  field: ConfigField;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Control({ field, value, onChange }: ControlProps): ReactNode {
  const written = typeof value === "string" || typeof value === "number" ? value : "";
  switch (field.kind) {
    case "choice":
      return (
        <Select
          value={written}
          onChange={(event) => onChange(field.choices.find((choice) => String(choice) === event.target.value))}
        >
          {field.choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </Select>
      );
    case "number":
      return (
        <Input
          type="number"
          value={written}
          onChange={(event) => onChange(event.target.value === "" ? null : Number(event.target.value))}
        />
      );
    case "longText":
      return (
        <>
          <TextArea
            rows={5}
            className="font-mono text-xs"
            value={written}
            onChange={(event) => onChange(event.target.value)}
          />
          {field.variables.length > 0 && (
            <div role="group" aria-label={text.variables} className="flex flex-wrap items-center gap-1">
              <span className="text-xs text-muted">{text.variables}:</span>
              {field.variables.map((name) => (
                <Button
                  key={name}
                  size="small"
                  className="font-mono"
                  aria-label={text.insertVariable(name)}
                  onClick={() => onChange(`${written}{{ ${name} }}`)}
                >
                  {name}
                </Button>
              ))}
            </div>
          )}
        </>
      );
    case "list":
      return <TokenInput tokens={textsIn(value)} placeholder={text.addToken} onChange={onChange} />;
    case "pairs":
      return (
        <TokenInput
          tokens={Object.entries(isConfig(value) ? value : {}).map(([name, content]) => `${name}: ${String(content)}`)}
          placeholder={text.headerHint}
          onChange={(tokens) => onChange(Object.fromEntries(tokens.map(pairOf)))}
        />
      );
    case "secret":
      return (
        <Input
          type="password"
          autoComplete="new-password"
          value={written}
          onFocus={(event) => event.target.select()}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return <Input value={written} onChange={(event) => onChange(event.target.value)} />;
  }
}

function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function pairOf(token: string): [string, string] {
  const [name = "", ...content] = token.split(":");
  return [name.trim(), content.join(":").trim()];
}

/** What is wrong with a field, or with something in it. */
function errorAt(errors: Readonly<Record<string, string>>, path: string): string | undefined {
  const place = Object.keys(errors).find((name) => name === path || name.startsWith(`${path}.`));
  return place === undefined ? undefined : errors[place];
}
