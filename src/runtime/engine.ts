/** What the runtime asks of the pure core; `controlPlane` is the real one, tests of the protocol bring a small one. */
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import type { Difference } from "../cluster/rows.ts";
import type { CommittedOverlay, World } from "../cluster/world.ts";

/** One step in the making: dropped unless it is committed. */
export interface EngineTransaction {
  readonly overlay: {
    /** What to write; null when nothing changed. */
    difference(): Difference | null;
    /** What the world takes over once the store applied the difference. */
    committed(): CommittedOverlay;
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
  begin(world: World): T;
  /** Processes due work in order up to the present; incomplete when the step limit was reached. */
  advance(tx: T, realNowMs: number): { complete: boolean };
  /** Moves what is still overdue to the present. */
  postponeOverdue(tx: T, realNowMs: number): void;
  /** Authorizes, admits and applies one request; errors are responses. Needs leave the transaction as it was. */
  handleRequest(tx: T, request: ApiRequest, provided: Provided): ApiOutcome;
}
