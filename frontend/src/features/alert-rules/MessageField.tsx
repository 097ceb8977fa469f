import type { ReactNode } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { Button } from "@/components/Button";
import { Field, TextArea } from "@/components/Form";
import { severityWords } from "@/components/text";
import { previewOf, type RuleForm } from "./definition";
import { messageVariables, text } from "./text";

/** The text of the rule's alerts, with what can be filled in, and how it would read. */
export function MessageField(): ReactNode {
  const { register, control, setValue, getValues, formState } = useFormContext<RuleForm>();
  const [message, name, severity] = useWatch({ control, name: ["message", "name", "severity"] });
  const insert = (variable: string): void => {
    const before = getValues("message");
    const space = before === "" || before.endsWith(" ") ? "" : " ";
    setValue("message", `${before}${space}{{ ${variable} }}`, { shouldDirty: true });
  };
  return (
    <div className="space-y-1.5">
      <Field label={text.message} hint={text.messageHint} error={formState.errors.message?.message}>
        <TextArea {...register("message")} maxLength={500} rows={2} />
      </Field>
      <div className="flex flex-wrap gap-1">
        {Object.entries(messageVariables).map(([variable, { meaning }]) => (
          <Button
            key={variable}
            size="small"
            className="h-6 font-mono font-normal"
            title={meaning}
            aria-label={text.insert(variable)}
            onClick={() => insert(variable)}
          >
            {variable}
          </Button>
        ))}
      </div>
      {message.trim() !== "" && (
        <p className="rounded-md bg-raised px-2 py-1.5 text-sm">
          <span className="mr-2 text-xs text-muted">{text.messagePreview}</span>
          {previewOf(message, { rule: name, severity: severityWords[severity] })}
        </p>
      )}
    </div>
  );
}
