/** Objects that a Prometheus selects by labels of the objects and of their namespaces. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { list, metadataOf, nameOf, namespaceOf } from "../objects.ts";

export const GROUP = "/apis/monitoring.coreos.com/v1";

/** Whether labels fulfil a selector. Absent: nothing is selected. Empty: everything. */
export function isSelected(selector: JsonValue | undefined, labels: JsonObject): boolean {
  if (selector === undefined || selector === null) return false;
  const { matchLabels, matchExpressions } = objectIn(selector);
  const hasLabels = Object.entries(objectIn(matchLabels)).every(([name, value]) => labels[name] === value);
  return hasLabels && objectsIn(matchExpressions).every((each) => fulfils(each, labels));
}

function fulfils({ key, operator, values }: JsonObject, labels: JsonObject): boolean {
  const value = labels[String(key)];
  const isListed = Array.isArray(values) && value !== undefined && values.includes(value);
  switch (operator) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** The selected objects of a resource. Without a selector of namespaces, those of the owner's own namespace. */
export function* selected(
  { client }: Api,
  owner: JsonObject,
  { plural, selector, namespaceSelector }: { plural: string; selector: string; namespaceSelector: string },
): Steps<JsonObject[]> {
  const spec = objectIn(owner["spec"]);
  if (spec[selector] === undefined) return [];
  const all = yield* list(client, `${GROUP}/${plural}`);
  const found = all.filter((each) => isSelected(spec[selector], objectIn(metadataOf(each)["labels"])));
  const wanted = spec[namespaceSelector];
  if (wanted === undefined) return found.filter((each) => namespaceOf(each) === namespaceOf(owner));
  const namespaces = yield* list(client, "/api/v1/namespaces");
  const names = namespaces.filter((each) => isSelected(wanted, objectIn(metadataOf(each)["labels"]))).map(nameOf);
  return found.filter((each) => names.includes(namespaceOf(each)));
}
