import type { ReactNode } from "react";
import { useParams } from "react-router";
import { BackLink } from "@/components/BackLink";
import { DeviceView } from "./detail/DeviceView";
import { text } from "./text";

export default function DevicePage(): ReactNode {
  const { deviceId = "" } = useParams();
  return (
    <>
      <BackLink to="/devices">{text.back}</BackLink>
      <DeviceView key={deviceId} deviceId={deviceId} />
    </>
  );
}
