/** What can be done with a group, from the list and from its own page. */
import type { ReactNode } from "react";
import { CommandDialog } from "@/components/CommandDialog";
import { ConfirmDialog } from "@/components/Dialog";
import { useDeleteGroup, useSendGroupCommand, type Group } from "./queries";
import { text } from "./text";

interface ActionProps {
  group: Group;
  onClose: () => void;
}

export function SendToGroup({ group, onClose }: ActionProps): ReactNode {
  const send = useSendGroupCommand(group.group_id);
  return (
    <CommandDialog
      title={text.commands.sendTitle(group.name)}
      description={text.commands.sendDescription}
      onSend={send.mutateAsync}
      onClose={onClose}
    />
  );
}

interface DeleteProps extends ActionProps {
  onDeleted?: () => unknown;
}

export function DeleteGroup({ group, onClose, onDeleted }: DeleteProps): ReactNode {
  const remove = useDeleteGroup();
  return (
    <ConfirmDialog
      open
      title={text.removeTitle(group.name)}
      description={text.removeDescription}
      confirm={text.remove}
      onClose={onClose}
      onConfirm={async () => {
        await remove.mutateAsync(group);
        await onDeleted?.();
      }}
    />
  );
}
