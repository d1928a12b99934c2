/**
 * What `kubectl rollout status` says about an object.
 * Source: k8s.io/kubectl pkg/polymorphichelpers/rollout_status.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { Resource } from "../core/discovery.ts";
import { metadataOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure } from "../core/session.ts";

/** The next line of a rollout, and whether it is over. */
export interface Progress {
  text: string;
  isDone: boolean;
}

export interface Viewed {
  object: JsonObject;
  name: string;
  /** Of `--revision`; 0: any. */
  revision: number;
}

/** Throws Failure for a rollout that will not be completed. */
export type StatusViewer = (viewed: Viewed) => Progress;

/** Throws Failure for resources that do not roll out. */
export function viewerOf({ group, kind }: Resource): StatusViewer {
  const viewer = group === "apps" ? VIEWERS[kind] : undefined;
  if (viewer) return viewer;
  throw new Failure(`error: no status viewer has been implemented for ${kind}${group === "" ? "" : `.${group}`}`);
}

const VIEWERS: Readonly<Record<string, StatusViewer>> = {
  Deployment: deploymentProgress,
  DaemonSet: daemonSetProgress,
  StatefulSet: statefulSetProgress,
};

function waiting(text: string): Progress {
  return { text: `${text}\n`, isDone: false };
}

function done(text: string): Progress {
  return { text: `${text}\n`, isDone: true };
}

/** The status follows the newest specification. */
function isObserved(object: JsonObject): boolean {
  return number(metadataOf(object)["generation"]) <= number(objectIn(object["status"])["observedGeneration"]);
}

function deploymentProgress({ object, name, revision }: Viewed): Progress {
  const [spec, now] = [objectIn(object["spec"]), objectIn(object["status"])];
  const running = Number(objectIn(metadataOf(object)["annotations"])["deployment.kubernetes.io/revision"] ?? 0);
  if (revision > 0 && running !== revision) {
    throw new Failure(`error: desired revision (${revision}) is different from the running revision (${running})`);
  }
  if (!isObserved(object)) return waiting("Waiting for deployment spec update to be observed...");
  const progressing = objectsIn(now["conditions"]).find(({ type }) => type === "Progressing");
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

/** Throws Failure for an update strategy under which the controller replaces no pods. */
function requireRollingUpdate(spec: JsonObject): void {
  if (objectIn(spec["updateStrategy"])["type"] === "RollingUpdate") return;
  throw new Failure("error: rollout status is only available for RollingUpdate strategy type");
}

function daemonSetProgress({ object, name }: Viewed): Progress {
  const [spec, now] = [objectIn(object["spec"]), objectIn(object["status"])];
  requireRollingUpdate(spec);
  if (!isObserved(object)) return waiting("Waiting for daemon set spec update to be observed...");
  const [updated, wanted] = [number(now["updatedNumberScheduled"]), number(now["desiredNumberScheduled"])];
  const available = number(now["numberAvailable"]);
  const rollout = `Waiting for daemon set ${JSON.stringify(name)} rollout to finish:`;
  if (updated < wanted) return waiting(`${rollout} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return waiting(`${rollout} ${available} of ${wanted} updated pods are available...`);
  return done(`daemon set ${JSON.stringify(name)} successfully rolled out`);
}

function statefulSetProgress({ object }: Viewed): Progress {
  const [spec, now] = [objectIn(object["spec"]), objectIn(object["status"])];
  requireRollingUpdate(spec);
  if (number(now["observedGeneration"]) === 0 || !isObserved(object)) {
    return waiting("Waiting for statefulset spec update to be observed...");
  }
  const [wanted, ready] = [number(spec["replicas"]), number(now["readyReplicas"])];
  const updated = number(now["updatedReplicas"]);
  if (ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready...`);
  const { rollingUpdate } = objectIn(spec["updateStrategy"]);
  if (rollingUpdate !== undefined) return partitionedProgress(wanted, updated, objectIn(rollingUpdate));
  const revision = String(now["currentRevision"]);
  if (now["updateRevision"] !== now["currentRevision"]) {
    const next = String(now["updateRevision"]);
    return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${next}...`);
  }
  return done(`statefulset rolling update complete ${number(now["currentReplicas"])} pods at revision ${revision}...`);
}

function partitionedProgress(wanted: number, updated: number, { partition }: JsonObject): Progress {
  const rest = wanted - number(partition);
  if (partition !== undefined && updated < rest) {
    return waiting(
      `Waiting for partitioned roll out to finish: ${updated} out of ${rest} new pods have been updated...`,
    );
  }
  return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
}

function number(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}
