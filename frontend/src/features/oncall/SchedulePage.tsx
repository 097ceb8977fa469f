import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link, useNavigate, useParams } from "react-router";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { BackLink } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { StackedBar } from "@/components/Meter";
import { PageHeader, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { percent } from "@/lib/numbers";
import { CalendarFeeds } from "./CalendarFeeds";
import { NowOnCall } from "./NowOnCall";
import { OverrideDialog, type OverrideStart } from "./OverrideDialog";
import { Overrides } from "./Overrides";
import { oncallCoverage, oneSchedule, useDeleteSchedule, type Schedule } from "./queries";
import { colourOf } from "./people";
import { ScheduleTimeline } from "./ScheduleTimeline";
import { text } from "./text";

export default function SchedulePage(): ReactNode {
  const { scheduleId = "" } = useParams();
  const query = useQuery(oneSchedule(scheduleId));
  return (
    <>
      <BackLink to="/oncall">{text.back}</BackLink>
      <QueryState query={query} skeletonRows={10} isPage>
        {(schedule) => <ScheduleView schedule={schedule} freshness={<AsOf query={query} />} />}
      </QueryState>
    </>
  );
}

function ScheduleView({ schedule, freshness }: { schedule: Schedule; freshness: ReactNode }): ReactNode {
  const navigate = useNavigate();
  const remove = useDeleteSchedule();
  const [leaving, setLeaving] = useState(false);
  const [override, setOverride] = useState<OverrideStart>();
  return (
    <>
      <PageHeader
        title={schedule.name}
        description={schedule.description || text.layersOf(schedule.layers.length, schedule.timezone)}
        actions={
          <>
            {freshness}
            <Can permission="oncall:cover">
              <Button kind="primary" onClick={() => setOverride({})}>
                {text.addOverride}
              </Button>
            </Can>
            <Can permission="oncall:manage">
              <Button asChild>
                <Link to={`/oncall/${schedule.schedule_id}/edit`}>{text.edit}</Link>
              </Button>
              <Button onClick={() => setLeaving(true)}>{text.remove}</Button>
            </Can>
          </>
        }
      />
      <div className="space-y-4">
        <Panel title={text.now}>
          <NowOnCall scheduleId={schedule.schedule_id} />
        </Panel>
        <ScheduleTimeline schedule={schedule} onOverride={setOverride} />
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <Overrides schedule={schedule} onChange={setOverride} />
          <div className="space-y-4">
            <Coverage schedule={schedule} onCover={setOverride} />
            <CalendarFeeds schedule={schedule} />
          </div>
        </div>
      </div>
      {override && <OverrideDialog schedule={schedule} start={override} onClose={() => setOverride(undefined)} />}
      <ConfirmDialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={text.removeTitle(schedule.name)}
        description={text.removeDescription}
        confirm={text.remove}
        onConfirm={async () => {
          await remove.mutateAsync(schedule);
          await navigate("/oncall");
        }}
      />
    </>
  );
}

interface CoverageProps {
  schedule: Schedule;
  onCover: (start: OverrideStart) => void;
}

/** Where nobody is on call in the next eight weeks, and how the work is spread. */
function Coverage({ schedule, onCover }: CoverageProps): ReactNode {
  const query = useQuery(oncallCoverage(schedule.schedule_id));
  const loadInWords = ({ name, hours, share }: Schemas["Load"]): string =>
    text.loadOf(name, hours.toFixed(0), percent(Math.round(share * 100)));
  return (
    <Panel title={text.coverage}>
      <QueryState query={query} skeletonRows={3}>
        {({ gaps, gap_hours, people }) => (
          <div className="space-y-3 text-sm">
            {gaps.length === 0 ? (
              <p className="text-online">{text.noGaps}</p>
            ) : (
              <>
                <p className="text-offline">{text.gapHours(gap_hours.toFixed(0), gaps.length)}</p>
                <ul aria-label={text.gaps} className="max-h-48 divide-y overflow-y-auto">
                  {gaps.map((gap) => (
                    <li key={gap.start} className="flex items-center justify-between gap-2 py-1">
                      <span>
                        <Moment time={gap.start} /> – <Moment time={gap.end} />
                      </span>
                      <Can permission="oncall:cover">
                        <Button
                          size="small"
                          onClick={() => onCover({ kind: "replace", starts: gap.start, ends: gap.end })}
                        >
                          {text.cover}
                        </Button>
                      </Can>
                    </li>
                  ))}
                </ul>
              </>
            )}
            {people.length > 0 && (
              <div className="space-y-1">
                <h3 className="text-xs font-medium text-muted">{text.load}</h3>
                <StackedBar
                  label={people.map(loadInWords).join("; ")}
                  parts={people.map(({ email, hours }) => ({
                    name: email,
                    value: hours,
                    colour: colourOf(schedule, email).colour,
                  }))}
                />
                <ul className="flex flex-wrap gap-x-4 text-xs">
                  {people.map((person) => (
                    <li key={person.email} className="inline-flex items-center gap-1.5">
                      <span
                        aria-hidden
                        className="size-2 rounded-full"
                        style={{ background: colourOf(schedule, person.email).colour }}
                      />
                      {loadInWords(person)}
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </div>
        )}
      </QueryState>
    </Panel>
  );
}
