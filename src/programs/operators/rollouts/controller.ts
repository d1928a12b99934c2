/**
 * argo-rollouts: ReplicaSets for each Rollout, by the steps of a canary or side by side. Analyses, experiments and traffic
 * routers are not there: their steps end at once, and weights are shares of the replicas.
 * Source: github.com/argoproj/argo-rollouts rollout/controller.go
 */
import { canonicalJson } from "../../../lib/canonical-json.ts";
import { fnv1a32, safeEncode } from "../../../lib/hash.ts";
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { splitPath, text } from "../../servers/http.ts";
import { isoTime } from "../../servers/log.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { electionOf } from "../elections.ts";
import { list, mergePatch, metadataOf } from "../objects.ts";
import { updateBlueGreen } from "./blue-green.ts";
import { updateCanary } from "./canary.ts";
import { blueGreenOf, type RolloutState, stateOf, stepsOf } from "./model.ts";
import { createNewest, pathOf, prune, raiseRevision } from "./sets.ts";
import { type Decision, statusPatch } from "./status.ts";

const line = (process: ProcessView, level: string, message: string) =>
  `time=${JSON.stringify(`${isoTime(process.nowMs).slice(0, 19)}Z`)} level=${level} msg=${JSON.stringify(message)}`;

export const rolloutsController = controllerProgram({
  agent: "rollouts-controller",
  line,
  leader: electionOf("quay.io/argoproj/argo-rollouts"),
  resources: ["argoproj.io/rollouts", "apps/replicasets", "core/services"],
  server: {
    ports: () => [8080, 8090],
    startMs: 900,
    ready: (process) => [
      line(process, "info", "Argo Rollouts starting"),
      line(process, "info", "Started Rollout workers"),
    ],
    stop: { ms: 100 },
    memoryBytes: () => 40_000_000,
    http: (_process, request) =>
      /^\/(healthz|metrics)/.test(splitPath(request.path).path) ? text(200, "ok") : text(404, "404 page not found\n"),
  },
  *reconcile(api) {
    const rollouts = yield* list(api.client, "/apis/argoproj.io/v1alpha1/rollouts");
    const sets = rollouts.length > 0 ? yield* list(api.client, "/apis/apps/v1/replicasets") : [];
    const instants: number[] = [];
    for (const item of rollouts) {
      const rollout: JsonObject = { ...item, apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
      if (metadataOf(rollout)["deletionTimestamp"] !== undefined) continue;
      const nextAtMs = yield* reconcileRollout(api, stateOf(rollout, sets.filter(isOwnedBy(rollout))));
      if (nextAtMs !== undefined) instants.push(nextAtMs);
    }
    return instants.length > 0 ? Math.min(...instants) : undefined;
  },
});

const isOwnedBy = (rollout: JsonObject) => (set: JsonObject) =>
  objectsIn(metadataOf(set)["ownerReferences"]).some(({ uid }) => uid === metadataOf(rollout)["uid"]);

function* reconcileRollout(api: Api, state: RolloutState): Steps<number | undefined> {
  const { newest, status, spec } = state;
  if (!newest) {
    yield* createNewest(api, state);
    return undefined;
  }
  if (yield* raiseRevision(api, state)) return undefined;
  const stepHash = safeEncode(String(fnv1a32(canonicalJson(stepsOf(state)))));
  if (status["currentPodHash"] !== state.hash || status["currentStepHash"] !== stepHash) {
    yield* writeStatus(api, state, { ...begin(state), ...{ currentStepHash: stepHash } });
    return undefined;
  }
  const isPaused = spec["paused"] === true;
  const outcome = isPaused
    ? { decision: {} }
    : yield* blueGreenOf(state) ? updateBlueGreen(api, state) : updateCanary(api, state);
  yield* prune(api, state);
  yield* writeStatus(api, state, outcome.decision);
  return "nextAtMs" in outcome ? outcome.nextAtMs : undefined;
}

/** Another template or other steps: the update begins at its first step, and a return to the stable version has none. */
function begin(state: RolloutState): Decision {
  const count = stepsOf(state).length;
  const hasSteps = state.stable !== undefined && state.stable !== state.newest;
  const currentStepIndex = count === 0 ? null : hasSteps ? 0 : count;
  return { currentStepIndex, pauseConditions: [], controllerPause: false, abort: false, promoteFull: false };
}

function* writeStatus(api: Api, state: RolloutState, decision: Decision): Steps<void> {
  const patch = statusPatch(state, decision, api.nowMs);
  if (patch) yield* mergePatch(api.client, `${pathOf(state.rollout)}/status`, patch);
}
