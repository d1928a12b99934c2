/** Objects that a Prometheus or an Alertmanager selects by labels of the objects and of their namespaces. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { type LabelSelectorObject, matchesLabelSelector } from "../../../lib/selectors.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { list, metadataOf, nameOf, namespaceOf } from "../objects.ts";

export const GROUP = "monitoring.coreos.com";

/** Names of a kind of objects that are selected. */
export interface Selectable {
  kind: string;
  plural: string;
  version: "v1" | "v1alpha1";
  /** The fields of the selecting object that hold the selectors: `serviceMonitor` for `serviceMonitorSelector`. */
  field: string;
}

/** Whether labels fulfil a selector. Absent: nothing is selected. Empty: everything. */
export function isSelected(selector: JsonValue | undefined, labels: JsonObject): boolean {
  if (selector === undefined || selector === null) return false;
  return matchesLabelSelector(selector as LabelSelectorObject, labels as Record<string, string>);
}

/**
 * The selected objects, with apiVersion and kind, in the order of their namespaces and names. Without a selector of
 * namespaces these are objects in the owner's own namespace.
 */
export function* selected({ client }: Api, owner: JsonObject, what: Selectable): Steps<JsonObject[]> {
  const { kind, plural, version, field } = what;
  const spec = objectIn(owner["spec"]);
  const [selector, namespaceSelector] = [spec[`${field}Selector`], spec[`${field}NamespaceSelector`]];
  if (selector === undefined || selector === null) return [];
  const own = namespaceOf(owner);
  const isBound = namespaceSelector === undefined || namespaceSelector === null;
  const scope = isBound ? `/namespaces/${own}` : "";
  const all = yield* list(client, `/apis/${GROUP}/${version}${scope}/${plural}`);
  const chosen = all.filter((each) => isSelected(selector, objectIn(metadataOf(each)["labels"])));
  const namespaces = isBound ? [own] : yield* namespacesWith({ client }, namespaceSelector);
  return chosen
    .filter((each) => namespaces.includes(namespaceOf(each)))
    .map((each): JsonObject => ({ ...each, apiVersion: `${GROUP}/${version}`, kind }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function* namespacesWith({ client }: Pick<Api, "client">, selector: JsonValue): Steps<string[]> {
  const all = yield* list(client, "/api/v1/namespaces");
  return all.filter((each) => isSelected(selector, objectIn(metadataOf(each)["labels"]))).map(nameOf);
}

/** `namespace/name` */
export function keyOf(object: JsonObject): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}
