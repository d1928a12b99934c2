/**
 * `spec.match` of constraints.
 * Source: github.com/open-policy-agent/gatekeeper pkg/mutation/match/match.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { type LabelSelectorObject, matchesLabelSelector } from "../../../lib/selectors.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf, nameOf, namespaceOf } from "../objects.ts";

/** An object that constraints judge. */
export interface Subject {
  kind: { group: string; version: string; kind: string };
  /** The object, and the object before a change; null if there is none. */
  object: JsonObject | null;
  oldObject: JsonObject | null;
  /** The Namespace of the object. */
  namespaceObject: JsonObject | undefined;
}

const texts = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

/** `*` stands for any text at the start and at the end of a pattern. */
function matchesGlob(pattern: string, text: string): boolean {
  const [core, opens, closes] = [pattern.replace(/^\*|\*$/g, ""), pattern.startsWith("*"), pattern.endsWith("*")];
  if (opens && closes) return text.includes(core);
  if (opens) return text.endsWith(core);
  return closes ? text.startsWith(core) : text === core;
}

const isNamespace = ({ kind }: Subject) => kind.group === "" && kind.kind === "Namespace";

/** Whether a constraint concerns the object: as it is, or as it was. */
export function constraintMatches(constraint: JsonObject, subject: Subject): boolean {
  const match = objectIn(objectIn(constraint["spec"])["match"]);
  const objects = [subject.object, subject.oldObject].filter((each) => each !== null);
  return matchesKinds(match, subject) && objects.some((object) => matchesObject(match, object, subject));
}

function matchesKinds(match: JsonObject, { kind }: Subject): boolean {
  const kinds = objectsIn(match["kinds"]);
  const allows = (list: JsonValue | undefined, text: string) =>
    texts(list).length === 0 || texts(list).includes("*") || texts(list).includes(text);
  return (
    kinds.length === 0 ||
    kinds.some((each) => allows(each["apiGroups"], kind.group) && allows(each["kinds"], kind.kind))
  );
}

function matchesObject(match: JsonObject, object: JsonObject, subject: Subject): boolean {
  const { namespaces, excludedNamespaces, labelSelector, namespaceSelector, scope, name } = match;
  const namespace = isNamespace(subject) ? nameOf(object) : namespaceOf(object);
  const isIn = (patterns: JsonValue | undefined) => texts(patterns).some((pattern) => matchesGlob(pattern, namespace));
  // Objects without a namespace belong to all of them.
  const isPlaced = namespace !== "";
  const isNamespaced = namespaceOf(object) !== "";
  const ownName = nameOf(object) || String(metadataOf(object)["generateName"] ?? "");
  const place = isNamespace(subject) ? object : subject.namespaceObject;
  return (
    (!isPlaced || texts(namespaces).length === 0 || isIn(namespaces)) &&
    (!isPlaced || !isIn(excludedNamespaces)) &&
    (scope === undefined || scope === "*" || (scope === "Namespaced") === isNamespaced) &&
    (typeof name !== "string" || name === "" || matchesGlob(name, ownName)) &&
    (labelSelector === undefined || matchesLabels(labelSelector, object)) &&
    (namespaceSelector === undefined || !isPlaced || matchesLabels(namespaceSelector, place))
  );
}

function matchesLabels(selector: JsonValue, object: JsonObject | undefined): boolean {
  const labels = objectIn(metadataOf(object)["labels"]) as Record<string, string>;
  return matchesLabelSelector(objectIn(selector) as LabelSelectorObject, labels);
}

/** Whether Gatekeeper's Config leaves the namespace of an object out for a process. */
export function isExcluded(config: JsonObject | undefined, process: "webhook" | "audit", subject: Subject): boolean {
  const object = subject.object ?? subject.oldObject ?? {};
  const namespace = isNamespace(subject) ? nameOf(object) : namespaceOf(object);
  return objectsIn(objectIn(config?.["spec"])["match"]).some(({ excludedNamespaces, processes }) => {
    const concerns = texts(processes).includes("*") || texts(processes).includes(process);
    return namespace !== "" && concerns && texts(excludedNamespaces).some((pattern) => matchesGlob(pattern, namespace));
  });
}
