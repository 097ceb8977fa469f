import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { allSites } from "@/api/queries";
import { Button } from "@/components/Button";
import { PageHeader } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { useSearchState } from "@/lib/useSearchState";
import { ConnectStep } from "./ConnectStep";
import { RegistrationForm } from "./RegistrationForm";
import { Steps } from "./Steps";
import { seats } from "./queries";
import { text } from "./text";

/** Once the device is there its id is in the address: a reload goes on at its credentials. */
export default function WizardPage(): ReactNode {
  const { one, change } = useSearchState();
  const deviceId = one("device");
  if (deviceId !== undefined) {
    return (
      <>
        <PageHeader title={text.title} description={text.description} />
        <Steps current={text.steps.length - 1} />
        <ConnectStep key={deviceId} deviceId={deviceId} />
      </>
    );
  }
  return <Registration onAdded={(added) => change({ device: added })} />;
}

function Registration({ onAdded }: { onAdded: (deviceId: string) => void }): ReactNode {
  const room = useQuery(seats);
  const sites = useQuery(allSites);
  return (
    <>
      <PageHeader
        title={text.title}
        description={text.description}
        actions={
          <>
            {room.data && (
              <span className="text-xs text-muted">{text.seats(room.data.free, room.data.device_limit)}</span>
            )}
            <Button asChild>
              <Link to="/devices/import">{text.import}</Link>
            </Button>
          </>
        }
      />
      <QueryState query={room}>
        {({ free, device_limit }) =>
          free === 0 ? (
            <EmptyState title={text.noSeats}>{text.noSeatsDetail(device_limit)}</EmptyState>
          ) : (
            <QueryState query={sites}>
              {(found) =>
                found.length === 0 ? (
                  <EmptyState
                    title={text.noSites}
                    action={
                      <Button asChild kind="primary">
                        <Link to="/sites?new=1">{text.toSites}</Link>
                      </Button>
                    }
                  >
                    {text.noSitesDetail}
                  </EmptyState>
                ) : (
                  <RegistrationForm sites={found} onAdded={onAdded} />
                )
              }
            </QueryState>
          )
        }
      </QueryState>
    </>
  );
}
