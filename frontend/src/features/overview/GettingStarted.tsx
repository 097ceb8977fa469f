import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { usePermission } from "@/auth/permissions";
import { IconButton } from "@/components/Button";
import { classes } from "@/lib/classes";
import { usePreferences } from "@/lib/preferences";
import type { Overview } from "./queries";

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
export function GettingStarted({ steps: known }: { steps: NonNullable<Overview["first_steps"]> }): ReactNode {
  const dismissed = usePreferences((state) => state.dismissed.includes(NAME));
  const dismiss = usePreferences((state) => state.dismiss);
  const mayTakeThem = usePermission("alert-rules:manage");
  if (dismissed || !mayTakeThem) return null;

  const steps = [
    { name: words.steps.site, to: "/sites", done: known.site },
    { name: words.steps.device, to: "/devices/new", done: known.device },
    { name: words.steps.connected, to: "/devices", done: known.connected },
    { name: words.steps.rule, to: "/alert-rules", done: known.rule },
    { name: words.steps.channel, to: "/notifications", done: known.channel },
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
