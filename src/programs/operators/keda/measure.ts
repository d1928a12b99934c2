/** Readings of all triggers of an object, and when they may change. */
import type { JsonValue } from "../../../lib/json.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { Failure, type Steps } from "../../kubectl/core/session.ts";
import { list } from "../objects.ts";
import type { Address, Reading, Scaler, Trigger } from "./scalers/contract.ts";
import { scalerOf } from "./scalers/registry.ts";

/** cpu and memory, which the HPA measures itself. */
export function isResource({ type }: Trigger): boolean {
  return type === "cpu" || type === "memory";
}

/** Throws Failure for a type that is not known. */
export function requireScaler({ type }: Trigger): Scaler {
  const scaler = scalerOf(type);
  if (!scaler) throw new Failure(`no scaler found for type: ${type}`);
  return scaler;
}

/** `s0-redis-queue`. */
export function externalName(trigger: Trigger): string {
  const name = requireScaler(trigger).metricName(trigger);
  return `s${trigger.index}-${name.replace(/[/.:%()]/g, "-")}`;
}

export interface Measurement {
  /** By the index of the trigger. */
  readings: ReadonlyMap<number, Reading>;
  active: readonly Trigger[];
  problems: readonly string[];
}

export function* measure(client: Client, nowMs: number, triggers: readonly Trigger[]): Steps<Measurement> {
  const readings = new Map<number, Reading>();
  const problems: string[] = [];
  for (const trigger of triggers) {
    if (isResource(trigger)) continue;
    try {
      readings.set(trigger.index, yield* requireScaler(trigger).read({ client, nowMs }, trigger));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
    }
  }
  const active = triggers.filter(({ index }) => readings.get(index)?.isActive === true);
  return { readings, active, problems };
}

/** The next instant at which a value changes by itself, and resources whose changes decide about the values. */
export function* followed(
  client: Client,
  nowMs: number,
  triggers: readonly Trigger[],
): Steps<{ changesAtMs: number | "sometimes" | undefined; resources: string[] }> {
  let changesAtMs: number | "sometimes" | undefined;
  const resources: string[] = [];
  for (const trigger of triggers) {
    if (isResource(trigger)) continue;
    const scaler = scalerOf(trigger.type);
    try {
      resources.push(...(scaler?.resources ?? []));
      const address = scaler?.server?.(trigger);
      if (address) resources.push(...(yield* podsOf(client, trigger.namespace, address)));
      const next = scaler?.changesAt?.(trigger, nowMs);
      if (next === "sometimes" || changesAtMs === "sometimes") changesAtMs = "sometimes";
      else if (next !== undefined) changesAtMs = Math.min(changesAtMs ?? next, next);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return { changesAtMs, resources };
}

/** The events of the pods behind a Service's name: `processes/<namespace>/<pod>`. */
function* podsOf(client: Client, own: string, { host }: Address): Steps<string[]> {
  const [first = "", second, third] = host.split(".");
  // A pod of a StatefulSet has its own name before that of the Service.
  const candidates = [
    [first, second ?? own],
    [second ?? "", third ?? own],
  ] as const;
  for (const [service, namespace] of candidates) {
    if (service === "") continue;
    const selector = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${service}` });
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?${selector}`;
    const pods = (yield* list(client, path))
      .flatMap(({ endpoints }) => objectsIn(endpoints))
      .map(({ targetRef }): JsonValue | undefined => objectIn(targetRef)["name"])
      .filter((name): name is string => typeof name === "string");
    if (pods.length > 0) return [...new Set(pods)].map((name) => `processes/${namespace}/${name}`);
  }
  return ["discovery.k8s.io/endpointslices"];
}
