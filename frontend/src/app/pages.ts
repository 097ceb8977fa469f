/** Every page, in the order of the sidebar. A feature adds one line here. */
import { pages as addons } from "@/features/addons";
import { pages as alertRules } from "@/features/alert-rules";
import { pages as alerts } from "@/features/alerts";
import { pages as apiKeys } from "@/features/api-keys";
import { pages as auditLog } from "@/features/audit-log";
import { pages as devices } from "@/features/devices";
import { pages as deviceImport } from "@/features/device-import";
import { pages as onboarding } from "@/features/onboarding";
import { pages as escalation } from "@/features/escalation";
import { pages as groups } from "@/features/groups";
import { pages as inboundSources } from "@/features/inbound-sources";
import { pages as integrations } from "@/features/integrations";
import { pages as maintenance } from "@/features/maintenance";
import { pages as metrics } from "@/features/metrics";
import { pages as notifications } from "@/features/notifications";
import { pages as oncall } from "@/features/oncall";
import { pages as operator } from "@/features/operator";
import { pages as overview } from "@/features/overview";
import { pages as reports } from "@/features/reports";
import { pages as settings } from "@/features/settings";
import { pages as sites } from "@/features/sites";
import { pages as subscriptions } from "@/features/subscriptions";
import { pages as targets } from "@/features/targets";
import { pages as users } from "@/features/users";
import type { Page } from "@/routing/page";

// prettier-ignore
export const pages: readonly Page[] = [
  ...overview,
  ...operator,
  ...devices,
  ...onboarding,
  ...deviceImport,
  ...groups,
  ...sites,
  ...maintenance,
  ...alerts,
  ...alertRules,
  ...oncall,
  ...escalation,
  ...notifications,
  ...integrations,
  ...inboundSources,
  ...targets,
  ...addons,
  ...metrics,
  ...reports,
  ...users,
  ...apiKeys,
  ...auditLog,
  ...subscriptions,
  ...settings,
];
