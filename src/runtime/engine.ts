/** What the runtime asks of the pure core. `control-plane.ts` is the real one. */
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import type { BaseTemplate } from "../cluster/base-template.ts";
import type { Difference } from "../cluster/rows.ts";
import type { CommittedOverlay, World } from "../cluster/world.ts";

/** One step in the making: dropped unless it is committed. */
export interface EngineTransaction {
  readonly nowMs: number;
  /** What to write; null when nothing changed. */
  difference(): Difference | null;
  /** What the world takes over once the store applied the difference as `version`. */
  overlay(version: number): CommittedOverlay;
}

export type ObjectlessOutcome = Extract<ApiOutcome, { type: "response" | "openapi" }>;

export interface Engine<T extends EngineTransaction = EngineTransaction> {
  /** The base with this id when it is part of the program; others come from the store. */
  builtInBase(baseId: string): BaseTemplate | null;
  parseBase(body: string): BaseTemplate;

  /**
   * The answer to requests that need no object (discovery, documents, version, health); null for all others. The caller
   * has authenticated the user, or says `system:anonymous`.
   */
  answerWithoutObjects(request: ApiRequest): ObjectlessOutcome | null;

  begin(world: World, nowMs: number): T;
  /** Processes due work in order up to `targetMs`; incomplete when the step limit was reached. */
  advance(tx: T, targetMs: number): { complete: boolean };
  /** Moves what is still overdue to `nowMs`. */
  postpone(tx: T, nowMs: number): void;
  /** Authorizes, admits and applies one request; errors are responses. Needs leave the transaction as it was. */
  handle(tx: T, request: ApiRequest, provided: Provided): ApiOutcome;
}
