import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Controller, useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { allChannels, allSchedules } from "@/api/choices";
import { usePermission } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { Field, Input, Select } from "@/components/Form";
import { LengthField } from "@/components/LengthField";
import { Panel } from "@/components/Panel";
import { DELAY, MAX_TARGETS, newTarget, type PolicyForm } from "./definition";
import { targetWords, text } from "./text";

interface LevelFieldsProps {
  index: number;
  last: number;
  /** Minutes from the opening of the alert to this level. */
  reachedAfter: number;
  onMove: (to: number) => void;
  onRemove: () => void;
}

/** One level: how soon it is reached, and who is told then. */
export function LevelFields({ index, last, reachedAfter, onMove, onRemove }: LevelFieldsProps): ReactNode {
  const { control } = useFormContext<PolicyForm>();
  const { fields, append, remove } = useFieldArray({ control, name: `levels.${index}.targets` });
  const number = index + 1;
  return (
    <Panel
      title={text.level(number)}
      aside={
        <div className="flex items-center gap-1">
          <span className="mr-2 text-xs text-muted">{text.soFar(reachedAfter)}</span>
          {last > 0 && (
            <>
              <IconButton
                label={text.moveUp(number)}
                size="small"
                disabled={index === 0}
                onClick={() => onMove(index - 1)}
              >
                <ArrowUp aria-hidden className="size-4" />
              </IconButton>
              <IconButton
                label={text.moveDown(number)}
                size="small"
                disabled={index === last}
                onClick={() => onMove(index + 1)}
              >
                <ArrowDown aria-hidden className="size-4" />
              </IconButton>
              <IconButton label={text.removeLevel(number)} size="small" onClick={onRemove}>
                <Trash2 aria-hidden className="size-4" />
              </IconButton>
            </>
          )}
        </div>
      }
    >
      <div className="space-y-3">
        <LengthField
          control={control}
          name={`levels.${index}.delay_minutes`}
          label={index === 0 ? text.delayFirst : text.delayNext}
          limits={DELAY}
        />
        {fields.map((field, place) => (
          <fieldset key={field.id} className="flex items-start gap-2">
            <legend className="sr-only">{text.target(place + 1)}</legend>
            <Target level={index} index={place} />
            {fields.length > 1 && (
              <IconButton label={text.removeTarget(place + 1)} className="mt-5" onClick={() => remove(place)}>
                <Trash2 aria-hidden className="size-4" />
              </IconButton>
            )}
          </fieldset>
        ))}
        {fields.length < MAX_TARGETS && (
          <Button size="small" onClick={() => append(newTarget())}>
            <Plus aria-hidden className="size-3.5" />
            {text.addTarget}
          </Button>
        )}
      </div>
    </Panel>
  );
}

function Target({ level, index }: { level: number; index: number }): ReactNode {
  const { register, control, setValue, formState } = useFormContext<PolicyForm>();
  const kind = useWatch({ control, name: `levels.${level}.targets.${index}.kind` });
  const channels = useQuery({ ...allChannels, enabled: usePermission("notifications:read") });
  const schedules = useQuery({ ...allSchedules, enabled: usePermission("oncall:read") });
  const error = formState.errors.levels?.[level]?.targets?.[index]?.whom?.message;
  const choices =
    kind === "channel"
      ? channels.data?.map(({ channel_id, name }) => [channel_id, name] as const)
      : schedules.data?.map(({ schedule_id, name }) => [schedule_id, name] as const);
  return (
    <div className="grid flex-1 gap-2 sm:grid-cols-[10rem_1fr]">
      <Field label={text.kind}>
        <Select
          {...register(`levels.${level}.targets.${index}.kind`, {
            onChange: () => setValue(`levels.${level}.targets.${index}.whom`, ""),
          })}
        >
          {(["schedule", "channel", "email"] as const).map((each) => (
            <option key={each} value={each}>
              {targetWords[each]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={text.whom} error={error}>
        <Controller
          control={control}
          name={`levels.${level}.targets.${index}.whom`}
          render={({ field }) =>
            kind === "email" ? (
              <Input type="email" {...field} />
            ) : (
              <Select {...field}>
                <option value="">{text.choose}</option>
                {choices?.map(([id, name]) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
                {!choices && field.value !== "" && <option value={field.value}>{field.value}</option>}
              </Select>
            )
          }
        />
      </Field>
    </div>
  );
}
