/**
 * Binds claims to volumes: finds a volume that fits or asks the class's provisioner for one, and notices when a bound
 * volume is lost. volume-phases.ts is the other half of Kubernetes' controller.
 * Kubernetes: pkg/controller/volume/persistentvolume/pv_controller.go (syncClaim)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { storageClassKind } from "../../kinds/storage/storage-class.ts";
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  defaultStorageClass,
  SELECTED_NODE,
  STORAGE_PROVISIONERS,
} from "../../kinds/storage/volume-names.ts";
import { equalJson } from "../../lib/json.ts";
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimStatus } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { classOf, findMatch, isPromisedTo, mismatch } from "./matching.ts";
import { setVolumePhase } from "./volume-phases.ts";

const COMPONENT = "persistentvolume-controller";
/** The provisioner of classes whose volumes an administrator creates. */
const NO_PROVISIONER = "kubernetes.io/no-provisioner";

export const volumeBinder: Controller = {
  name: "persistentvolume-binder-controller",
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(persistentVolumeClaimKind), volumes(), classes()],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const found = tx.get(persistentVolumeClaimKind, namespace, name);
    if (!found) return;
    const isCompleted = found.metadata.annotations?.[BIND_COMPLETED] !== undefined;
    if (found.metadata.deletionTimestamp && !isCompleted) return;
    const claim = isCompleted ? found : withDefaultClass(tx, found);
    const decision = isCompleted ? decideBound(tx, claim) : decideUnbound(tx, claim);
    if (decision.kind === "bind") bind(tx, decision.volume, claim);
    else if (decision.kind === "ask") ask(tx, claim, decision.provisioner);
    else settle(tx, claim, decision);
  },
};

interface Report {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
}

type Decision =
  | { kind: "bind"; volume: PersistentVolume }
  /** The provisioner of the class must create a volume. */
  | { kind: "ask"; provisioner: string }
  | { kind: "Pending"; report?: Report }
  | { kind: "Lost"; report: Report };

function decideUnbound(tx: Transaction, claim: PersistentVolumeClaim): Decision {
  if (claim.spec.volumeName) return decideNamed(tx, claim, claim.spec.volumeName);
  const storageClass = tx.get(storageClassKind, "", classOf(claim));
  const isSelected = claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
  const waitsForPod = storageClass?.volumeBindingMode === "WaitForFirstConsumer" && !isSelected;
  const volume = findMatch(claim, tx.list(persistentVolumeKind), { onlyPromised: waitsForPod });
  if (volume) return { kind: "bind", volume };
  if (waitsForPod) {
    return pending("Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
  }
  if (classOf(claim) === "") {
    const message = "no persistent volumes available for this claim and no storage class is set";
    return pending("Normal", "FailedBinding", message);
  }
  if (!storageClass) {
    return pending("Warning", "ProvisioningFailed", `storageclass.storage.k8s.io "${classOf(claim)}" not found`);
  }
  const { provisioner } = storageClass;
  if (provisioner !== NO_PROVISIONER) return { kind: "ask", provisioner };
  return pending("Warning", "ProvisioningFailed", `no volume plugin matched name: ${NO_PROVISIONER}`);
}

/** The claim has a volume name, but is not bound: a user wrote it, or the binder was interrupted. */
function decideNamed(tx: Transaction, claim: PersistentVolumeClaim, volumeName: string): Decision {
  const volume = tx.get(persistentVolumeKind, "", volumeName);
  if (!volume) return { kind: "Pending" };
  if (isPromisedTo(volume, claim)) return { kind: "bind", volume };
  if (volume.spec.claimRef) {
    return pending("Warning", "FailedBinding", `volume "${volumeName}" already bound to a different claim.`);
  }
  const problem = mismatch(volume, claim);
  if (problem === undefined) return { kind: "bind", volume };
  return pending("Warning", "VolumeMismatch", `Cannot bind to requested volume "${volumeName}": ${problem}`);
}

function decideBound(tx: Transaction, { spec, metadata }: PersistentVolumeClaim): Decision {
  if (!spec.volumeName) {
    return lost("ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
  }
  const volume = tx.get(persistentVolumeKind, "", spec.volumeName);
  if (!volume) return lost("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid === metadata.uid) return { kind: "bind", volume };
  return lost("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
}

function pending(type: Report["type"], reason: string, message: string): Decision {
  return { kind: "Pending", report: { type, reason, message } };
}

function lost(reason: string, message: string): Decision {
  return { kind: "Lost", report: { type: "Warning", reason, message } };
}

/** Writes the phase Pending or Lost, and its Event. */
function settle(
  tx: Transaction,
  claim: PersistentVolumeClaim,
  { kind, report }: Extract<Decision, { kind: "Pending" | "Lost" }>,
): void {
  if (report && !(kind === "Lost" && claim.status.phase === "Lost")) {
    recordEvent(tx, { object: claim, ...report, component: COMPONENT });
  }
  setClaimStatus(tx, claim, { phase: kind });
}

/** Makes the missing writes, in an order in which an interruption loses no volume. The status comes last. */
function bind(tx: Transaction, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  promise(tx, volume, claim);
  setVolumePhase(tx, volume, "Bound");
  const name = volume.metadata.name ?? "";
  const annotations = claim.metadata.annotations ?? {};
  if (claim.spec.volumeName !== name || annotations[BIND_COMPLETED] === undefined) {
    tx.update(persistentVolumeClaimKind, claim, (draft) => {
      const byController = claim.spec.volumeName !== name && { [BOUND_BY_CONTROLLER]: "yes" };
      draft.metadata.annotations = { ...annotations, [BIND_COMPLETED]: "yes", ...byController };
      draft.spec.volumeName = name;
    });
    return;
  }
  const { status } = claim;
  setClaimStatus(tx, claim, {
    phase: "Bound",
    accessModes: volume.spec.accessModes,
    // When the volume grows later, the expander writes the new capacity.
    capacity: status.phase === "Bound" && status.capacity ? status.capacity : volume.spec.capacity,
  });
}

/** Writes the claim into the volume's claimRef, which reserves the volume. */
function promise(tx: Transaction, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const { claimRef } = volume.spec;
  if (claimRef?.uid === claim.metadata.uid) return;
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  tx.update(persistentVolumeKind, volume, (draft) => {
    if (claimRef === undefined) {
      draft.metadata.annotations = { ...draft.metadata.annotations, [BOUND_BY_CONTROLLER]: "yes" };
    }
    draft.spec.claimRef = { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace, name, uid, resourceVersion };
  });
}

/** Writes the provisioner's name into the claim, once. */
function ask(tx: Transaction, claim: PersistentVolumeClaim, provisioner: string): void {
  const annotations = claim.metadata.annotations ?? {};
  if (STORAGE_PROVISIONERS.every((name) => annotations[name] === provisioner)) return;
  const asked = tx.update(persistentVolumeClaimKind, claim, (draft) => {
    const wish = Object.fromEntries(STORAGE_PROVISIONERS.map((name) => [name, provisioner]));
    draft.metadata.annotations = { ...annotations, ...wish };
  });
  const message =
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system ` +
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
  recordEvent(tx, { object: asked, type: "Normal", reason: "ExternalProvisioning", message, component: COMPONENT });
}

/** Sets the default class on a claim that was created before there was one (KEP-3333). */
function withDefaultClass(tx: Transaction, claim: PersistentVolumeClaim): PersistentVolumeClaim {
  if (claim.spec.storageClassName !== undefined || claim.spec.volumeName) return claim;
  const name = defaultStorageClass(tx.list(storageClassKind))?.metadata.name;
  if (name === undefined) return claim;
  return tx.update(persistentVolumeClaimKind, claim, (draft) => {
    draft.spec.storageClassName = name;
  });
}

function setClaimStatus(
  tx: Transaction,
  claim: PersistentVolumeClaim,
  { phase, accessModes, capacity }: PersistentVolumeClaimStatus,
): void {
  const isBound = phase === "Bound";
  tx.updateStatus(persistentVolumeClaimKind, claim, (draft) => {
    draft.status.phase = phase;
    if (isBound && accessModes) draft.status.accessModes = [...accessModes];
    else delete draft.status.accessModes;
    if (isBound && capacity) draft.status.capacity = { ...capacity };
    else delete draft.status.capacity;
  });
}

/** Wakes the claim in the volume's claimRef; a free volume wakes all unbound claims of its class. */
function volumes(): Watch {
  return {
    resource: resourceId(persistentVolumeKind),
    *map({ before, after }, tx) {
      for (const object of [before, after]) {
        const { claimRef } = (object as PersistentVolume | undefined)?.spec ?? {};
        if (claimRef) yield objectKey(persistentVolumeClaimKind, claimRef.namespace ?? "", claimRef.name ?? "");
      }
      const volume = after as PersistentVolume | undefined;
      if (!volume || volume.spec.claimRef?.uid) return;
      if (
        equalJson(volume.spec, before?.["spec"]) &&
        volume.status.phase === (before as PersistentVolume)?.status.phase
      ) {
        return;
      }
      yield* waiting(tx, (claim) => classOf(claim) === classOf(volume));
    },
  };
}

function classes(): Watch {
  return { resource: resourceId(storageClassKind), map: (_change, tx) => waiting(tx, () => true) };
}

function* waiting(tx: Transaction, concerns: (claim: PersistentVolumeClaim) => boolean) {
  for (const claim of tx.list(persistentVolumeClaimKind)) {
    if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined || !concerns(claim)) continue;
    yield objectKey(persistentVolumeClaimKind, claim.metadata.namespace ?? "", claim.metadata.name ?? "");
  }
}
