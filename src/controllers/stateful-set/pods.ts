/**
 * The pods of a StatefulSet and their claims: both have stable names.
 * Kubernetes: pkg/controller/statefulset/stateful_pod_control.go, pkg/controller/statefulset/stateful_set_utils.go
 */

import { statefulSetKind } from "../../kinds/apps/stateful-set.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { ApiError } from "../../lib/api-error.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet, Volume } from "../../schema/index.ts";
import { controllerReference, podFromTemplate } from "../lib/pods.ts";
import { templateOf } from "../lib/revisions.ts";
import { REVISION_LABEL, recordRunEvent, type StatefulSetRun, startOrdinalOf } from "./context.ts";

const POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name";
const INDEX_LABEL = "apps.kubernetes.io/pod-index";

/** Creates the pod of an ordinal and its missing claims. Does nothing while one of the claims is being deleted. */
export function createPod(run: StatefulSetRun, ordinal: number): void {
  const { tx, set } = run;
  const pod = podOf(run, ordinal);
  const name = pod.metadata.name ?? "";
  try {
    const terminating = createClaims(run, name, ordinal);
    if (terminating) {
      reportFailure(run, name, `pvc ${terminating} is being deleted`);
      return;
    }
    tx.create(podKind, pod);
  } catch (error) {
    if (error instanceof ApiError) reportFailure(run, name, error.message);
    throw error;
  }
  recordRunEvent(
    run,
    "Normal",
    "SuccessfulCreate",
    `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
  );
}

function reportFailure(run: StatefulSetRun, podName: string, why: string): void {
  const message = `Create Pod ${podName} in StatefulSet ${run.set.metadata.name} failed error: ${why}`;
  recordRunEvent(run, "Warning", "FailedCreate", message);
}

export function deletePod(run: StatefulSetRun, pod: Pod): void {
  run.tx.delete(podKind, pod);
  const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${run.set.metadata.name} successful`;
  recordRunEvent(run, "Normal", "SuccessfulDelete", message);
}

/** Restores the labels that identify the pod. */
export function keepIdentity({ tx, set }: StatefulSetRun, pod: Pod, ordinal: number): void {
  const identity = identityOf(pod.metadata.name ?? "", ordinal);
  const { labels } = pod.metadata;
  if (Object.entries(identity).every(([name, value]) => labels?.[name] === value)) return;
  tx.update(podKind, pod, (draft) => {
    draft.metadata.labels = { ...labels, ...identity };
  });
  const message = `Update Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  recordRunEvent({ tx, set }, "Normal", "SuccessfulUpdate", message);
}

function identityOf(name: string, ordinal: number): Record<string, string> {
  return { [POD_NAME_LABEL]: name, [INDEX_LABEL]: String(ordinal) };
}

/**
 * True if a claim of the ordinal is owned by the previous pod, which was scaled down. The garbage collector deletes the
 * claim with that pod, so the new pod must not be created before.
 */
export function hasStaleClaim({ tx, set }: StatefulSetRun, ordinal: number): boolean {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== "Delete") return false;
  return claimsOf(set, ordinal).some(({ metadata }) => {
    const claim = tx.get(persistentVolumeClaimKind, metadata.namespace ?? "", metadata.name ?? "");
    return claim?.metadata.ownerReferences?.some(({ kind }) => kind === "Pod");
  });
}

/** Creates the missing claims of an ordinal. Returns the name of a claim that is being deleted, if there is one. */
export function createClaims(run: StatefulSetRun, podName: string, ordinal: number): string | undefined {
  const { tx, set } = run;
  const namespace = set.metadata.namespace ?? "";
  for (const claim of claimsOf(set, ordinal)) {
    const name = claim.metadata.name ?? "";
    const existing = tx.get(persistentVolumeClaimKind, namespace, name);
    if (existing?.metadata.deletionTimestamp) return name;
    if (existing) continue;
    const owners = claimOwners(run, undefined);
    if (owners.length > 0) claim.metadata.ownerReferences = owners;
    tx.create(persistentVolumeClaimKind, claim);
    const message = `Create Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name} success`;
    recordRunEvent(run, "Normal", "SuccessfulCreate", message);
  }
  return undefined;
}

/** Writes the claims' owner references: the set or a condemned pod, as the retention policy specifies (KEP-1847). */
export function syncClaimOwners(run: StatefulSetRun, ordinal: number, condemned: Pod | undefined): void {
  const { tx, set } = run;
  for (const { metadata } of claimsOf(set, ordinal)) {
    const claim = tx.get(persistentVolumeClaimKind, metadata.namespace ?? "", metadata.name ?? "");
    if (!claim || claim.metadata.deletionTimestamp) continue;
    const present = claim.metadata.ownerReferences ?? [];
    const isOurs = ({ uid, kind }: OwnerReference) => uid === set.metadata.uid || (kind === "Pod" && uid !== undefined);
    const wanted = [...present.filter((owner) => !isOurs(owner)), ...claimOwners(run, condemned)];
    if (equalJson(present, wanted)) continue;
    tx.update(persistentVolumeClaimKind, claim, (draft) => {
      if (wanted.length > 0) draft.metadata.ownerReferences = wanted;
      else delete draft.metadata.ownerReferences;
    });
  }
}

function claimOwners({ set }: StatefulSetRun, condemned: Pod | undefined): OwnerReference[] {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (condemned && whenScaled === "Delete") return [controllerReference(podKind, condemned)];
  return whenDeleted === "Delete" ? [controllerReference(statefulSetKind, set)] : [];
}

function podOf(run: StatefulSetRun, ordinal: number): Pod {
  const { set } = run;
  const revision = needsCurrentRevision(run, ordinal) ? run.current : run.update;
  const reference = controllerReference(statefulSetKind, set);
  const pod = podFromTemplate(templateOf(revision, set.spec.template), set.metadata.namespace ?? "", reference);
  const name = `${set.metadata.name}-${ordinal}`;
  pod.metadata.name = name;
  pod.metadata.labels = {
    ...pod.metadata.labels,
    ...identityOf(name, ordinal),
    [REVISION_LABEL]: revision.metadata.name ?? "",
  };
  pod.spec.hostname = name;
  if (set.spec.serviceName) pod.spec.subdomain = set.spec.serviceName;
  const volumes = volumesOf(set, ordinal);
  const names = new Set(volumes.map((volume) => volume.name));
  const others = (pod.spec.volumes ?? []).filter((volume) => !names.has(volume.name));
  if (volumes.length + others.length > 0) pod.spec.volumes = [...volumes, ...others];
  return pod;
}

/** True if the ordinal is below the partition: its pod keeps the revision that was rolled out last. */
function needsCurrentRevision({ set, status }: StatefulSetRun, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type !== "RollingUpdate") return false;
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (status.currentReplicas ?? 0);
  return ordinal < startOrdinalOf(set) + kept;
}

function claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const { labels, annotations, name } = template.metadata;
    const claim: PersistentVolumeClaim = {
      kind: "PersistentVolumeClaim",
      apiVersion: "v1",
      metadata: {
        name: `${name}-${set.metadata.name}-${ordinal}`,
        namespace: set.metadata.namespace ?? "",
        labels: { ...labels, ...set.spec.selector.matchLabels },
        ...(annotations && { annotations: { ...annotations } }),
      },
      spec: cloneJson(template.spec),
      status: {},
    };
    return claim;
  });
}

function volumesOf(set: StatefulSet, ordinal: number): Volume[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata: { name = "" } }) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-${set.metadata.name}-${ordinal}` },
  }));
}
