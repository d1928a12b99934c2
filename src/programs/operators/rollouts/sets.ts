/** The ReplicaSets of a Rollout: they are created, scaled and removed. Source: argo-rollouts rollout/sync.go, replicaset.go */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { create, mergePatch, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { HASH_LABEL, REVISION, type RolloutState, revisionOf, wantedOf } from "./model.ts";

const COMPONENT = "rollouts-controller";
const DESIRED = "rollout.argoproj.io/desired-replicas";
const HISTORY = 10;

export function pathOf(rollout: JsonObject): string {
  return `/apis/argoproj.io/v1alpha1/namespaces/${namespaceOf(rollout)}/rollouts/${nameOf(rollout)}`;
}

const setsPath = (rollout: JsonObject) => `/apis/apps/v1/namespaces/${namespaceOf(rollout)}/replicasets`;

export function* tell(api: Api, rollout: JsonObject, reason: string, message: string): Steps<void> {
  yield* recordEvent(api, rollout, { reason, message, component: COMPONENT });
  api.log("info", message);
}

/** Creates the ReplicaSet of the Rollout's template, without replicas. */
export function* createNewest(api: Api, state: RolloutState): Steps<void> {
  const { rollout, spec, hash, replicas } = state;
  const template = objectIn(spec["template"]);
  const labels = { ...objectIn(metadataOf(template)["labels"]), [HASH_LABEL]: hash };
  const revision = nextRevision(state);
  const name = `${nameOf(rollout)}-${hash}`;
  const selector = objectIn(spec["selector"]);
  const owner = {
    ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: nameOf(rollout) },
    ...{ uid: metadataOf(rollout)["uid"] ?? "", controller: true, blockOwnerDeletion: true },
  };
  yield* create(api.client, setsPath(rollout), {
    ...{ apiVersion: "apps/v1", kind: "ReplicaSet" },
    metadata: {
      ...{ name, namespace: namespaceOf(rollout), labels, ownerReferences: [owner] },
      annotations: { [REVISION]: String(revision), [DESIRED]: String(replicas) },
    },
    spec: {
      ...{ replicas: 0, minReadySeconds: spec["minReadySeconds"] ?? 0 },
      selector: { ...selector, matchLabels: { ...objectIn(selector["matchLabels"]), [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...metadataOf(template), labels } },
    },
  });
  yield* setRevision(api, rollout, revision);
  yield* tell(api, rollout, "NewReplicaSetCreated", `Created ReplicaSet ${name} (revision ${revision})`);
}

function nextRevision({ older, stable, newest }: RolloutState): number {
  return Math.max(0, ...[...older, stable].filter((each) => each !== newest).map(revisionOf)) + 1;
}

function* setRevision(api: Api, rollout: JsonObject, revision: number): Steps<void> {
  yield* mergePatch(api.client, pathOf(rollout), { metadata: { annotations: { [REVISION]: String(revision) } } });
  yield* tell(api, rollout, "RolloutUpdated", `Rollout updated to revision ${revision}`);
}

/** A template that was there before becomes the newest revision again. True if it did. */
export function* raiseRevision(api: Api, state: RolloutState): Steps<boolean> {
  const { newest, rollout } = state;
  const revision = nextRevision(state);
  if (!newest || revisionOf(newest) >= revision) return false;
  yield* mergePatch(api.client, `${setsPath(rollout)}/${nameOf(newest)}`, {
    metadata: { annotations: { [REVISION]: String(revision) } },
  });
  yield* setRevision(api, rollout, revision);
  return true;
}

export function* scale(api: Api, state: RolloutState, set: JsonObject | undefined, replicas: number): Steps<void> {
  const now = wantedOf(set);
  if (!set || now === replicas) return;
  const annotations = { [DESIRED]: String(state.replicas) };
  yield* mergePatch(api.client, `${setsPath(state.rollout)}/${nameOf(set)}`, {
    metadata: { annotations },
    spec: { replicas },
  });
  const direction = replicas > now ? "up" : "down";
  const message = `Scaled ${direction} ReplicaSet ${nameOf(set)} (revision ${revisionOf(set)}) from ${now} to ${replicas}`;
  yield* tell(api, state.rollout, "ScalingReplicaSet", message);
}

export function* annotate(api: Api, set: JsonObject, annotations: JsonObject): Steps<void> {
  yield* mergePatch(api.client, `${setsPath(set)}/${nameOf(set)}`, { metadata: { annotations } });
}

/** Removes the oldest ReplicaSets without replicas beyond the limit of the history. */
export function* prune(api: Api, { spec, older, rollout }: RolloutState): Steps<void> {
  const limit = Number(spec["revisionHistoryLimit"] ?? HISTORY);
  const unused = older.filter((set) => wantedOf(set) === 0 && Number(objectIn(set["status"])["replicas"] ?? 0) === 0);
  const oldestFirst = [...unused].sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of oldestFirst.slice(0, Math.max(0, unused.length - limit)))
    yield* api.client.json(`${setsPath(rollout)}/${nameOf(set)}`, { method: "DELETE" });
}
