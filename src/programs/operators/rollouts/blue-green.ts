/** Blue-green updates: two versions side by side, and Services that change over. Source: argo-rollouts rollout/bluegreen.go */
import { formatTime, parseTime } from "../../../lib/time.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { metadataOf } from "../objects.ts";
import { type Outcome, pauseOf, promote } from "./canary.ts";
import { availableOf, blueGreenOf, type RolloutState, wantedOf } from "./model.ts";
import { selectedBy, selectPods, serviceOf } from "./services.ts";
import { annotate, scale } from "./sets.ts";

const DEADLINE = "scale-down-deadline";
const SCALE_DOWN_SECONDS = 30;
const SECOND_MS = 1000;

export function* updateBlueGreen(api: Api, state: RolloutState): Steps<Outcome> {
  const { rollout, status, hash, newest, stable, replicas } = state;
  const settings = blueGreenOf(state) ?? {};
  const activeName = String(settings["activeService"] ?? "");
  const active = yield* serviceOf(api, rollout, activeName);
  if (!active) {
    const problem = `spec.strategy.blueGreen.activeService: Invalid value: "${activeName}": service "${activeName}" not found`;
    return { decision: { problem } };
  }
  const { previewService, previewReplicaCount } = settings;
  const isAborted = status["abort"] === true;
  const target = isAborted && typeof status["stableRS"] === "string" ? status["stableRS"] : hash;
  if (typeof previewService === "string") yield* selectPods(api, rollout, previewService, target);
  const isPreview = previewReplicaCount !== undefined && stable && stable !== newest && !isResumed(state);
  yield* scale(api, state, newest, isPreview ? Number(previewReplicaCount) : replicas);
  if (stable && stable !== newest) yield* scale(api, state, stable, replicas);
  const blueGreen = (activeSelector: string) => ({
    ...objectIn(status["blueGreen"]),
    activeSelector,
    ...(typeof previewService === "string" && { previewSelector: target }),
  });
  if (!stable) return { decision: { ...(yield* promote(api, state, 0, "Initial deploy")), blueGreen: blueGreen("") } };
  const outcome = isAborted ? "over" : cutOver(api, state, selectedBy(active));
  if (outcome !== "over")
    return { ...outcome, decision: { ...outcome.decision, blueGreen: blueGreen(selectedBy(active)) } };
  yield* selectPods(api, rollout, activeName, target);
  const decision = { blueGreen: blueGreen(target), pauseConditions: [], controllerPause: false };
  if (!isAborted && status["stableRS"] !== hash) {
    const promoted = yield* promote(api, state, 0, "Completed blue-green update");
    return { decision: { ...decision, ...promoted } };
  }
  const nextAtMs = yield* scaleDown(api, state);
  return { decision, ...(nextAtMs !== undefined && { nextAtMs }) };
}

/** A user has ended the pause, or the new version needs none. */
function isResumed({ status }: RolloutState): boolean {
  return (
    (status["controllerPause"] === true && status["pauseConditions"] === undefined) || status["promoteFull"] === true
  );
}

/** Whether the active Service may select the new version: "over" once its pods are available and the pause has ended. */
function cutOver({ nowMs }: Api, state: RolloutState, selected: string): Outcome | "over" {
  const { newest, hash, replicas, status } = state;
  if (selected === hash) return "over";
  const wanted = wantedOf(newest);
  if (availableOf(newest) < wanted || wanted === 0) return { decision: {} };
  const { autoPromotionEnabled, autoPromotionSeconds } = blueGreenOf(state) ?? {};
  const seconds = Number(autoPromotionSeconds ?? 0);
  const pauses = selected !== "" && (autoPromotionEnabled === false || seconds > 0);
  if (pauses && status["promoteFull"] !== true && status["stableRS"] !== hash) {
    const pause = pauseOf(state, "BlueGreenPause", seconds > 0 ? seconds * SECOND_MS : undefined, nowMs);
    if (pause !== "over") return pause;
  }
  return wanted < replicas ? { decision: {} } : "over";
}

/** Former versions keep their replicas for a while, so that a user can go back at once. */
function* scaleDown(api: Api, state: RolloutState): Steps<number | undefined> {
  const seconds = Number(blueGreenOf(state)?.["scaleDownDelaySeconds"] ?? SCALE_DOWN_SECONDS);
  const instants: number[] = [];
  for (const set of state.older.filter((each) => wantedOf(each) > 0)) {
    const deadline = objectIn(metadataOf(set)["annotations"])[DEADLINE];
    const endMs = typeof deadline === "string" ? parseTime(deadline) : undefined;
    if (endMs === undefined) {
      const atMs = api.nowMs + seconds * SECOND_MS;
      yield* annotate(api, set, { [DEADLINE]: formatTime(atMs) });
      instants.push(atMs);
    } else if (api.nowMs < endMs) instants.push(endMs);
    else {
      yield* annotate(api, set, { [DEADLINE]: null });
      yield* scale(api, state, set, 0);
    }
  }
  return instants.length > 0 ? Math.min(...instants) : undefined;
}
