/**
 * Deletes all objects of a CustomResourceDefinition that is being deleted, then removes the definition's finalizer.
 * Objects with finalizers delay that.
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go
 */

import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { CLEANUP_FINALIZER, setCondition } from "../../kinds/apiextensions/conditions.ts";
import { customResourceDefinitionKind } from "../../kinds/apiextensions/custom-resource-definition.ts";
import {
  type KindDefinition,
  type ObjectKey,
  objectKey,
  parseKey,
  type ResourceId,
  resourceId,
} from "../../kinds/kind.ts";
import { formatTime } from "../../lib/time.ts";
import type { CustomResourceDefinition } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";

/** How long Kubernetes waits for the objects before it reports that they remain. */
const PATIENCE_MS = 60_000;
const OWNER = "crd-finalizer";

export const customResourceCleanup: Controller = {
  name: OWNER,
  manager: "kube-apiserver",
  watches: [self(customResourceDefinitionKind), { resource: "*", map: definitionOfRemoved }],

  reconcile(tx, key, nowMs) {
    const definition = tx.get(customResourceDefinitionKind, "", parseKey(key).name);
    if (!definition?.metadata.deletionTimestamp || !isHeld(definition)) return undefined;
    const { group, names } = definition.spec;
    const kind = tx.kinds.byResource(`${group}/${names.plural}`);
    if (!kind?.custom) return release(tx, definition, "NeverEstablished", "resource was never established");
    const beganAtMs = tx.privateState<number>(key, OWNER);
    if (beganAtMs === undefined) begin(tx, definition, key);
    for (const object of tx.list(kind)) if (!object.metadata.deletionTimestamp) tx.delete(kind, object);
    if (tx.list(kind).length === 0)
      return release(tx, definition, "InstanceDeletionCompleted", "removed all instances");
    const patientUntilMs = (beganAtMs ?? nowMs) + PATIENCE_MS;
    if (nowMs < patientUntilMs) return patientUntilMs;
    complain(tx, definition);
    return undefined;
  },
};

/** Wakes the definition of a removed object, if the definition is being deleted. */
function definitionOfRemoved({ key, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  if (after) return [];
  const { resource } = parseKey(key);
  if (isBuiltIn(resource)) return [];
  const [group, plural] = resource.split("/") as [string, string];
  const definition = tx.get(customResourceDefinitionKind, "", `${plural}.${group}`);
  return definition?.metadata.deletionTimestamp ? [definitionKey(definition)] : [];
}

/** Groups without a dot are built in. Built-in groups with a dot have no definition, so the look-up finds none. */
function isBuiltIn(resource: ResourceId): boolean {
  return !resource.split("/")[0]!.includes(".") || resource === resourceId(customResourceDefinitionKind);
}

function definitionKey({ metadata }: CustomResourceDefinition): ObjectKey {
  return objectKey(customResourceDefinitionKind as unknown as KindDefinition, "", metadata.name ?? "");
}

function isHeld({ metadata }: CustomResourceDefinition): boolean {
  return metadata.finalizers?.includes(CLEANUP_FINALIZER) === true;
}

function begin(tx: Transaction, definition: CustomResourceDefinition, key: ObjectKey): void {
  tx.setPrivateState(key, OWNER, tx.nowMs);
  writeTerminating(tx, definition, {
    status: "True",
    reason: "InstanceDeletionInProgress",
    message: "CustomResource deletion is in progress",
  });
}

function complain(tx: Transaction, definition: CustomResourceDefinition): void {
  writeTerminating(tx, definition, {
    status: "True",
    reason: "InstanceDeletionCheck",
    message: "could not confirm zero CustomResources remaining: timed out waiting for the condition",
  });
}

function release(tx: Transaction, definition: CustomResourceDefinition, reason: string, message: string): undefined {
  writeTerminating(tx, definition, { status: "False", reason, message }, (draft) => {
    draft.metadata.finalizers = draft.metadata.finalizers?.filter((finalizer) => finalizer !== CLEANUP_FINALIZER) ?? [];
    if (draft.metadata.finalizers.length === 0) delete draft.metadata.finalizers;
  });
}

function writeTerminating(
  tx: Transaction,
  definition: CustomResourceDefinition,
  condition: { status: string; reason: string; message: string },
  change?: (draft: CustomResourceDefinition) => void,
): void {
  tx.updateStatus(customResourceDefinitionKind, definition, (draft) => {
    setCondition(draft, { type: "Terminating", ...condition }, formatTime(tx.nowMs));
    change?.(draft);
  });
}
