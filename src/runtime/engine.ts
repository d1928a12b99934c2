/** The runtime's interface to the pure core. `controlPlane` implements it; protocol tests use a small engine. */
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import type { Difference } from "../cluster/rows.ts";
import type { CommittedWrites, Snapshot } from "../cluster/snapshot.ts";
import type { NamedAdvance } from "../control-plane/advances.ts";
import type { StepLimits } from "../control-plane/controller-manager.ts";
import type { Fault } from "../kinds/faults.ts";
import type { ObjectKey, PrivateReader, ResourceId } from "../kinds/kind.ts";
import type { Parts } from "../lib/parts.ts";
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

/** One step of the cluster: discarded unless it is committed. */
export interface EngineTransaction extends ClusterState {
  readonly writeSet: {
    /** Cluster time less real time. */
    readonly offsetMs: number;
    /** Units of work done so far, see lib/work.ts. */
    readonly work: number;
    /** The size of the commit so far, in bytes as sent. */
    readonly written: { bytes: number };
    /** The rows to write; null when nothing changed. */
    difference(): Difference | null;
    /** The writes that the snapshot adopts once the store has applied the difference. */
    committed(): CommittedWrites;
  };
}

export type ObjectlessOutcome = Extract<ApiOutcome, { type: "response" | "openapi" }>;

export interface Engine<T extends EngineTransaction = EngineTransaction> {
  /**
   * The answer to requests that no object can influence (discovery, documents, version, health, certain refusals);
   * undefined for all others. The caller has authenticated the user, or says `system:anonymous`.
   */
  answerWithoutObjects(request: ApiRequest): ObjectlessOutcome | undefined;
  /** True for requests that change nothing. */
  isRead(request: ApiRequest): boolean;

  /** Opens a transaction at the cluster's own time. */
  begin(snapshot: Snapshot): T;
  /** Sets the transaction's time to the present where nothing is due. */
  advance(tx: T, realNowMs: number): { complete: boolean };
  /** Processes due work in order up to the present; incomplete when a limit of the commit was reached. */
  advanceInParts(tx: T, realNowMs: number, limits: StepLimits): Parts<{ complete: boolean }>;
  /** Lets the cluster's time run ahead of real time by `deltaMs` more; for one commit, at most its limits. */
  advanceTimeInParts(tx: T, deltaMs: number): Parts<AdvancedTime>;
  /**
   * Takes a revision for the present state if the newest one is `after`, so that versions that clients hold are past
   * ones.
   */
  takeRevision(tx: T, after: number): void;
  /** The progress of an advance that its caller named. */
  namedAdvance(tx: T, name: string): NamedAdvance | undefined;
  rememberAdvance(tx: T, advance: NamedAdvance): void;
  /** Idempotent: a node that already has a fault keeps it (`isNew: false`). Null: no such node. */
  beginFault(tx: T, fault: Pick<Fault, "kind" | "node">): { fault: Fault; isNew: boolean } | null;
  /** False: no such fault. */
  endFault(tx: T, name: string): boolean;
  /** Creates the objects that do not exist yet. Throws ApiError where the cluster refuses one. */
  ensureObjects(tx: T, objects: readonly KubernetesObject[]): void;
  /** Sets the transaction's time to the present; overdue work runs at later requests. */
  postponeOverdue(tx: T, realNowMs: number): void;
  /** Authorizes, admits and applies one request; errors are responses. Needs leave the transaction as it was. */
  handleRequest(tx: T, request: ApiRequest, provided: Provided): ApiOutcome;
}
