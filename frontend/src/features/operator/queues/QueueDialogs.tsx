import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Field, Input } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { useRedrive, usePurge, type Queue } from "./queries";
import { text } from "./text";

interface DialogProps {
  queue: Queue;
  onClose: () => void;
}

const Amount = z.object({ most: z.int({ error: text.mostWrong }).min(1, text.mostWrong).max(10_000, text.mostWrong) });

export function RedriveDialog({ queue, onClose }: DialogProps): ReactNode {
  const redrive = useRedrive(queue);
  const form = useForm<z.infer<typeof Amount>>({ resolver: zodResolver(Amount), defaultValues: { most: 1000 } });
  return (
    <FormDialog
      form={form}
      title={text.redriveTitle(queue.queue)}
      description={text.redriveDetail(queue.redrives_to ?? "")}
      submit={text.redrive}
      onClose={onClose}
      onSubmit={(wanted) => redrive.mutateAsync(wanted)}
    >
      <Field label={text.most} error={form.formState.errors.most?.message}>
        <Input inputMode="numeric" {...form.register("most", { valueAsNumber: true })} />
      </Field>
    </FormDialog>
  );
}

/** What can't be taken back asks for the queue's name. */
export function PurgeDialog({ queue, onClose }: DialogProps): ReactNode {
  const purge = usePurge(queue);
  const Typed = z.object({ name: z.literal(queue.queue, { error: text.purgeWrong }) });
  const form = useForm<{ name: string }>({ resolver: zodResolver(Typed), defaultValues: { name: "" } });
  return (
    <FormDialog
      form={form}
      title={text.purgeTitle(queue.queue)}
      description={text.purgeDetail(queue.messages)}
      submit={text.purge}
      onClose={onClose}
      onSubmit={() => purge.mutateAsync()}
    >
      <Field label={text.purgeType(queue.queue)} error={form.formState.errors.name?.message}>
        <Input className="font-mono" autoComplete="off" {...form.register("name")} />
      </Field>
    </FormDialog>
  );
}
