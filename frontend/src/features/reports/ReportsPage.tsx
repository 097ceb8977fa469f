import type { ReactNode } from "react";
import { PageHeader } from "@/components/Panel";
import { Runs } from "./Runs";
import { text } from "./text";

export default function ReportsPage(): ReactNode {
  return (
    <>
      <PageHeader title={text.title} description={text.description} />
      <Runs />
    </>
  );
}
