/**
 * `kubectl rollout`
 * Source: k8s.io/kubectl pkg/cmd/rollout, pkg/polymorphichelpers
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { type Call, type Command, FIELD_MANAGER, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, qualifiedName, shownName } from "../core/discovery.ts";
import { metadataOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { forEachObject, type Selected, writeQuery } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";

const POLL_MS = 1_000;
const FLAGS = [...FILES, ...PRINT, SELECTOR, FIELD_MANAGER] as const;

/** The next line of a rollout, and whether it is over. */
interface Progress {
  text: string;
  isDone: boolean;
}

const status: Command = {
  words: ["rollout", "status"],
  flags: [
    ...FLAGS,
    { name: "watch", short: "w", type: "bool", default: "true" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "revision", type: "int", default: "0" },
  ],
  *run(call) {
    requireResource(call);
    return yield* forEachObject(call, everyObject(call), (selected) => follow(call, selected));
  },
};

/** The objects of the arguments. If there are none, the command says so and succeeds. */
function everyObject({ args, session, target }: Call) {
  const onNone = () => session.warn(`No resources found in ${target.namespace} namespace.\n`);
  return { args, takesAll: true, onNone };
}

/** Throws Failure if the arguments name nothing. */
export function requireResource({ args, flags }: Call): void {
  if (args.length > 0 || flags.has("filename") || flags.has("kustomize")) return;
  throw new Failure("error: required resource not specified");
}

/** `--revision` follows only the rollout of this revision. */
function checkRevision({ flags }: Call, object: JsonObject): void {
  const wanted = flags.int("revision");
  if (wanted === 0 || object["kind"] !== "Deployment") return;
  const running = Number(objectIn(metadataOf(object)["annotations"])["deployment.kubernetes.io/revision"] ?? 0);
  if (running !== wanted) {
    throw new Failure(`error: desired revision (${wanted}) is different from the running revision (${running})`);
  }
}

function* follow(call: Call, { resource, name, namespace, live }: Selected): Steps<void> {
  const { session, flags, client } = call;
  const timeoutMs = flags.duration("timeout");
  let object = live;
  let shown = "";
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    checkRevision(call, object);
    const { text, isDone } = progressOf(object, name);
    if (text !== shown) session.print(text);
    shown = text;
    if (isDone || !flags.is("watch")) return;
    if (timeoutMs > 0 && waitedMs >= timeoutMs) throw new Failure("error: timed out waiting for the condition");
    yield { type: "sleep", ms: POLL_MS };
    object = yield* client.json(pathOf(resource, namespace, name));
  }
}

function progressOf(object: JsonObject, name: string): Progress {
  const kind = String(object["kind"]);
  const [spec, now] = [objectIn(object["spec"]), objectIn(object["status"])];
  const generation = Number(metadataOf(object)["generation"] ?? 0);
  const isObserved = generation <= number(now["observedGeneration"]);
  switch (kind) {
    case "Deployment":
      return isObserved
        ? deploymentProgress(name, spec, now)
        : waiting("Waiting for deployment spec update to be observed...");
    case "DaemonSet":
      return isObserved
        ? daemonSetProgress(name, spec, now)
        : waiting("Waiting for daemon set spec update to be observed...");
    case "StatefulSet":
      return isObserved
        ? statefulSetProgress(name, spec, now)
        : waiting("Waiting for statefulset spec update to be observed...");
    default:
      throw new Failure(`error: no status viewer has been implemented for ${kind}`);
  }
}

function waiting(text: string): Progress {
  return { text: `${text}\n`, isDone: false };
}

function done(text: string): Progress {
  return { text: `${text}\n`, isDone: true };
}

function deploymentProgress(name: string, spec: JsonObject, now: JsonObject): Progress {
  const conditions = objectsIn(now["conditions"]);
  const progressing = conditions.find(({ type }) => type === "Progressing");
  if (progressing?.["reason"] === "ProgressDeadlineExceeded") {
    throw new Failure(`error: deployment ${JSON.stringify(name)} exceeded its progress deadline`);
  }
  const [replicas, updated] = [number(now["replicas"]), number(now["updatedReplicas"])];
  const [wanted, available] = [number(spec["replicas"]), number(now["availableReplicas"])];
  const rollout = `Waiting for deployment ${JSON.stringify(name)} rollout to finish:`;
  if (updated < wanted) return waiting(`${rollout} ${updated} out of ${wanted} new replicas have been updated...`);
  if (replicas > updated) return waiting(`${rollout} ${replicas - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${rollout} ${available} of ${updated} updated replicas are available...`);
  return done(`deployment ${JSON.stringify(name)} successfully rolled out`);
}

function daemonSetProgress(name: string, spec: JsonObject, now: JsonObject): Progress {
  if (objectIn(spec["updateStrategy"])["type"] !== "RollingUpdate") {
    throw new Failure("error: rollout status is only available for RollingUpdate strategy type");
  }
  const [updated, wanted] = [number(now["updatedNumberScheduled"]), number(now["desiredNumberScheduled"])];
  const available = number(now["numberAvailable"]);
  const rollout = `Waiting for daemon set ${JSON.stringify(name)} rollout to finish:`;
  if (updated < wanted) return waiting(`${rollout} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return waiting(`${rollout} ${available} of ${wanted} updated pods are available...`);
  return done(`daemon set ${JSON.stringify(name)} successfully rolled out`);
}

function statefulSetProgress(_name: string, spec: JsonObject, now: JsonObject): Progress {
  const strategy = objectIn(spec["updateStrategy"]);
  if (strategy["type"] !== "RollingUpdate") {
    throw new Failure("error: rollout status is only available for RollingUpdate strategy type");
  }
  const wanted = number(spec["replicas"]);
  const [ready, updated] = [number(now["readyReplicas"]), number(now["updatedReplicas"])];
  if (ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready...`);
  const partition = number(objectIn(strategy["rollingUpdate"])["partition"]);
  if (partition > 0) {
    if (updated < wanted - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...`,
      );
    }
    return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (now["updateRevision"] !== now["currentRevision"]) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${String(now["updateRevision"])}...`,
    );
  }
  return done(
    `statefulset rolling update complete ${number(now["currentReplicas"])} pods at revision ${String(now["currentRevision"])}...`,
  );
}

function number(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

/** A change of one kind of rollout. */
interface Change {
  /** `restarting`, in the refusal of other kinds. */
  doing: string;
  /** Printed behind the name. */
  done: string;
  kinds: readonly string[];
  /** The patch. Throws Failure. */
  patchOf(call: Call, selected: Selected): JsonObject;
}

function changing(word: string, { doing, done: verb, kinds, patchOf }: Change): Command {
  return {
    words: ["rollout", word],
    flags: FLAGS,
    *run(call) {
      const { session, client, flags } = call;
      requireResource(call);
      return yield* forEachObject(call, everyObject(call), function* (selected) {
        const { resource, name, namespace } = selected;
        if (!kinds.includes(resource.kind)) {
          throw new Failure(`error: ${qualifiedName(resource)} ${JSON.stringify(name)} ${doing} is not supported`);
        }
        yield* client.json(pathOf(resource, namespace, name), {
          method: "PATCH",
          contentType: "application/strategic-merge-patch+json",
          query: writeQuery(call, "kubectl-rollout"),
          body: patchOf(call, selected),
        });
        session.print(`${shownName(resource, name)}${flags.text("output") === "name" ? "" : ` ${verb}`}\n`);
      });
    },
  };
}

const restart = changing("restart", {
  doing: "restarting",
  done: "restarted",
  kinds: ["DaemonSet", "Deployment", "StatefulSet"],
  patchOf({ session }, { live, name }) {
    if (objectIn(live["spec"])["paused"] === true) {
      throw new Failure(
        `error: deployments.apps ${JSON.stringify(name)} can't restart paused deployment (run rollout resume first)`,
      );
    }
    const now = `${new Date(session.nowMs).toISOString().slice(0, 19)}Z`;
    return { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": now } } } } };
  },
});

const pause = changing("pause", {
  doing: "pausing",
  done: "paused",
  kinds: ["Deployment"],
  patchOf(_call, { live, name }) {
    if (objectIn(live["spec"])["paused"] === true)
      throw new Failure(`error: deployments.apps ${JSON.stringify(name)} is already paused`);
    return { spec: { paused: true } };
  },
});

const resume = changing("resume", {
  doing: "resuming",
  done: "resumed",
  kinds: ["Deployment"],
  patchOf(_call, { live, name }) {
    if (objectIn(live["spec"])["paused"] !== true)
      throw new Failure(`error: deployments.apps ${JSON.stringify(name)} is not paused`);
    return { spec: { paused: null } };
  },
});

export const rolloutCommands: readonly Command[] = [status, restart, pause, resume];
