import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { LazyPart } from "@/components/ErrorBoundary";
import { ListPage } from "@/components/ListPage";
import { SelectFilter } from "@/components/SelectFilter";
import { lazily } from "@/lib/lazily";
import { useSearchState } from "@/lib/useSearchState";
import { KINDS } from "./definition";
import { rulePages } from "./queries";
import { RuleTable } from "./RuleTable";
import { kindWords, text } from "./text";

const TemplateCatalogue = lazily(() => import("./TemplateCatalogue"));

const STATES = [
  ["on", text.on],
  ["off", text.off],
] as const;

export default function AlertRulesPage(): ReactNode {
  const { one, change } = useSearchState();
  const kind = KINDS.find((known) => known === one("kind"));
  const state = STATES.map(([each]) => each).find((known) => known === one("state"));
  const enabled = state === undefined ? undefined : state === "on";
  const query = useInfiniteQuery(rulePages(kind, enabled));
  const isFiltered = kind !== undefined || enabled !== undefined;
  const starting = (
    <Can permission="alert-rules:manage">
      <Button onClick={() => change({ templates: "open" })}>{text.fromTemplates}</Button>
      <Button kind="primary" asChild>
        <Link to="/alert-rules/new">
          <Plus aria-hidden className="size-4" />
          {text.add}
        </Link>
      </Button>
    </Can>
  );
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        add={starting}
        onClear={isFiltered ? () => change({ kind: null, state: null }) : undefined}
        filters={
          <>
            <SelectFilter
              label={text.kind}
              any={text.anyKind}
              options={KINDS.map((each) => [each, kindWords[each]])}
              value={kind}
              onChange={(value) => change({ kind: value })}
            />
            <SelectFilter
              label={text.state}
              any={text.anyState}
              options={STATES}
              value={state}
              onChange={(value) => change({ state: value })}
            />
          </>
        }
      >
        {(rules) => <RuleTable rules={rules} />}
      </ListPage>
      {one("templates") !== undefined && (
        <Can permission="alert-rules:manage">
          <LazyPart>
            <TemplateCatalogue onClose={() => change({ templates: null })} />
          </LazyPart>
        </Can>
      )}
    </>
  );
}
