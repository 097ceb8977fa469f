import { Download } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { saveFile } from "@/lib/download";
import { Button } from "./Button";
import { CodeBlock } from "./Copy";
import { Moment } from "./Time";

const words = {
  once: "Shown this once. Keep it now: nobody can read it again.",
  ends: "Valid until",
  token: "Token",
  key: "Private key (device.key)",
  certificate: "Certificate (device.pem)",
  authority: "Authority to trust (ca.pem)",
  save: (file: string) => `Save ${file}`,
};

const PEM = "application/x-pem-file";

/** A credential that was just issued, with what is shown this once. */
export function NewCredentialView({ credential }: { credential: Schemas["NewCredential"] }): ReactNode {
  const { token, private_key_pem: key, certificate_pem: certificate, mqtt } = credential;
  const files: [file: string, label: string, content: string][] = [];
  if (key) files.push(["device.key", words.key, key]);
  if (certificate) files.push(["device.pem", words.certificate, certificate]);
  if (mqtt) files.push(["ca.pem", words.authority, mqtt.certificate_authority_pem]);
  return (
    <div className="grid gap-3">
      <p role="status" className="rounded-md border border-stale/50 px-3 py-2 text-sm">
        <strong className="font-medium">{words.once}</strong>
        {credential.expires_at && (
          <>
            {" "}
            {words.ends} <Moment time={credential.expires_at} long />.
          </>
        )}
      </p>
      {token && <CodeBlock label={words.token} code={token} />}
      {files.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {files.map(([file, , content]) => (
            <Button key={file} size="small" onClick={() => saveFile(file, content, PEM)}>
              <Download aria-hidden className="size-3.5" />
              {words.save(file)}
            </Button>
          ))}
        </div>
      )}
      {files.map(([file, label, content]) => (
        <CodeBlock key={file} label={label} code={content} />
      ))}
    </div>
  );
}
