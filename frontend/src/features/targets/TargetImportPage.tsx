import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { ImportPage } from "@/components/ImportPage";
import { TARGETS } from "./queries";
import { targetImportText as text } from "./text";

/** Many targets from a file. */
export default function TargetImportPage(): ReactNode {
  return (
    <ImportPage
      words={text}
      list="/targets"
      template={{
        name: "targets.csv",
        read: () => ask(api.GET("/customer/targets/import/template", { parseAs: "text" })),
      }}
      send={(body) => ask(api.POST("/customer/targets/import", { body }))}
      changes={[TARGETS]}
      subjectOf={({ name }, isThere) =>
        isThere ? (
          <Link to={`/targets?q=${encodeURIComponent(name)}`} className="hover:underline">
            {name}
          </Link>
        ) : (
          name || "–"
        )
      }
    />
  );
}
