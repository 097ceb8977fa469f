import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { allSites, fleetSummary, keys } from "@/api/queries";
import { usePermission } from "@/auth/permissions";
import { IconButton } from "@/components/Button";
import { classes } from "@/lib/classes";
import { usePreferences } from "@/lib/preferences";

const NAME = "getting-started";

const words = {
  title: "First steps",
  dismiss: "Put the first steps away",
  done: "(done)",
  progress: (done: number, all: number) => `${done} of ${all} done`,
  steps: {
    site: "Add a site",
    device: "Add a device",
    connected: "Hear from a device",
    rule: "Set an alert rule",
    channel: "Add a notification channel",
  },
};

/** What is left to do until the fleet looks after itself, by what the tenant really has. Gone once all is done. */
export function GettingStarted(): ReactNode {
  const dismissed = usePreferences((state) => state.dismissed.includes(NAME));
  const dismiss = usePreferences((state) => state.dismiss);
  const managesRules = usePermission("alert-rules:manage");
  const readsChannels = usePermission("notifications:read");
  const wanted = managesRules && readsChannels && !dismissed;
  const sites = useQuery({ ...allSites, enabled: wanted });
  const fleet = useQuery({ ...fleetSummary, enabled: wanted });
  const rules = useQuery({
    queryKey: [...keys.rules, "any"],
    enabled: wanted,
    queryFn: ({ signal }) => ask(api.GET("/customer/alert-rules", { params: { query: { limit: 1 } }, signal })),
  });
  const channels = useQuery({
    queryKey: ["channels", "any"],
    enabled: wanted,
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/notification-channels", { params: { query: { limit: 1 } }, signal })),
  });
  if (!wanted || !sites.data || !fleet.data || !rules.data || !channels.data) return null;

  const { total, counts } = fleet.data;
  const steps = [
    { name: words.steps.site, to: "/sites", done: sites.data.length > 0 },
    { name: words.steps.device, to: "/devices/new", done: total > 0 },
    { name: words.steps.connected, to: "/devices", done: total > (counts.PENDING ?? 0) },
    { name: words.steps.rule, to: "/alert-rules", done: rules.data.total > 0 },
    { name: words.steps.channel, to: "/notifications", done: channels.data.total > 0 },
  ];
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  return (
    <section
      aria-label={words.title}
      className="flex flex-wrap items-center gap-x-5 gap-y-2 rounded-lg border border-accent/40 bg-accent-soft px-3 py-2"
    >
      <h2 className="text-sm font-semibold">
        {words.title} <span className="font-normal text-muted">{words.progress(done, steps.length)}</span>
      </h2>
      <ol className="flex flex-1 flex-wrap gap-x-5 gap-y-1 text-sm">
        {steps.map((step, index) => (
          <li key={step.name} className="flex items-center gap-1.5">
            <span
              aria-hidden
              className={classes(
                "grid size-4.5 place-items-center rounded-full border text-xs",
                step.done && "border-accent bg-accent text-accent-ink",
              )}
            >
              {step.done ? <Check className="size-3" strokeWidth={3} /> : index + 1}
            </span>
            {step.done ? (
              <span className="text-muted line-through">
                {step.name}
                <span className="sr-only"> {words.done}</span>
              </span>
            ) : (
              <Link to={step.to} className="hover:underline">
                {step.name}
              </Link>
            )}
          </li>
        ))}
      </ol>
      <IconButton label={words.dismiss} size="small" className="w-7" onClick={() => dismiss(NAME)}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </section>
  );
}
