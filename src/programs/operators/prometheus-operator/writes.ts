/** Writes of the operator: each object is written only if it differs. */
import { fnv1a32 } from "../../../lib/hash.ts";
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { ServerError } from "../../kubectl/core/client.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { create, find, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";

const INPUT_HASH = "prometheus-operator-input-hash";
const KUBECTL = "kubectl.kubernetes.io/last-applied-configuration";

/** Labels of everything that the operator makes. */
export const MANAGED: JsonObject = { "app.kubernetes.io/managed-by": "prometheus-operator" };

function ownerOf(owner: JsonObject): JsonObject {
  const { apiVersion = "", kind = "" } = owner;
  const uid = metadataOf(owner)["uid"] ?? "";
  return { apiVersion, kind, name: nameOf(owner), uid, controller: true, blockOwnerDeletion: true };
}

/** A Secret (base 64) or a ConfigMap with this data. */
export function* ensureData(
  { client }: Api,
  owner: JsonObject,
  { plural, name, data, labels = {} }: DataObject,
): Steps<void> {
  const path = `/api/v1/namespaces/${namespaceOf(owner)}/${plural}`;
  const known = yield* find(client, `${path}/${name}`);
  if (known && equalJson(objectIn(known["data"]), data)) return;
  const metadata = {
    name,
    namespace: namespaceOf(owner),
    labels: { ...MANAGED, ...labels },
    ownerReferences: [ownerOf(owner)],
  };
  const kind = plural === "secrets" ? "Secret" : "ConfigMap";
  if (known) yield* replace(client, `${path}/${name}`, { ...known, data });
  else yield* create(client, path, { apiVersion: "v1", kind, metadata, data });
}

export interface DataObject {
  plural: "secrets" | "configmaps";
  name: string;
  data: JsonObject;
  labels?: JsonObject;
}

/** The Service without an address that governs StatefulSets. All owners of one kind in a namespace share it. */
export function* ensureService(
  { client }: Api,
  owner: JsonObject,
  { name, labels, spec }: { name: string; labels: JsonObject; spec: JsonObject },
): Steps<void> {
  const path = `/api/v1/namespaces/${namespaceOf(owner)}/services`;
  if (yield* find(client, `${path}/${name}`)) return;
  const { controller: _controller, blockOwnerDeletion: _blocks, ...reference } = ownerOf(owner);
  const metadata = {
    name,
    namespace: namespaceOf(owner),
    labels: { ...MANAGED, ...labels },
    ownerReferences: [reference],
  };
  yield* create(client, path, { apiVersion: "v1", kind: "Service", metadata, spec });
}

/**
 * The StatefulSet. An annotation holds the hash of what it was made from, so fields that others change stay. One that
 * cannot be changed into the wanted one is made anew.
 */
export function* ensureStatefulSet({ client, log }: Api, owner: JsonObject, wanted: JsonObject): Steps<JsonObject> {
  const given = metadataOf(owner);
  const { [KUBECTL]: _applied, ...inherited } = objectIn(given["annotations"]);
  const hash = fnv1a32(JSON.stringify(wanted)).toString();
  const metadata: JsonObject = {
    name: nameOf(wanted),
    namespace: namespaceOf(owner),
    annotations: { ...inherited, [INPUT_HASH]: hash },
    labels: { ...objectIn(given["labels"]), ...objectIn(metadataOf(wanted)["labels"]), ...MANAGED },
    ownerReferences: [ownerOf(owner)],
  };
  const path = `/apis/apps/v1/namespaces/${namespaceOf(owner)}/statefulsets`;
  const known = yield* find(client, `${path}/${nameOf(wanted)}`);
  if (!known) return yield* create(client, path, { ...wanted, metadata });
  if (objectIn(metadataOf(known)["annotations"])[INPUT_HASH] === hash) return known;
  const resourceVersion = metadataOf(known)["resourceVersion"] ?? "";
  try {
    return yield* replace(client, `${path}/${nameOf(wanted)}`, {
      ...wanted,
      metadata: { ...metadata, resourceVersion },
    });
  } catch (error) {
    if (!(error instanceof ServerError) || error.reason !== "Invalid") throw error;
    log(
      "info",
      `recreating StatefulSet because the update operation wasn't possible reason=${JSON.stringify(error.statusMessage)}`,
    );
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Foreground" };
    yield* client.json(`${path}/${nameOf(wanted)}`, { method: "DELETE", body });
    return known;
  }
}
