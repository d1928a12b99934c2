/** The runtime's interface to the pure core. `controlPlane` implements it; protocol tests use a small engine. */
import type { EarlyCaller } from "../apiserver/handle.ts";
import type { ApiOutcome, ApiRequest, Provided, RequestHead } from "../apiserver/request.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import type { Snapshot } from "../cluster/snapshot.ts";
import type { StepLimits } from "../control-plane/controller-manager.ts";
import type { ObjectKey, PrivateReader, ResourceId } from "../kinds/kind.ts";
import type { Parts } from "../lib/work.ts";
import type { KubernetesObject } from "../schema/types.ts";

/** Read access to a cluster at one instant. */
export interface ClusterState extends PrivateReader {
  /** Cluster time. */
  readonly nowMs: number;
  readonly revision: number;
  /** Cluster time of the next due work; null when nothing will ever be due. */
  readonly nextDueAtMs: number | null;
  /** In order of namespace and name. */
  keys(resource: ResourceId, namespace?: string): readonly ObjectKey[];
  getByKey(key: ObjectKey): KubernetesObject | undefined;
}

/** The result of a part of an advance that the platform asked for. */
export interface AdvancedTime {
  /** How far the cluster's time was moved; less than asked for when the step limit was met. */
  advancedMs: number;
  steps: number;
}

export type ObjectlessOutcome = Extract<ApiOutcome, { type: "response" | "openapi" }>;

export interface Engine {
  /**
   * The answer to requests that no object can influence (discovery, documents, version, health, certain refusals);
   * undefined for all others. The runtime has authenticated the caller, or will do so before it uses the answer.
   */
  answerWithoutObjects(request: RequestHead, caller: EarlyCaller): ObjectlessOutcome | undefined;
  /** True for requests that change nothing. */
  isRead(request: Pick<RequestHead, "method" | "info">): boolean;

  /** Opens a transaction at the cluster's own time. */
  begin(snapshot: Snapshot): ClusterTransaction;
  /** Sets the transaction's time to the present where nothing is due. */
  advance(tx: ClusterTransaction, realNowMs: number): { complete: boolean };
  /** Processes due work in order up to the present; incomplete when a limit of the commit was reached. */
  advanceInParts(tx: ClusterTransaction, realNowMs: number, limits: StepLimits): Parts<{ complete: boolean }>;
  /** Lets the cluster's time run ahead of real time by `deltaMs` more; for one commit, at most its limits. */
  advanceTimeInParts(tx: ClusterTransaction, deltaMs: number): Parts<AdvancedTime>;
  /** Sets the transaction's time to the present; overdue work runs at later requests. */
  postponeOverdue(tx: ClusterTransaction, realNowMs: number): void;
  /** Authorizes, admits and applies one request; errors are responses. Needs leave the transaction as it was. */
  handleInParts(tx: ClusterTransaction, request: ApiRequest, provided: Provided): Parts<ApiOutcome>;
}
