/**
 * What provisioners outside of Kubernetes do: a volume for each claim that names them, and the end of released volumes.
 * Source: sigs.k8s.io/sig-storage-lib-external-provisioner controller/controller.go
 */
import { toHex } from "../../../lib/encoding.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { type EventText, recordEvent } from "../events.ts";
import { create, find, list, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { secretBytes } from "../server-certificates.ts";

const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
const ASKED = ["volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner"];
const SELECTED_NODE = "volume.kubernetes.io/selected-node";

/** Resources whose changes may lead to work of a provisioner. */
export const PROVISIONER_RESOURCES = ["core/persistentvolumeclaims", "core/persistentvolumes"];

export interface VolumeRequest {
  claim: JsonObject;
  storageClass: JsonObject;
  /** `pvc-<uid>` */
  volumeName: string;
  /** The node that the scheduler has chosen; absent with the binding mode `Immediate`. */
  node?: string;
}

/** Storage is there; the request cannot be met; or the storage is being made, and `retryAtMs` looks again. */
export type Storage =
  | { type: "made"; spec: JsonObject; annotations?: JsonObject }
  | { type: "refused"; message: string }
  | { type: "pending"; retryAtMs: number };

export interface Provisioner {
  /** As classes name it: `rancher.io/local-path`. */
  name: string;
  make(request: VolumeRequest): Steps<Storage>;
  /** Removes the storage of a released volume. An instant: it is not done, and looks again then. */
  remove(volume: JsonObject): Steps<number | undefined>;
}

/** Handles all claims and volumes. Returns the instant at which storage must be looked at again. */
export function* provision(api: Api, provisioner: Provisioner): Steps<number | undefined> {
  const { client, process } = api;
  // Stored at the end of the run only: a run that waits is repeated from its start.
  const told = isJsonObject(process.state["told"]) ? process.state["told"] : {};
  const telling: JsonObject = {};
  const retries: number[] = [];
  const volumes = yield* list(client, "/api/v1/persistentvolumes");
  for (const claim of yield* list(client, "/api/v1/persistentvolumeclaims")) {
    const uid = String(metadataOf(claim)["uid"]);
    const isMade = volumes.some((volume) => nameOf(volume) === `pvc-${uid}`);
    if (isMade || !isAsked(claim, provisioner.name)) continue;
    const outcome = yield* provisionClaim(api, provisioner, claim, told[uid]);
    telling[uid] = outcome.told;
    if (outcome.retryAtMs !== undefined) retries.push(outcome.retryAtMs);
  }
  for (const volume of volumes) {
    if (!isReleased(volume, provisioner.name)) continue;
    const retryAtMs = yield* provisioner.remove(volume);
    if (retryAtMs !== undefined) retries.push(retryAtMs);
    else yield* client.json(`/api/v1/persistentvolumes/${nameOf(volume)}`, { method: "DELETE" });
  }
  process.state["told"] = telling;
  return retries.length > 0 ? Math.min(...retries) : undefined;
}

function isAsked(claim: JsonObject, name: string): boolean {
  const { annotations, deletionTimestamp } = metadataOf(claim);
  const asked = ASKED.some((annotation) => objectIn(annotations)[annotation] === name);
  return asked && deletionTimestamp === undefined && objectIn(claim["spec"])["volumeName"] === undefined;
}

function isReleased(volume: JsonObject, name: string): boolean {
  const { annotations, deletionTimestamp } = metadataOf(volume);
  const isOwn = objectIn(annotations)[PROVISIONED_BY] === name && deletionTimestamp === undefined;
  const isDeleted = objectIn(volume["spec"])["persistentVolumeReclaimPolicy"] === "Delete";
  return isOwn && isDeleted && objectIn(volume["status"])["phase"] === "Released";
}

interface Outcome {
  /** The last event about the claim, which is recorded once. */
  told: string;
  retryAtMs?: number;
}

function* provisionClaim(api: Api, provisioner: Provisioner, item: JsonObject, told: unknown): Steps<Outcome> {
  const claim: JsonObject = { ...item, apiVersion: "v1", kind: "PersistentVolumeClaim" };
  const className = String(objectIn(claim["spec"])["storageClassName"] ?? "");
  const storageClass = yield* find(api.client, `/apis/storage.k8s.io/v1/storageclasses/${className}`);
  if (!storageClass) return { told: String(told ?? "") };
  const component = `${provisioner.name}_${api.process.host.hostname}_${identityOf(api)}`;
  const tell = (text: Omit<EventText, "component">) => recordEvent(api, claim, { ...text, component });
  const begun = `External provisioner is provisioning volume for claim "${namespaceOf(claim)}/${nameOf(claim)}"`;
  if (told === undefined) yield* tell({ reason: "Provisioning", message: begun });
  const request = requestOf(claim, storageClass);
  const storage = yield* provisioner.make(request);
  if (storage.type === "pending") return { told: begun, retryAtMs: storage.retryAtMs };
  if (storage.type === "refused") {
    const message = `failed to provision volume with StorageClass ${JSON.stringify(className)}: ${storage.message}`;
    if (told !== message) yield* tell({ reason: "ProvisioningFailed", message, type: "Warning" });
    return { told: message };
  }
  yield* create(api.client, "/api/v1/persistentvolumes", volumeOf(request, storage, provisioner.name));
  const message = `Successfully provisioned volume ${request.volumeName}`;
  yield* tell({ reason: "ProvisioningSucceeded", message });
  return { told: message };
}

/** The number behind the pod's name in the component of events. */
function identityOf({ process }: Api): string {
  const hex = toHex(secretBytes(process, "identity").subarray(0, 16));
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function requestOf(claim: JsonObject, storageClass: JsonObject): VolumeRequest {
  const { uid, annotations } = metadataOf(claim);
  const node = objectIn(annotations)[SELECTED_NODE];
  return { claim, storageClass, volumeName: `pvc-${uid}`, ...(typeof node === "string" && { node }) };
}

function volumeOf(
  { claim, storageClass, volumeName }: VolumeRequest,
  { spec, annotations = {} }: Extract<Storage, { type: "made" }>,
  provisioner: string,
): JsonObject {
  const { uid = "", resourceVersion = "" } = metadataOf(claim);
  const { accessModes = [], volumeMode = "Filesystem", resources } = objectIn(claim["spec"]);
  const claimRef = {
    ...{ kind: "PersistentVolumeClaim", apiVersion: "v1", namespace: namespaceOf(claim), name: nameOf(claim) },
    ...{ uid, resourceVersion },
  };
  return {
    ...{ apiVersion: "v1", kind: "PersistentVolume" },
    metadata: { name: volumeName, annotations: { [PROVISIONED_BY]: provisioner, ...annotations } },
    spec: {
      ...{ accessModes, volumeMode, claimRef, storageClassName: nameOf(storageClass) },
      capacity: { storage: objectIn(objectIn(resources)["requests"])["storage"] ?? "" },
      persistentVolumeReclaimPolicy: storageClass["reclaimPolicy"] ?? "Delete",
      ...(storageClass["mountOptions"] !== undefined && { mountOptions: storageClass["mountOptions"] }),
      ...spec,
    },
  };
}
