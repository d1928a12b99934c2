/** Alerts as Prometheus sends them and as Alertmanager receives them. */
import { textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Labels } from "../promql/syntax.ts";

export interface SentAlert {
  labels: Labels;
  annotations: Labels;
  startsAtMs: number;
  endsAtMs: number;
  generatorUrl: string;
}

/** The type of content by which an Alertmanager of the cluster asks a Prometheus for the alerts that it sends. */
export const ALERTS_TYPE = "application/vnd.sandbar.alerts+json";

/** The header by which a Prometheus tells an Alertmanager where its alerts can be read: port and path. */
export const SENDER_HEADER = "x-sandbar-alerts";

export function sentAlertsBody(alerts: readonly SentAlert[]): string {
  return JSON.stringify(
    alerts.map(({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
      labels,
      annotations,
      startsAt: new Date(startsAtMs).toISOString(),
      endsAt: new Date(endsAtMs).toISOString(),
      generatorURL: generatorUrl,
    })),
  );
}

/** Reads a body; the ends of alerts without one are `fallback`. Entries without labels are left out. */
export function readSentAlerts(body: string, fallback?: { startsAtMs: number; endsAtMs: number }): SentAlert[] {
  const parsed = JSON.parse(textOfBytes(body)) as JsonObject[];
  return objectsIn(parsed)
    .filter(({ labels }) => isJsonObject(labels))
    .map((each) => {
      const time = (value: unknown, otherwise: number) => {
        const atMs = typeof value === "string" ? Date.parse(value) : Number.NaN;
        return Number.isNaN(atMs) || atMs <= 0 ? otherwise : atMs;
      };
      return {
        labels: objectIn(each["labels"]) as Record<string, string>,
        annotations: objectIn(each["annotations"]) as Record<string, string>,
        startsAtMs: time(each["startsAt"], fallback?.startsAtMs ?? 0),
        endsAtMs: time(each["endsAt"], fallback?.endsAtMs ?? Number.MAX_SAFE_INTEGER),
        generatorUrl: String(each["generatorURL"] ?? ""),
      };
    });
}
