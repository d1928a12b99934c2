/**
 * Leader election by a Lease. The leader holds its Lease as long as it runs (`HeldLease`), without writing it again.
 * Other candidates wait until the Lease changes or its holder has ended.
 * Source: k8s.io/client-go tools/leaderelection/leaderelection.go
 */
import { toHex } from "../../lib/encoding.ts";
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { formatMicroTime, parseTime } from "../../lib/time.ts";
import type { HeldLease, ProcessView } from "../../shell/program.ts";
import { type Client, ServerError } from "../kubectl/core/client.ts";
import { objectIn } from "../kubectl/core/parts.ts";
import type { Session, Steps } from "../kubectl/core/session.ts";
import { klog, printLines } from "../servers/log.ts";
import { recordEvent } from "./events.ts";
import { create, find, metadataOf, replace } from "./objects.ts";
import { secretBytes } from "./server-certificates.ts";

export const LEASES = "coordination.k8s.io/leases";

/** An election in which a program takes part. */
export interface Election {
  /** The name of the Lease. */
  name: string;
  /** That of the pod if absent. */
  namespace?: string;
  /** How the program calls itself; the host name with a random number if absent. */
  identity?: string;
  /** The source of its events; the identity if absent. */
  component?: string;
  durationMs?: number;
  /** Pause between two renewals. */
  retryMs?: number;
  labels?: JsonObject;
  /** It gives up the Lease when it stops, so that the next leader need not wait until the Lease expires. */
  releases?: boolean;
}

/** A candidate that is not the leader looks again at `retryAtMs`, or when a Lease changes. */
export type ElectionOutcome = { type: "leads"; holds: HeldLease } | { type: "follows"; retryAtMs?: number };

interface Candidate {
  client: Client;
  session: Session;
  nowMs: number;
  namespace: string;
}

const DURATION_MS = 15_000;
const RETRY_MS = 2000;

/** Tries to become the leader, or to stay it. */
export function* elect(candidate: Candidate, election: Election): Steps<ElectionOutcome> {
  const { client, session, nowMs } = candidate;
  const { process } = session;
  const { name, namespace = candidate.namespace, retryMs = RETRY_MS } = election;
  const identity = election.identity ?? defaultIdentity(process);
  const lock = `${namespace}/${name}`;
  const leads: ElectionOutcome = { type: "leads", holds: { lease: lock, identity, periodMs: retryMs } };
  session.once(() => {
    if (process.state["isCandidate"]) return;
    process.state["isCandidate"] = true;
    logLine(process, "leaderelection.go:257", `attempting to acquire leader lease ${lock}...`);
  });
  const found = yield* find(client, `${collectionOf(namespace)}/${name}`);
  const held = objectIn(found?.["spec"]);
  if (found && held["holderIdentity"] === identity) return leads;
  const waits = found && waitForHolder(process, found, nowMs);
  if (waits) return waits;
  try {
    const stored = yield* acquire(candidate, election, { found, identity });
    yield* announce(candidate, { lease: stored, identity, component: election.component ?? identity });
  } catch (error) {
    if (!(error instanceof ServerError) || !/^(AlreadyExists|Conflict)$/.test(error.reason)) throw error;
    return { type: "follows", retryAtMs: nowMs + retryMs };
  }
  session.once(() => logLine(process, "leaderelection.go:271", `successfully acquired lease ${lock}`));
  return leads;
}

/** Gives up a Lease, so that the next candidate takes it at once. */
export function* release(client: Client, { lease, identity }: HeldLease, nowMs: number): Steps<void> {
  const [namespace = "", name = ""] = lease.split("/");
  const path = `${collectionOf(namespace)}/${name}`;
  const found = yield* find(client, path);
  const spec = objectIn(found?.["spec"]);
  if (!found || spec["holderIdentity"] !== identity) return;
  const now = formatMicroTime(nowMs);
  const released = { holderIdentity: "", leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
  yield* replace(client, path, { ...found, spec: { ...released, leaseTransitions: spec["leaseTransitions"] ?? 0 } });
}

function collectionOf(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
}

/** `web-6d4cf56db6-x2x9k_0f8fad5b-d9cb-469f-a165-70867728950e` */
function defaultIdentity(process: ProcessView): string {
  const hex = toHex(secretBytes(process, "identity"));
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `${process.host.hostname}_${parts.join("-")}`;
}

/** Undefined if the Lease can be taken. */
function waitForHolder(process: ProcessView, lease: JsonObject, nowMs: number): ElectionOutcome | undefined {
  const { holderIdentity, leaseDurationSeconds, renewTime } = objectIn(lease["spec"]);
  const expiresAtMs = parseTime(String(renewTime ?? "")) + Number(leaseDurationSeconds ?? 0) * 1000;
  if (!holderIdentity || Number.isNaN(expiresAtMs) || expiresAtMs <= nowMs) return undefined;
  const version = metadataOf(lease)["resourceVersion"] ?? "";
  const last = isJsonObject(process.state["lastLook"]) ? process.state["lastLook"] : {};
  // Renewed without a write until it would have expired: its holder is a process of this cluster, whose end is an event.
  const isHeld = last["version"] === version && Number(last["expiresAtMs"]) <= nowMs;
  process.state["lastLook"] = isHeld ? {} : { version, expiresAtMs };
  return isHeld ? { type: "follows" } : { type: "follows", retryAtMs: expiresAtMs };
}

function* acquire(
  candidate: Candidate,
  { name, namespace = candidate.namespace, durationMs = DURATION_MS, labels }: Election,
  { found, identity }: { found: JsonObject | undefined; identity: string },
): Steps<JsonObject> {
  const { client, nowMs } = candidate;
  const now = formatMicroTime(nowMs);
  const transitions = found ? Number(objectIn(found["spec"])["leaseTransitions"] ?? 0) + 1 : 0;
  const spec: JsonObject = {
    ...{ holderIdentity: identity, leaseDurationSeconds: durationMs / 1000, acquireTime: now, renewTime: now },
    leaseTransitions: transitions,
  };
  if (found) return yield* replace(client, `${collectionOf(namespace)}/${name}`, { ...found, spec });
  const metadata = { name, namespace, ...(labels && { labels }) };
  const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
  return yield* create(client, collectionOf(namespace), lease);
}

/** The event of the new leader. A program without the right to write events goes on without it. */
function* announce(
  { client, session, nowMs, namespace }: Candidate,
  { lease, identity, component }: { lease: JsonObject; identity: string; component: string },
): Steps<void> {
  const text = { reason: "LeaderElection", message: `${identity} became leader`, component };
  try {
    yield* recordEvent({ client, process: session.process, nowMs, namespace }, lease, text);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
}

function logLine(process: ProcessView, source: string, text: string): void {
  printLines(process, 2, [klog(process, source, text)]);
}
