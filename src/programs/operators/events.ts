/** Events that controllers record. */
import { toHex } from "../../lib/encoding.ts";
import type { JsonObject } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { Client } from "../kubectl/core/client.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { ensure, metadataOf, nameOf, namespaceOf } from "./objects.ts";
import { secretBytes } from "./server-certificates.ts";

/** The controller that records an event. */
export interface EventSource {
  client: Client;
  process: ProcessView;
  nowMs: number;
  /** That of the controller. */
  namespace: string;
}

/** Records an event about an object. The same event of the same instant is recorded once. */
export function* recordEvent(
  { client, process, nowMs, namespace: own }: EventSource,
  object: JsonObject,
  { reason, message, type = "Normal", component }: EventText,
): Steps<void> {
  const namespace = namespaceOf(object) || own;
  const at = formatTime(nowMs);
  const id = toHex(secretBytes(process, `event/${nameOf(object)}/${message}/${nowMs}`).subarray(0, 8));
  const { apiVersion = "", kind = "" } = object;
  const { uid = "", resourceVersion = "" } = metadataOf(object);
  yield* ensure(client, `/api/v1/namespaces/${namespaceOf(object) || "default"}/events`, {
    ...{ apiVersion: "v1", kind: "Event" },
    metadata: { name: `${nameOf(object)}.${id}`, namespace: namespaceOf(object) || "default" },
    involvedObject: {
      apiVersion,
      kind,
      name: nameOf(object),
      ...(namespaceOf(object) && { namespace }),
      uid,
      resourceVersion,
    },
    ...{ reason, message, type, count: 1, firstTimestamp: at, lastTimestamp: at },
    ...{ source: { component }, reportingComponent: component },
  });
}

export interface EventText {
  reason: string;
  message: string;
  type?: "Normal" | "Warning";
  component: string;
}
