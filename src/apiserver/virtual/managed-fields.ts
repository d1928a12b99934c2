/** Reviews have managedFields, like all created objects. */
import { formatTime } from "../../lib/time.ts";
import { trackUpdate } from "../../schema/index.ts";
import type { KubernetesObject, TypeReference } from "../../schema/types.ts";
import type { VirtualContext } from "./virtual-kind.ts";

/** The object with the managedFields of its sender. */
export function withManagers({ tx, manager }: VirtualContext, schema: TypeReference, object: KubernetesObject) {
  const managedFields = trackUpdate(schema, {
    before: undefined,
    after: object,
    manager,
    operation: "Update",
    apiVersion: object.apiVersion,
    time: formatTime(tx.nowMs),
  });
  return { ...object, metadata: { ...object.metadata, ...(managedFields.length > 0 && { managedFields }) } };
}
