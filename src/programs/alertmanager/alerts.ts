/**
 * Alerts that clients posted, and alerts of Prometheus servers. A server tells once that it is there; it is asked for its
 * alerts when they are read, so nothing is due in between.
 */
import { MAX_ALERTS } from "../../lib/container-limits.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import { ALERTS_TYPE, readSentAlerts, SENDER_HEADER, type SentAlert } from "../prometheus/alerting/sent-alert.ts";
import type { Labels } from "../prometheus/promql/syntax.ts";
import type { HttpRequest } from "../servers/server.ts";
import { type AlertmanagerConfig, type InhibitRule, routesOf } from "./config.ts";
import { matches } from "./matchers.ts";
import { activeSilences } from "./silences.ts";

export interface Alert extends SentAlert {
  fingerprint: string;
  updatedAtMs: number;
  receivers: string[];
  silencedBy: string[];
  inhibitedBy: string[];
}

interface Sender {
  host: string;
  port: number;
  path: string;
}

/** Remembers the server that sent the request, if it is one that can be asked. */
export function rememberSender({ state }: ProcessView, { headers, from }: HttpRequest): void {
  const [, port, path] = /^(\d+)(\/\S*)$/.exec(headers[SENDER_HEADER] ?? "") ?? [];
  if (port === undefined || path === undefined) return;
  const senders = sendersOf(state);
  if (senders.some((each) => each.host === from && each.port === Number(port) && each.path === path)) return;
  state["senders"] = [...senders, { host: from, port: Number(port), path }] as unknown as JsonValue;
}

function sendersOf(state: JsonObject): Sender[] {
  return objectsIn(state["senders"]) as unknown as Sender[];
}

/** Adds posted alerts. An alert with the same labels is replaced. */
export function postAlerts(process: ProcessView, posted: readonly SentAlert[]): void {
  const { state, nowMs } = process;
  const known = new Map(Object.entries(objectIn(state["alerts"])));
  for (const [key, alert] of known) if (Number(objectIn(alert)["endsAtMs"]) <= nowMs) known.delete(key);
  for (const alert of posted) {
    const key = fingerprintOf(alert.labels);
    const before = objectIn(known.get(key));
    const startsAtMs = Math.min(alert.startsAtMs, Number(before["startsAtMs"] ?? alert.startsAtMs));
    if (known.size < MAX_ALERTS || known.has(key)) {
      known.set(key, { ...alert, startsAtMs, updatedAtMs: nowMs } as unknown as JsonObject);
    }
  }
  state["alerts"] = Object.fromEntries(known);
}

/** All alerts that have not ended, with their receivers and what suppresses them, in the order of their fingerprints. */
export function currentAlerts(process: ProcessView, config: AlertmanagerConfig): Alert[] {
  const { state, nowMs } = process;
  const posted = Object.values(objectIn(state["alerts"])).filter(isJsonObject) as unknown as (SentAlert & {
    updatedAtMs: number;
  })[];
  const asked = sendersOf(state).flatMap((sender) => askSender(process, sender));
  const found = new Map<string, Alert>();
  for (const each of [...posted, ...asked.map((alert) => ({ ...alert, updatedAtMs: nowMs }))]) {
    if (each.endsAtMs <= nowMs) continue;
    const fingerprint = fingerprintOf(each.labels);
    const receivers = [...new Set(routesOf(config.route, each.labels).map(({ receiver }) => receiver))];
    found.set(fingerprint, { ...each, fingerprint, receivers, silencedBy: [], inhibitedBy: [] });
  }
  const alerts = [...found.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const silences = activeSilences(process);
  for (const alert of alerts) {
    alert.silencedBy = silences.filter((silence) => matches(silence.matchers, alert.labels)).map(({ id }) => id);
    alert.inhibitedBy = inhibitorsOf(alert, alerts, config.inhibitRules);
  }
  return alerts;
}

function inhibitorsOf(alert: Alert, alerts: readonly Alert[], rules: readonly InhibitRule[]): string[] {
  for (const { source, target, equal } of rules) {
    if (!matches(target, alert.labels)) continue;
    const isBoth = matches(source, alert.labels);
    const found = alerts.find(
      ({ labels }) =>
        matches(source, labels) &&
        equal.every((name) => (labels[name] ?? "") === (alert.labels[name] ?? "")) &&
        // An alert that is both source and target does not inhibit its equals.
        !(isBoth && matches(target, labels)),
    );
    if (found) return [found.fingerprint];
  }
  return [];
}

/** A server that does not answer has no alerts. */
function askSender(process: ProcessView, { host, port, path }: Sender): SentAlert[] {
  const headers = { host: `${host}:${port}`, "user-agent": "Alertmanager", accept: ALERTS_TYPE };
  const reply = process.ask({ type: "http", scheme: "http", method: "GET", host, port, path, headers, body: "" });
  return reply?.type === "http" && reply.status === 200 ? readSentAlerts(reply.body) : [];
}

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1a over the labels in their order, as Prometheus' libraries compute it. */
export function fingerprintOf(labels: Labels): string {
  let hash = OFFSET;
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const part of [name, labels[name]!]) {
      for (const byte of new TextEncoder().encode(part)) add(byte);
      add(255);
    }
  }
  return hash.toString(16).padStart(16, "0");
}
