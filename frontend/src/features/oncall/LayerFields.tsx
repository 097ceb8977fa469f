import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Controller, useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { allChannels } from "@/api/choices";
import { usePermission } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { Checkbox, Field, Input, Select } from "@/components/Form";
import { LengthField } from "@/components/LengthField";
import { Panel } from "@/components/Panel";
import { newResponder, ROTATIONS, SHIFT, type ScheduleForm } from "./definition";
import { rotationWords, text, WEEKDAYS } from "./text";

interface LayerFieldsProps {
  index: number;
  last: number;
  onMove: (to: number) => void;
  onRemove: () => void;
}

/** One layer: who takes turns, how long a turn is, and at which hours the layer counts. */
export function LayerFields({ index, last, onMove, onRemove }: LayerFieldsProps): ReactNode {
  const { register, control, formState } = useFormContext<ScheduleForm>();
  const rotation = useWatch({ control, name: `layers.${index}.rotation` });
  const errors = formState.errors.layers?.[index];
  const name = text.layer(index + 1);
  return (
    <Panel
      title={
        <>
          {name} {index === 0 && <span className="font-normal text-muted">{text.layerHint}</span>}
        </>
      }
      aside={
        <div className="flex">
          <Moves what={name} index={index} last={last} onMove={onMove} />
          {last > 0 && (
            <IconButton label={text.removeLayer(index + 1)} size="small" onClick={onRemove}>
              <Trash2 aria-hidden className="size-4" />
            </IconButton>
          )}
        </div>
      }
    >
      <div className="space-y-3">
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label={text.name} error={errors?.name?.message}>
            <Input {...register(`layers.${index}.name`)} maxLength={100} />
          </Field>
          <Field label={text.rotation} error={errors?.rotation?.message}>
            <Select {...register(`layers.${index}.rotation`)}>
              {ROTATIONS.map((each) => (
                <option key={each} value={each}>
                  {rotationWords[each]}
                </option>
              ))}
            </Select>
          </Field>
          {rotation === "custom" && (
            <LengthField
              control={control}
              name={`layers.${index}.shift_hours`}
              label={text.shiftHours}
              limits={SHIFT}
            />
          )}
          <Field label={text.rotationStart} error={errors?.rotation_start?.message}>
            <Input type="datetime-local" {...register(`layers.${index}.rotation_start`)} />
          </Field>
        </div>
        <Responders layer={index} />
        <Restrictions layer={index} />
      </div>
    </Panel>
  );
}

interface MovesProps {
  what: string;
  index: number;
  last: number;
  onMove: (to: number) => void;
}

function Moves({ what, index, last, onMove }: MovesProps): ReactNode {
  if (last === 0) return null;
  return (
    <>
      <IconButton label={text.moveUp(what)} size="small" disabled={index === 0} onClick={() => onMove(index - 1)}>
        <ArrowUp aria-hidden className="size-4" />
      </IconButton>
      <IconButton label={text.moveDown(what)} size="small" disabled={index === last} onClick={() => onMove(index + 1)}>
        <ArrowDown aria-hidden className="size-4" />
      </IconButton>
    </>
  );
}

function Responders({ layer }: { layer: number }): ReactNode {
  const { register, control, formState } = useFormContext<ScheduleForm>();
  const { fields, append, remove, move } = useFieldArray({ control, name: `layers.${layer}.responders` });
  const channels = useQuery({ ...allChannels, enabled: usePermission("notifications:read") });
  const errors = formState.errors.layers?.[layer]?.responders;
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 text-xs font-medium text-muted">{text.responders}</legend>
      {fields.map((field, index) => (
        <fieldset key={field.id} className="flex items-start gap-2">
          <legend className="sr-only">{text.responder(index + 1)}</legend>
          <span aria-hidden className="tabular mt-6 w-4 text-right text-xs text-muted">
            {index + 1}
          </span>
          <div className="grid flex-1 gap-2 sm:grid-cols-3">
            <Field label={text.personName} error={errors?.[index]?.name?.message}>
              <Input {...register(`layers.${layer}.responders.${index}.name`)} maxLength={100} />
            </Field>
            <Field label={text.email} error={errors?.[index]?.email?.message}>
              <Input type="email" {...register(`layers.${layer}.responders.${index}.email`)} />
            </Field>
            <Field label={text.channel} error={errors?.[index]?.channel_id?.message}>
              <Controller
                control={control}
                name={`layers.${layer}.responders.${index}.channel_id`}
                render={({ field: channel }) => (
                  <Select {...channel}>
                    <option value="">{text.noChannel}</option>
                    {channels.data?.map(({ channel_id, name }) => (
                      <option key={channel_id} value={channel_id}>
                        {name}
                      </option>
                    ))}
                    {!channels.data && channel.value !== "" && <option value={channel.value}>{channel.value}</option>}
                  </Select>
                )}
              />
            </Field>
          </div>
          <div className="mt-5 flex">
            <Moves
              what={text.responder(index + 1)}
              index={index}
              last={fields.length - 1}
              onMove={(to) => move(index, to)}
            />
            {fields.length > 1 && (
              <IconButton label={text.removeResponder(index + 1)} onClick={() => remove(index)}>
                <Trash2 aria-hidden className="size-4" />
              </IconButton>
            )}
          </div>
        </fieldset>
      ))}
      <Button size="small" onClick={() => append(newResponder())}>
        <Plus aria-hidden className="size-3.5" />
        {text.addResponder}
      </Button>
    </fieldset>
  );
}

function Restrictions({ layer }: { layer: number }): ReactNode {
  const { register, control, formState } = useFormContext<ScheduleForm>();
  const { fields, append, remove } = useFieldArray({ control, name: `layers.${layer}.restrictions` });
  const errors = formState.errors.layers?.[layer]?.restrictions;
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 text-xs font-medium text-muted">{text.restrictions}</legend>
      {fields.length === 0 && <p className="text-sm text-muted">{text.always}</p>}
      {fields.map((field, index) => (
        <fieldset key={field.id} className="flex flex-wrap items-start gap-3">
          <legend className="sr-only">{text.restriction(index + 1)}</legend>
          <Field label={text.from} error={errors?.[index]?.start?.message}>
            <Input type="time" {...register(`layers.${layer}.restrictions.${index}.start`)} />
          </Field>
          <Field label={text.to} error={errors?.[index]?.end?.message}>
            <Input type="time" {...register(`layers.${layer}.restrictions.${index}.end`)} />
          </Field>
          <Controller
            control={control}
            name={`layers.${layer}.restrictions.${index}.weekdays`}
            render={({ field: weekdays }) => (
              <fieldset>
                <legend className="mb-1 text-xs text-muted">
                  {text.weekdays} ({text.everyDay})
                </legend>
                <div className="flex h-8 flex-wrap items-center gap-3">
                  {WEEKDAYS.map(([day, word]) => (
                    <Checkbox
                      key={day}
                      label={word}
                      checked={weekdays.value.includes(day)}
                      onChange={(now) =>
                        weekdays.onChange(
                          now ? [...weekdays.value, day] : weekdays.value.filter((chosen) => chosen !== day),
                        )
                      }
                    />
                  ))}
                </div>
              </fieldset>
            )}
          />
          <IconButton label={text.removeRestriction(index + 1)} className="mt-5" onClick={() => remove(index)}>
            <Trash2 aria-hidden className="size-4" />
          </IconButton>
        </fieldset>
      ))}
      <Button size="small" onClick={() => append({ weekdays: [], start: "18:00", end: "08:00" })}>
        <Plus aria-hidden className="size-3.5" />
        {text.addRestriction}
      </Button>
    </fieldset>
  );
}
