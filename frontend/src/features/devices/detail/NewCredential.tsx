import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Button } from "@/components/Button";
import { ConnectionGuide } from "@/components/ConnectionGuide";
import { Dialog } from "@/components/Dialog";
import { NewCredentialView } from "@/components/NewCredentialView";
import { text } from "../text";

interface NewCredentialProps {
  deviceId: string;
  credential: Schemas["NewCredential"];
  onClose: () => void;
}

/** What is secret, once, with what the device at hand can be tried with. */
export function NewCredential({ deviceId, credential, onClose }: NewCredentialProps): ReactNode {
  const token = credential.token ?? undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      size="wide"
      title={text.issued}
      footer={
        <Button kind="primary" onClick={onClose}>
          {text.kept}
        </Button>
      }
    >
      <div className="grid gap-4">
        <NewCredentialView credential={credential} />
        <ConnectionGuide deviceId={deviceId} token={token} way={token === undefined ? "mosquitto" : "curl"} />
      </div>
    </Dialog>
  );
}
