import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { FormProvider, useFieldArray, useForm } from "react-hook-form";
import { Link, useNavigate, useParams } from "react-router";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { Field, Input } from "@/components/Form";
import { FormProblem, FormRefusal, showProblem } from "@/components/FormProblem";
import { InTenantZone } from "@/components/InTenantZone";
import { LeaveGuard } from "@/components/LeaveGuard";
import { PageHeader, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { wallTimeOf } from "@/lib/time";
import { definitionOf, formOf, MAX_LAYERS, newLayer, scheduleSchema, type ScheduleForm } from "./definition";
import { LayerFields } from "./LayerFields";
import { editedSchedule, useSaveSchedule, type Schedule } from "./queries";
import { text } from "./text";

/** A schedule as a whole: of one that exists, or a new one. */
export default function ScheduleFormPage(): ReactNode {
  const { scheduleId } = useParams();
  const query = useQuery({ ...editedSchedule(scheduleId ?? ""), enabled: scheduleId !== undefined });
  return (
    <>
      <BackLink to={addressOf(scheduleId)}>{text.back}</BackLink>
      {scheduleId === undefined ? (
        <InTenantZone>
          {(timeZone) => <Builder schedule={undefined} start={newSchedule(timeZone)} today={morningIn(timeZone)} />}
        </InTenantZone>
      ) : (
        <QueryState query={query} skeletonRows={10} isPage>
          {(schedule) => (
            <Builder
              key={schedule.version}
              schedule={schedule}
              start={formOf(schedule)}
              today={morningIn(schedule.timezone)}
            />
          )}
        </QueryState>
      )}
    </>
  );
}

/** Where the form of a schedule, or of a new one, was opened. */
function addressOf(scheduleId: string | undefined): string {
  return scheduleId === undefined ? "/oncall" : `/oncall/${scheduleId}`;
}

/** Nine o'clock of today, where turns begin unless they are told otherwise. */
function morningIn(timeZone: string): string {
  return `${wallTimeOf(new Date(), timeZone).slice(0, "2026-11-21".length)}T09:00`;
}

function newSchedule(timezone: string): ScheduleForm {
  return { name: "", description: "", timezone, layers: [newLayer(text.layer(1), morningIn(timezone))] };
}

interface BuilderProps {
  schedule: Schedule | undefined;
  start: ScheduleForm;
  today: string;
}

function Builder({ schedule, start, today }: BuilderProps): ReactNode {
  const navigate = useNavigate();
  const save = useSaveSchedule(schedule);
  const form = useForm<ScheduleForm>({ resolver: zodResolver(scheduleSchema), defaultValues: start });
  const { register, control, handleSubmit, formState } = form;
  const { fields, append, remove, move } = useFieldArray({ control, name: "layers" });
  const { errors } = formState;
  const submit = handleSubmit(async (values) => {
    try {
      const saved = await save.mutateAsync(definitionOf(values));
      await navigate(`/oncall/${saved.schedule_id}`);
    } catch (error) {
      showProblem(form, error);
    }
  });
  return (
    <FormProvider {...form}>
      <LeaveGuard when={formState.isDirty && !formState.isSubmitting} />
      <PageHeader title={schedule?.name ?? text.newTitle} description={text.formDescription} />
      <form onSubmit={(event) => void submit(event)} noValidate className="max-w-4xl space-y-4">
        <Panel>
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label={text.name} error={errors.name?.message}>
              <Input {...register("name")} maxLength={100} />
            </Field>
            <Field label={text.timezone} hint={text.timezoneHint} error={errors.timezone?.message}>
              <Input list="time-zones" {...register("timezone")} />
            </Field>
            <datalist id="time-zones">
              {Intl.supportedValuesOf("timeZone").map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
            <Field label={text.scheduleDescription} error={errors.description?.message} className="sm:col-span-2">
              <Input {...register("description")} maxLength={1000} />
            </Field>
          </div>
        </Panel>
        {fields.map((field, index) => (
          <LayerFields
            key={field.id}
            index={index}
            last={fields.length - 1}
            onMove={(to) => move(index, to)}
            onRemove={() => remove(index)}
          />
        ))}
        {fields.length < MAX_LAYERS && (
          <Button onClick={() => append(newLayer(text.layer(fields.length + 1), today))}>
            <Plus aria-hidden className="size-4" />
            {text.addLayer}
          </Button>
        )}
        <FormRefusal form={form} />
        <FormProblem message={errors.layers?.message} />
        <div className="flex gap-2">
          <Button type="submit" kind="primary" busy={formState.isSubmitting}>
            {text.save}
          </Button>
          <Button asChild>
            <Link to={addressOf(schedule?.schedule_id)}>{text.cancel}</Link>
          </Button>
        </div>
      </form>
    </FormProvider>
  );
}
