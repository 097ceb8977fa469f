import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";
import { DeviceView } from "./detail/DeviceView";
import { text } from "./text";

export default function DevicePage(): ReactNode {
  const { deviceId = "" } = useParams();
  return (
    <>
      <Link to="/devices" className="mb-2 inline-flex items-center gap-1 text-xs text-muted hover:text-ink">
        <ChevronLeft aria-hidden className="size-3.5" />
        {text.back}
      </Link>
      <DeviceView key={deviceId} deviceId={deviceId} />
    </>
  );
}
