import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { CodeBlock } from "./Copy";
import { Facts } from "./Panel";
import { QueryState } from "./States";
import { Tabs } from "./Tabs";

const words = {
  ways: "Ways to connect",
  tabs: { mosquitto: "mosquitto_pub", python: "Python", curl: "HTTP", message: "Message" },
  files:
    "The certificate's bundle has the three files, and these examples filled in. A device's key is shown once, when its certificate is issued.",
  token: "Over HTTP a device brings a token of its own. 202 means that the message is on its way in.",
  message:
    'Values are numbers, or true and false. "ts", the time of measuring such as 2026-11-21T14:05:00Z, and "seq", a number that counts on, may stand beside metrics; without them the time is that of arrival.',
  facts: {
    host: "Broker",
    client: "Client id",
    telemetry: "Readings",
    heartbeat: "Sign of life",
    commands: "Commands",
  },
};

type Way = keyof typeof words.tabs;
const WAYS = Object.keys(words.tabs) as Way[];

/** Sent as it stands it is taken, and no alert rule has a reason to watch it. */
const EXAMPLE = '{"metrics": {"uptime_s": 60}}';
const MESSAGE = `{
  "metrics": { "uptime_s": 60, "door_open": false }
}`;

function mosquitto({ host, port, client_id, telemetry_topic }: Schemas["MqttConnection"]): string {
  return `mosquitto_pub -h '${host}' -p ${port} -i '${client_id}' \\
  --cafile ca.pem --cert device.pem --key device.key -q 1 \\
  -t '${telemetry_topic}' -m '${EXAMPLE}'`;
}

function python({ host, port, client_id, telemetry_topic }: Schemas["MqttConnection"]): string {
  return `# pip install paho-mqtt
import json
from paho.mqtt.client import CallbackAPIVersion, Client

client = Client(CallbackAPIVersion.VERSION2, client_id="${client_id}")
client.tls_set("ca.pem", "device.pem", "device.key")
client.connect("${host}", ${port})
client.loop_start()
message = json.dumps(${EXAMPLE})
client.publish("${telemetry_topic}", message, qos=1).wait_for_publish(10)
client.disconnect()`;
}

function curl(token: string): string {
  return `curl -H 'Authorization: Bearer ${token}' \\
  -d '${EXAMPLE}' \\
  ${location.origin}/ingest/v1/telemetry`;
}

interface GuideProps {
  deviceId: string;
  /** A token that is shown just now, to be filled in. */
  token?: string | undefined;
  /** What is shown first. */
  way?: Way;
}

/** How this very device sends its first message: its broker, its topics, and commands to copy. */
export function ConnectionGuide({ deviceId, token, way: first = "mosquitto" }: GuideProps): ReactNode {
  const [way, setWay] = useState<Way>(first);
  const query = useQuery({
    queryKey: [...keys.device(deviceId), "mqtt-connection"],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/devices/{device_id}/mqtt-connection", {
          params: { path: { device_id: deviceId } },
          signal,
        }),
      ),
  });
  return (
    <QueryState query={query} skeletonRows={5}>
      {(connection) => (
        <Tabs
          label={words.ways}
          value={way}
          onChange={(value) => setWay(WAYS.find((known) => known === value) ?? "mosquitto")}
          tabs={WAYS.map((value) => ({ value, label: words.tabs[value] }))}
        >
          <div className="grid gap-3">
            {way === "mosquitto" && <CodeBlock label={words.tabs.mosquitto} code={mosquitto(connection)} />}
            {way === "python" && <CodeBlock label={words.tabs.python} code={python(connection)} />}
            {way === "curl" && <CodeBlock label={words.tabs.curl} code={curl(token ?? "$TOKEN")} />}
            {way === "message" && <CodeBlock label={words.tabs.message} code={MESSAGE} />}
            <p className="text-xs text-muted">
              {way === "message" ? words.message : way === "curl" ? words.token : words.files}
            </p>
            {way !== "curl" && (
              <Facts
                facts={[
                  [words.facts.host, <Mono key="host" value={`${connection.host}:${connection.port}`} />],
                  [words.facts.client, <Mono key="client" value={connection.client_id} />],
                  [words.facts.telemetry, <Mono key="telemetry" value={connection.telemetry_topic} />],
                  [words.facts.heartbeat, <Mono key="heartbeat" value={connection.heartbeat_topic} />],
                  [words.facts.commands, <Mono key="commands" value={connection.command_topic} />],
                ]}
              />
            )}
          </div>
        </Tabs>
      )}
    </QueryState>
  );
}

function Mono({ value }: { value: string }): ReactNode {
  return <code className="font-mono text-xs break-all">{value}</code>;
}
