import { Download } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Button } from "@/components/Button";
import { CodeBlock } from "@/components/Copy";
import { Dialog } from "@/components/Dialog";
import { saveFile } from "@/lib/download";
import { text } from "../text";

interface NewCredentialProps {
  deviceId: string;
  credential: Schemas["NewCredential"];
  onClose: () => void;
}

interface Secret {
  label: string;
  file: string;
  content: string;
}

/** What is secret, once, with what the device at hand can be tried with. */
export function NewCredential({ deviceId, credential, onClose }: NewCredentialProps): ReactNode {
  const { mqtt } = credential;
  const secrets: Secret[] = [];
  if (credential.token) secrets.push({ label: "Token", file: `${deviceId}.token`, content: credential.token });
  if (credential.private_key_pem) {
    secrets.push({ label: "Private key", file: `${deviceId}.key`, content: credential.private_key_pem });
  }
  if (credential.certificate_pem) {
    secrets.push({ label: "Certificate", file: `${deviceId}.crt`, content: credential.certificate_pem });
  }
  if (mqtt) secrets.push({ label: "Certificate authority", file: "ca.pem", content: mqtt.certificate_authority_pem });
  return (
    <Dialog
      open
      onClose={onClose}
      size="wide"
      title={text.shownOnce}
      description={text.shownOnceDetail}
      footer={
        <>
          <Button
            onClick={() => {
              for (const { file, content } of secrets) saveFile(file, content, "text/plain");
            }}
          >
            <Download aria-hidden className="size-3.5" />
            {text.download}
          </Button>
          <Button kind="primary" onClick={onClose}>
            {text.kept}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {mqtt && <CodeBlock label="mosquitto_pub" code={mosquitto(deviceId, mqtt)} />}
        {credential.token && <CodeBlock label="curl" code={curl(credential.token)} />}
        {secrets.map(({ label, content }) => (
          <CodeBlock key={label} label={label} code={content} />
        ))}
      </div>
    </Dialog>
  );
}

function mosquitto(deviceId: string, mqtt: Schemas["MqttConnection"]): string {
  return [
    `mosquitto_pub -h ${mqtt.host} -p ${mqtt.port} --cafile ca.pem --cert ${deviceId}.crt --key ${deviceId}.key`,
    `  -i '${mqtt.client_id}' -t '${mqtt.telemetry_topic}' -q 1`,
    `  -m '{"metrics": {"temp_c": 4.2}}'`,
  ].join(" \\\n");
}

function curl(token: string): string {
  return [
    `curl -X POST ${location.origin}/ingest/v1/telemetry`,
    `  -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json'`,
    `  -d '{"metrics": {"temp_c": 4.2}}'`,
  ].join(" \\\n");
}
