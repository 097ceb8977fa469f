import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState, type ReactNode } from "react";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { DeviceDetail } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { IconButton } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { Field, Input } from "@/components/Form";
import { Menu, MenuItem } from "@/components/Menu";
import { text as shared } from "@/components/text";
import { toast } from "@/components/toast";
import { text } from "../text";

type Step = "suspend" | "resume" | "decommission";

/** Out of service and back; each step has a reason that the record keeps. */
export function LifecycleMenu({ device }: { device: DeviceDetail }): ReactNode {
  const mayManage = usePermission("devices:manage");
  const [step, setStep] = useState<Step>();
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  if (!mayManage || device.lifecycle === "DECOMMISSIONED") return null;

  const take = async (): Promise<void> => {
    if (step === undefined) return;
    if (reason.trim() === "") throw new Error(text.reasonMissing);
    const options = { params: { path: { device_id: device.device_id } }, body: { reason: reason.trim() } };
    const calls = {
      suspend: () => api.POST("/customer/devices/{device_id}/suspend", options),
      resume: () => api.POST("/customer/devices/{device_id}/resume", options),
      decommission: () => api.POST("/customer/devices/{device_id}/decommission", options),
    };
    await ask(calls[step]());
    toast.done(`${text.lifecycleDone[step]}: ${device.name || device.device_id}`);
    await queries.invalidateQueries({ queryKey: keys.devices });
  };
  const close = (): void => {
    setStep(undefined);
    setReason("");
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton label={shared.more} kind="plain">
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
      >
        {device.lifecycle === "ACTIVE" ? (
          <MenuItem onSelect={() => setStep("suspend")}>{text.suspend}…</MenuItem>
        ) : (
          <MenuItem onSelect={() => setStep("resume")}>{text.resume}…</MenuItem>
        )}
        <MenuItem danger onSelect={() => setStep("decommission")}>
          {text.decommission}…
        </MenuItem>
      </Menu>
      {step !== undefined && (
        <ConfirmDialog
          open
          onClose={close}
          title={`${text[step]}: ${device.name || device.device_id}`}
          description={step === "decommission" ? text.decommissionDetail : step === "suspend" ? text.suspendDetail : ""}
          confirm={text[step]}
          onConfirm={take}
        >
          <Field label={text.reason} className="mb-2">
            <Input value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
          </Field>
        </ConfirmDialog>
      )}
    </>
  );
}
