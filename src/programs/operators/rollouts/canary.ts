/** Canary updates: the steps of a Rollout. Source: github.com/argoproj/argo-rollouts rollout/canary.go */
import type { JsonObject } from "../../../lib/json.ts";
import { formatTime, parseTime } from "../../../lib/time.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { availableOf, canaryOf, durationMs, type RolloutState, revisionOf, stepsOf, stepText } from "./model.ts";
import { isAtGoal, nextReplicas } from "./replicas.ts";
import { selectPods } from "./services.ts";
import { scale, tell } from "./sets.ts";
import type { Decision } from "./status.ts";

export interface Outcome {
  decision: Decision;
  /** The next instant at which time alone changes something. */
  nextAtMs?: number;
}

const PAUSE = "CanaryPauseStep";

export function* updateCanary(api: Api, state: RolloutState): Steps<Outcome> {
  const { status, newest, stable, older, rollout, hash } = state;
  const steps = stepsOf(state);
  const step = status["promoteFull"] === true ? steps.length : Number(status["currentStepIndex"] ?? steps.length);
  const counts = nextReplicas(state, step);
  if (stable && stable !== newest) yield* scale(api, state, stable, counts.stable);
  yield* scale(api, state, newest, counts.newest);
  for (const [i, set] of older.entries()) yield* scale(api, state, set, counts.older[i] ?? 0);
  const { stableService, canaryService } = canaryOf(state);
  if (typeof canaryService === "string") yield* selectPods(api, rollout, canaryService, hash);
  if (typeof stableService === "string" && typeof status["stableRS"] === "string")
    yield* selectPods(api, rollout, stableService, status["stableRS"]);
  const reason = promotionOf(state, step, steps.length);
  if (reason !== undefined) return { decision: yield* promote(api, state, steps.length, reason) };
  if (status["abort"] === true)
    return { decision: { currentStepIndex: 0, pauseConditions: [], controllerPause: false } };
  return yield* runStep(api, state, steps, step);
}

/** Why the new version becomes the stable one; undefined: it does not. */
function promotionOf({ status, stable, newest, replicas, hash }: RolloutState, step: number, count: number) {
  if (!stable) return "Initial deploy";
  if (status["abort"] === true || status["stableRS"] === hash || availableOf(newest) < replicas) return undefined;
  if (status["promoteFull"] === true) return "Full promotion requested";
  return step >= count ? `Completed all ${count} canary steps` : undefined;
}

export function* promote(
  api: Api,
  { rollout, hash, newest }: RolloutState,
  step: number,
  why: string,
): Steps<Decision> {
  const message = `Rollout completed update to revision ${revisionOf(newest)} (${hash}): ${why}`;
  yield* tell(api, rollout, "RolloutCompleted", message);
  return {
    ...{ stableRS: hash, currentStepIndex: step === 0 ? null : step },
    ...{ pauseConditions: [], controllerPause: false, promoteFull: false },
  };
}

function* runStep(api: Api, state: RolloutState, steps: readonly JsonObject[], step: number): Steps<Outcome> {
  const current = steps[step];
  if (!current || state.stable === state.newest) return { decision: {} };
  if (current["pause"] !== undefined) {
    const pause = pauseOf(state, PAUSE, durationMs(objectIn(current["pause"])["duration"]), api.nowMs);
    if (pause !== "over") return pause;
  } else if (current["setWeight"] !== undefined && !isAtGoal(state, step)) return { decision: {} };
  const message = `Rollout step ${step + 1}/${steps.length} completed (${stepText(current)})`;
  yield* tell(api, state.rollout, "RolloutStepCompleted", message);
  return { decision: { currentStepIndex: step + 1, pauseConditions: [], controllerPause: false } };
}

/**
 * A pause begins, goes on until a user resumes it or its time is over, and is over. A user resumes it by removing its
 * condition.
 */
export function pauseOf(
  { status }: RolloutState,
  reason: string,
  lengthMs: number | undefined,
  nowMs: number,
): Outcome | "over" {
  const condition = objectsIn(status["pauseConditions"]).find((each) => each["reason"] === reason);
  if (!condition) {
    if (status["controllerPause"] === true) return "over";
    const decision = { pauseConditions: [{ reason, startTime: formatTime(nowMs) }], controllerPause: true };
    return { decision, ...(lengthMs !== undefined && { nextAtMs: nowMs + lengthMs }) };
  }
  if (lengthMs === undefined) return { decision: {} };
  const endMs = (parseTime(String(condition["startTime"])) ?? nowMs) + lengthMs;
  return nowMs >= endMs ? "over" : { decision: {}, nextAtMs: endMs };
}
