/** Discovery of a monitor's targets in Kubernetes. */
import type { JsonObject } from "../../../../lib/json.ts";
import { formatLabelSelector, type LabelSelectorObject } from "../../../../lib/selectors.ts";
import { objectIn } from "../../../kubectl/core/parts.ts";
import { namespaceOf } from "../../objects.ts";
import { present } from "./monitor.ts";

/**
 * An entry of `kubernetes_sd_configs` for the namespaces that the monitor selects. `selects`: the roles whose objects the
 * API server selects, for monitors with `selectorMechanism: RoleSelector`.
 */
export function discovery(
  monitor: JsonObject,
  role: string,
  {
    prometheus,
    namespaceSelector,
    selects = [],
  }: { prometheus: JsonObject; namespaceSelector: JsonObject; selects?: readonly string[] },
): JsonObject {
  const spec = objectIn(monitor["spec"]);
  const names = namespacesOf(monitor, prometheus, namespaceSelector);
  const label = formatLabelSelector(objectIn(spec["selector"]) as LabelSelectorObject);
  return present({
    role,
    namespaces: names.length === 0 ? undefined : { names },
    attach_metadata: spec["attachMetadata"],
    selectors: usesRoleSelectors(spec) ? selects.map((each) => ({ role: each, label })) : undefined,
  });
}

/** Whether the API server selects the objects, instead of rules that keep targets. */
export function usesRoleSelectors({ selectorMechanism }: JsonObject): boolean {
  return selectorMechanism === "RoleSelector";
}

function namespacesOf(monitor: JsonObject, prometheus: JsonObject, selector: JsonObject): string[] {
  const own = [namespaceOf(monitor)];
  const { any, matchNames } = selector;
  if (objectIn(prometheus["spec"])["ignoreNamespaceSelectors"] === true) return own;
  if (any === true) return [];
  return Array.isArray(matchNames) && matchNames.length > 0 ? matchNames.map(String) : own;
}
