import { zodResolver } from "@hookform/resolvers/zod";
import { useRef, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/Button";
import { Field, TextArea } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { jsonText, objectText, parseObject } from "@/lib/json";
import { ProblemError, sentenceOf } from "@/lib/problem";
import { useUploadAddon } from "./queries";
import { text } from "./text";

const Upload = z.object({ manifest: objectText(text.manifestWrong) });

interface UploadDialogProps {
  title: string;
  /** The version of now, to begin the next one with. */
  manifest?: Record<string, unknown>;
  onClose: () => void;
}

/** A manifest, typed, pasted or out of a file. What is wrong in it is told with its place. */
export function UploadDialog({ title, manifest, onClose }: UploadDialogProps): ReactNode {
  const file = useRef<HTMLInputElement>(null);
  const form = useForm<z.infer<typeof Upload>>({
    resolver: zodResolver(Upload),
    defaultValues: { manifest: manifest ? jsonText(manifest) : "" },
  });
  const upload = useUploadAddon();
  const read = async (chosen: File | undefined): Promise<void> => {
    if (chosen) form.setValue("manifest", await chosen.text(), { shouldValidate: true });
  };
  const send = async ({ manifest: typed }: z.infer<typeof Upload>): Promise<void> => {
    try {
      await upload.mutateAsync(parseObject(typed) ?? {});
    } catch (error) {
      // Places within the manifest are no fields of this form: they stand above it, all of them.
      throw new Error(placesOf(error), { cause: error });
    }
  };
  return (
    <FormDialog
      form={form}
      title={title}
      description={text.uploadDetail}
      size="wide"
      submit={text.send}
      onClose={onClose}
      onSubmit={send}
    >
      <Field label={text.manifest} hint={text.manifestHint} error={form.formState.errors.manifest?.message}>
        <TextArea rows={18} spellCheck={false} className="font-mono text-xs" {...form.register("manifest")} />
      </Field>
      <div>
        <Button size="small" onClick={() => file.current?.click()}>
          {text.fromFile}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          aria-label={text.fromFile}
          className="hidden"
          onChange={(event) => void read(event.target.files?.[0])}
        />
      </div>
    </FormDialog>
  );
}

/** By their whole paths: that is how somebody finds them in the manifest. */
function placesOf(error: unknown): string {
  if (!(error instanceof ProblemError) || error.errors.length === 0) return sentenceOf(error);
  return error.errors.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
}
