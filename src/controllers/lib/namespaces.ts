/** Watches of controllers whose keys are namespaces. */
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { type KindDefinition, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import type { Watch } from "../controller.ts";

/** Wakes the namespace of an object that changes or is removed. `name`: only objects with this name. */
export function ofNamespace(kind: Pick<KindDefinition, "group" | "plural">, name?: string): Watch {
  return {
    resource: resourceId(kind),
    *map(change) {
      const key = parseKey(change.key);
      if (name !== undefined && key.name !== name) return;
      yield objectKey(namespaceKind, "", key.namespace);
    },
  };
}
