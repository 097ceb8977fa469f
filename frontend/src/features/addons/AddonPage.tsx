import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { POLLED_METHODS } from "@/api/types";
import { Can } from "@/auth/Can";
import { usePermission } from "@/auth/permissions";
import { AsOf } from "@/components/AsOf";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { CodeBlock } from "@/components/Copy";
import { ConfirmDialog } from "@/components/Dialog";
import { Switch } from "@/components/Form";
import { Facts, PageHeader, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { jsonText } from "@/lib/json";
import { sentenceCase } from "@/lib/words";
import { AddonAlerts } from "./AddonAlerts";
import { addonVersions, oneAddon, useChooseAddon, useDeleteAddon, type Addon } from "./queries";
import { TestBench } from "./TestBench";
import { methodWords, text } from "./text";
import { UploadDialog } from "./UploadDialog";

/** One addon: what it reads, which of its alerts are wanted, and a bench to try it on. */
export default function AddonPage(): ReactNode {
  const { addonId = "" } = useParams();
  const query = useQuery(oneAddon(addonId));
  return (
    <>
      <BackLink to="/addons">{text.back}</BackLink>
      <QueryState query={query} skeletonRows={10} isPage>
        {(addon) => (
          <>
            <PageHeader
              title={addon.name}
              description={addon.description}
              actions={
                <>
                  <AsOf query={query} />
                  <Actions addon={addon} />
                </>
              }
            />
            <div className="grid gap-3">
              <About addon={addon} />
              <AddonAlerts addon={addon} />
              <Can permission="addons:manage">
                <TestBench addonId={addon.addon_id} />
              </Can>
              {addon.made_by === "CUSTOM" && <Versions addonId={addon.addon_id} />}
              <CodeBlock label={text.manifest} code={jsonText(addon.manifest)} />
            </div>
          </>
        )}
      </QueryState>
    </>
  );
}

function Actions({ addon }: { addon: Addon }): ReactNode {
  const [uploading, setUploading] = useState(false);
  const [removing, setRemoving] = useState(false);
  const navigate = useNavigate();
  const mayManage = usePermission("addons:manage");
  const choose = useChooseAddon();
  const remove = useDeleteAddon();
  return (
    <>
      {POLLED_METHODS.some((method) => method === addon.method) && (
        <Button asChild>
          <Link to={`/targets?addon=${addon.addon_id}`}>{text.targets}</Link>
        </Button>
      )}
      {mayManage && addon.made_by === "CUSTOM" && (
        <>
          <Button onClick={() => setUploading(true)}>{text.uploadNext}</Button>
          <Button onClick={() => setRemoving(true)}>{text.remove}</Button>
        </>
      )}
      <Switch
        label={text.columns.enabled}
        checked={addon.enabled}
        disabled={!mayManage || choose.isPending}
        onChange={(enabled) => choose.mutate({ addon, enabled })}
      />
      {uploading && (
        <UploadDialog title={text.uploadNext} manifest={addon.manifest} onClose={() => setUploading(false)} />
      )}
      <ConfirmDialog
        open={removing}
        title={text.removeTitle(addon.name)}
        description={text.removeDetail}
        confirm={text.remove}
        onClose={() => setRemoving(false)}
        onConfirm={async () => {
          await remove.mutateAsync(addon);
          await navigate("/addons");
        }}
      />
    </>
  );
}

function About({ addon }: { addon: Addon }): ReactNode {
  const facts: [string, ReactNode][] = [
    [text.vendor, addon.vendor],
    [text.columns.version, addon.addon_version],
    [text.columns.method, methodWords[addon.method] ?? addon.method],
    [text.category, sentenceCase(addon.category)],
    [
      text.setup,
      <span key="setup" className="whitespace-pre-line">
        {addon.setup}
      </span>,
    ],
  ];
  if (addon.documentation_url !== null) {
    facts.push([
      text.documentation,
      <a key="documentation" href={addon.documentation_url} rel="noreferrer" target="_blank" className="text-accent">
        {addon.documentation_url}
      </a>,
    ]);
  }
  return (
    <Panel title={text.about}>
      <Facts facts={facts} />
    </Panel>
  );
}

function Versions({ addonId }: { addonId: string }): ReactNode {
  const query = useQuery(addonVersions(addonId));
  return (
    <Panel title={text.versions}>
      <QueryState query={query} skeletonRows={2}>
        {(versions) => (
          <ol className="grid gap-2">
            {versions.map((version) => (
              <li key={version.number}>
                <details className="text-sm">
                  <summary className="cursor-pointer">
                    {text.versionLine(version.number, version.addon_version)}{" "}
                    <span className="text-xs text-muted">
                      <Moment time={version.uploaded_at} /> {text.by(version.uploaded_by)}
                    </span>
                  </summary>
                  <CodeBlock label={text.manifest} code={jsonText(version.manifest)} />
                </details>
              </li>
            ))}
          </ol>
        )}
      </QueryState>
    </Panel>
  );
}
