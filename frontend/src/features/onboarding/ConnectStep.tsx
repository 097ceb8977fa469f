import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { api, ask } from "@/api/client";
import type { Schemas } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { Button } from "@/components/Button";
import { ConnectionGuide } from "@/components/ConnectionGuide";
import { CodeBlock } from "@/components/Copy";
import { NewCredentialView } from "@/components/NewCredentialView";
import { Panel } from "@/components/Panel";
import { Moment } from "@/components/Time";
import { saveFile } from "@/lib/download";
import { FirstMessage } from "./FirstMessage";
import { text } from "./text";

const words = text.credentials;

type Issued =
  | { kind: "bundle"; file: string }
  | { kind: "code"; code: Schemas["ActivationCode"] }
  | { kind: "credential"; credential: Schemas["NewCredential"] };

type Wanted = "bundle" | "certificate" | "token" | "code";

async function issue(deviceId: string, wanted: Wanted): Promise<Issued> {
  const params = { path: { device_id: deviceId } };
  if (wanted === "bundle") {
    const archive = await ask(
      api.POST("/customer/devices/{device_id}/credentials/bundle", { params, parseAs: "blob" }),
    );
    const file = `${deviceId}.zip`;
    saveFile(file, archive, "application/zip");
    return { kind: "bundle", file };
  }
  if (wanted === "code") {
    return { kind: "code", code: await ask(api.POST("/customer/devices/{device_id}/activation-code", { params })) };
  }
  const body = { kind: wanted, label: "" };
  const credential = await ask(api.POST("/customer/devices/{device_id}/credentials", { params, body }));
  return { kind: "credential", credential };
}

/** The device is there: give it a credential, tell how to connect, and wait for what it has to say. */
export function ConnectStep({ deviceId }: { deviceId: string }): ReactNode {
  const mayIssue = usePermission("credentials:manage");
  const [issued, setIssued] = useState<Issued>();
  const mutation = useMutation({
    mutationFn: (wanted: Wanted) => issue(deviceId, wanted),
    onSuccess: setIssued,
  });
  const choice = (wanted: Wanted, title: string, detail: string, button: string): ReactNode => (
    <li className="flex flex-col gap-1 rounded-md border p-3">
      <h3 className="text-sm font-medium">{title}</h3>
      <p className="flex-1 text-xs text-muted">{detail}</p>
      <div className="mt-1">
        <Button
          size="small"
          kind={wanted === "bundle" && issued === undefined ? "primary" : "plain"}
          busy={mutation.isPending && mutation.variables === wanted}
          onClick={() => mutation.mutate(wanted)}
        >
          {button}
        </Button>
      </div>
    </li>
  );
  const token = issued?.kind === "credential" ? issued.credential.token : null;
  return (
    <div className="grid items-start gap-3 xl:grid-cols-[3fr_2fr]">
      <div className="grid min-w-0 gap-3">
        <Panel title={words.title(deviceId)}>
          <div className="grid gap-3">
            <p className="text-sm text-muted">{mayIssue ? words.detail : words.mayNot}</p>
            {mayIssue && (
              <ul className="grid gap-2 sm:grid-cols-2">
                {choice("bundle", words.bundle, words.bundleDetail, words.download)}
                {choice("token", words.token, words.tokenDetail, words.issueToken)}
                {choice("certificate", words.certificate, words.certificateDetail, words.issueCertificate)}
                {choice("code", words.code, words.codeDetail, words.makeCode)}
              </ul>
            )}
            {issued?.kind === "bundle" && (
              <p role="status" className="rounded-md border border-stale/50 px-3 py-2 text-sm">
                {words.downloaded(issued.file)}
              </p>
            )}
            {issued?.kind === "code" && (
              <>
                <CodeBlock label={words.codeShown} code={issued.code.code} />
                <p className="text-xs text-muted">
                  {words.codeUntil} <Moment time={issued.code.expires_at} long />.
                </p>
              </>
            )}
            {issued?.kind === "credential" && <NewCredentialView credential={issued.credential} />}
          </div>
        </Panel>
        <Panel title={text.guide}>
          <ConnectionGuide
            key={token ?? ""}
            deviceId={deviceId}
            token={token ?? undefined}
            way={token ? "curl" : "mosquitto"}
          />
        </Panel>
      </div>
      <FirstMessage deviceId={deviceId} />
    </div>
  );
}
