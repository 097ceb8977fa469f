import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { ImportPage } from "@/components/ImportPage";
import { text } from "./text";

/** Many devices from a file. */
export default function DeviceImportPage(): ReactNode {
  return (
    <ImportPage
      words={text}
      list="/devices"
      template={{
        name: "devices.csv",
        read: () => ask(api.GET("/customer/devices/import/template", { parseAs: "text" })),
      }}
      send={(body) => ask(api.POST("/customer/devices/import", { body }))}
      changes={["devices"]}
      subjectOf={({ device_id }, isThere) =>
        isThere ? (
          <Link to={`/devices/${device_id}`} className="hover:underline">
            {device_id}
          </Link>
        ) : (
          device_id || "–"
        )
      }
    />
  );
}
