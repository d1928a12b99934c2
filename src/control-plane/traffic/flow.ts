/**
 * Flows: requests from outside of a cluster at a rate, for some time. A flow is no sequence of events: what its requests
 * do is known for whole intervals, so a flow of any rate costs the same. Flows are private state of a key of their own.
 */
import type { ObjectKey, PrivateReader } from "../../kinds/kind.ts";
import { FLOWS_KEY, TRAFFIC } from "../../kubelet/usage/request-loops.ts";
import type { AnsweringPod, OutsideFailure, OutsideRequest } from "../outside/request.ts";

export interface FlowSpec {
  request: OutsideRequest;
  /** Requests in a second. */
  rate: number;
  fromMs: number;
  untilMs: number;
}

/** Requests of an interval with the same outcome. */
export interface Share {
  /** Part of all requests, 0 to 1. */
  share: number;
  pod: AnsweringPod | null;
  /** The status of the answer, or the error of the network that the client saw. */
  outcome: number | OutsideFailure;
  /** Time that a request takes where none waits for another, ms. */
  afterMs: number;
  /** The queue of the busiest container on the way; absent: no container answered. */
  queue?: Queue;
}

/** A container that answers requests one after the other. */
export interface Queue {
  /** Time that one request takes on its processors, ms. */
  serviceMs: number;
  /** Part of the time in which it is busy; above 1, requests come faster than they are answered. */
  utilization: number;
}

/** Counts of a flow's requests. They are not rounded, because an interval may end in the middle of a turn. */
export interface Totals {
  pods: readonly PodCount[];
  /** Answered requests by their latency in ms, which has two digits. */
  latencies: Readonly<Record<string, number>>;
}

interface PodCount {
  /** Null: no pod answered, or one of many whose counts are added up. */
  pod: AnsweringPod | null;
  /** By status, or by the error that the client saw. */
  outcomes: Readonly<Record<string, number>>;
}

export interface Flow {
  id: string;
  spec: FlowSpec;
  /** Requests until `sinceMs`. */
  totals: Totals;
  /** The present interval began. */
  sinceMs: number;
  /** How requests are answered in the present interval. */
  shares: readonly Share[];
}

/** A creation that may be retried: the same key with the same request has the same result. */
export interface Creation {
  key: string;
  requestHash: string;
}

export interface Flows {
  /** Flows that were ever begun. */
  count: number;
  /** Creations of the last day that may be retried, with the flows that they made. */
  creations: readonly (Creation & { id: string; atMs: number })[];
  flows: readonly Flow[];
  /** The next instant at which the flows are sampled without an event, ms. */
  sampleAtMs?: number;
  /** Samples in a row that were equal. */
  equalSamples: number;
  /** Pods that have a load of flows. */
  loaded: readonly ObjectKey[];
}

const NO_FLOWS: Flows = { count: 0, creations: [], flows: [], equalSamples: 0, loaded: [] };

export function flowsOf(reader: PrivateReader): Flows {
  return reader.privateState<Flows>(FLOWS_KEY, TRAFFIC) ?? NO_FLOWS;
}

export function isRunning({ spec }: Flow, nowMs: number): boolean {
  return nowMs < spec.untilMs;
}
