import { useQuery } from "@tanstack/react-query";
import { UserRound, UserX } from "lucide-react";
import type { ReactNode } from "react";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { currentOncall } from "./queries";
import { text } from "./text";

/** Who is on call, why, until when, and who comes next. */
export function NowOnCall({ scheduleId }: { scheduleId: string }): ReactNode {
  const query = useQuery(currentOncall(scheduleId));
  return (
    <QueryState query={query} skeletonRows={1}>
      {({ on_call, until, next_on_call }) => (
        <div className="text-sm">
          <span className="flex flex-wrap items-center gap-x-2">
            {on_call.length === 0 ? (
              <strong className="inline-flex items-center gap-1 text-offline">
                <UserX aria-hidden className="size-4" />
                {text.nobody}
              </strong>
            ) : (
              <strong className="inline-flex items-center gap-1">
                <UserRound aria-hidden className="size-4 text-online" />
                {on_call.map((person) => person.name).join(", ")}
              </strong>
            )}
            <span className="text-muted">
              {until === null ? (
                text.untilFurther
              ) : (
                <>
                  {text.until} <Moment time={until} />, {text.then}{" "}
                  {next_on_call.map((person) => person.name).join(", ") || text.nobody.toLowerCase()}
                </>
              )}
            </span>
          </span>
          <span className="block text-xs text-muted">{on_call[0]?.why.explanation}</span>
        </div>
      )}
    </QueryState>
  );
}
