/** A kind of objects from which scrape configurations follow. */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { objectIn, objectsIn } from "../../../kubectl/core/parts.ts";
import type { Steps } from "../../../kubectl/core/session.ts";
import type { Assets } from "../assets.ts";
import type { Selectable } from "../selection.ts";

export interface MonitorContext {
  assets: Assets;
  /** The Prometheus that selects the monitor. */
  prometheus: JsonObject;
}

export interface MonitorKind extends Selectable {
  /** The scrape configurations of one object. Throws Rejection. */
  scrapeConfigs(monitor: JsonObject, context: MonitorContext): Steps<JsonObject[]>;
}

/** The fields that have a value. */
export function present(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return Object.fromEntries(entries) as JsonObject;
}

/** One endpoint of a monitor. */
export interface EndpointOf extends MonitorContext {
  monitor: JsonObject;
  endpoint: JsonObject;
  /** Its place in the list. */
  index: number;
}

/** The scrape configurations of the endpoints in a field of the monitor's spec. */
export function configsOfEndpoints(
  field: string,
  configOf: (endpoint: EndpointOf) => Steps<JsonObject>,
): MonitorKind["scrapeConfigs"] {
  return function* scrapeConfigs(monitor, context) {
    const configs: JsonObject[] = [];
    const endpoints = objectsIn(objectIn(monitor["spec"])[field]);
    for (const [index, endpoint] of endpoints.entries())
      configs.push(yield* configOf({ ...context, monitor, endpoint, index }));
    return configs;
  };
}
