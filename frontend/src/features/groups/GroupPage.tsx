import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useNavigate, useParams } from "react-router";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { PageHeader } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { inWords } from "./filter";
import { DeleteGroup, SendToGroup } from "./GroupActions";
import { GroupCommands } from "./GroupCommands";
import { GroupDevices } from "./GroupDevices";
import { GroupDialog } from "./GroupDialog";
import { oneGroup, type Group } from "./queries";
import { kindWords, text } from "./text";

export default function GroupPage(): ReactNode {
  const { groupId = "" } = useParams();
  const query = useQuery(oneGroup(groupId));
  return (
    <>
      <BackLink to="/groups">{text.back}</BackLink>
      <QueryState query={query} skeletonRows={10} isPage>
        {(group) => <GroupView group={group} freshness={<AsOf query={query} />} />}
      </QueryState>
    </>
  );
}

function GroupView({ group, freshness }: { group: Group; freshness: ReactNode }): ReactNode {
  const navigate = useNavigate();
  const [doing, setDoing] = useState<"edit" | "send" | "delete">();
  const stop = (): void => setDoing(undefined);
  return (
    <>
      <PageHeader
        title={group.name}
        description={
          <span className="flex flex-wrap items-center gap-2">
            <Badge tone={group.kind === "DYNAMIC" ? "accent" : "neutral"}>{kindWords[group.kind]}</Badge>
            {group.filter !== null && <span>{inWords(group.filter)}</span>}
            <span>{group.description}</span>
          </span>
        }
        actions={
          <>
            {freshness}
            <Can permission="commands:send">
              <Button kind="primary" onClick={() => setDoing("send")}>
                {text.send}
              </Button>
            </Can>
            <Can permission="devices:manage">
              <Button onClick={() => setDoing("edit")}>{text.edit}</Button>
              <Button onClick={() => setDoing("delete")}>{text.remove}</Button>
            </Can>
          </>
        }
      />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <GroupDevices group={group} />
        <GroupCommands group={group} />
      </div>
      {doing === "edit" && <GroupDialog group={group} onClose={stop} />}
      {doing === "send" && <SendToGroup group={group} onClose={stop} />}
      {doing === "delete" && <DeleteGroup group={group} onClose={stop} onDeleted={() => navigate("/groups")} />}
    </>
  );
}
