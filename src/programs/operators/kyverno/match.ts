/**
 * `match` and `exclude` of rules.
 * Source: github.com/kyverno/kyverno pkg/engine/utils/match.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { type LabelSelectorObject, type Labels, matchesLabelSelector } from "../../../lib/selectors.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { matchesKind, type RequestedKind } from "./kinds.ts";
import { hasWildcard, matchesWildcard } from "./wildcard.ts";

/** A resource with the request that it is part of. */
export interface Subject {
  /** The new object; that of before for a deletion. */
  resource: JsonObject;
  kind: RequestedKind;
  subresource: string;
  operation: string;
  namespaceLabels: Labels;
  /** Absent in the background: users of rules do not count there. */
  user?: RequestUser;
}

export interface RequestUser {
  username: string;
  groups: readonly string[];
  roles: readonly string[];
  clusterRoles: readonly string[];
}

/** Whether a rule applies to a resource. */
export function ruleMatches(rule: JsonObject, subject: Subject, policyNamespace: string): boolean {
  if (policyNamespace !== "" && policyNamespace !== namespaceOf(subject.resource)) return false;
  const match = objectIn(rule["match"]);
  if (!matchesBlock(match, subject)) return false;
  const exclude = objectIn(rule["exclude"]);
  return Object.keys(exclude).length === 0 || !matchesBlock(exclude, subject);
}

/** The kinds that a rule matches, as it writes them. */
export function matchedKinds(rule: JsonObject): string[] {
  const { any, all, resources } = objectIn(rule["match"]);
  const filters = [...objectsIn(any), ...objectsIn(all)].map((each) => objectIn(each["resources"]));
  return [...new Set([objectIn(resources), ...filters].flatMap(({ kinds }) => texts(kinds)))];
}

/** `any` and `all` of filters; without both, the block is one filter. */
function matchesBlock(block: JsonObject, subject: Subject): boolean {
  const [any, all] = [objectsIn(block["any"]), objectsIn(block["all"])];
  if (any.length > 0) return any.some((filter) => matchesFilter(filter, subject));
  if (all.length > 0) return all.every((filter) => matchesFilter(filter, subject));
  return matchesFilter(block, subject);
}

function matchesFilter(filter: JsonObject, subject: Subject): boolean {
  const resources = objectIn(filter["resources"]);
  const users = ["roles", "clusterRoles", "subjects"].filter((field) => textsOrObjects(filter[field]) > 0);
  const applicable = subject.user ? users : [];
  if (Object.keys(resources).length === 0 && applicable.length === 0) return false;
  return matchesResources(resources, subject) && applicable.every((field) => matchesUser(filter, field, subject.user));
}

const textsOrObjects = (value: JsonValue | undefined) => (Array.isArray(value) ? value.length : 0);
const texts = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

function matchesResources(wanted: JsonObject, subject: Subject): boolean {
  const { resource, kind, subresource, operation, namespaceLabels } = subject;
  const { kinds, name, names, namespaces, annotations, selector, namespaceSelector, operations } = wanted;
  const own = metadataOf(resource);
  const ownName = nameOf(resource) || String(own["generateName"] ?? "");
  const isNamespace = kind.kind === "Namespace" && kind.group === "";
  const namespace = isNamespace ? nameOf(resource) : namespaceOf(resource);
  const matchesAny = (patterns: JsonValue | undefined, text: string) =>
    texts(patterns).length === 0 || texts(patterns).some((pattern) => matchesWildcard(pattern, text));
  return (
    (texts(operations).length === 0 || texts(operations).includes(operation)) &&
    (texts(kinds).length === 0 || matchesKind(texts(kinds), kind, subresource)) &&
    (typeof name !== "string" || name === "" || matchesWildcard(name, ownName)) &&
    matchesAny(names, ownName) &&
    matchesAny(namespaces, namespace) &&
    matchesAnnotations(objectIn(annotations), objectIn(own["annotations"])) &&
    (selector === undefined || matchesSelector(selector, own["labels"])) &&
    (namespaceSelector === undefined || isNamespace || matchesSelector(namespaceSelector, { ...namespaceLabels }))
  );
}

function matchesAnnotations(wanted: JsonObject, own: JsonObject): boolean {
  return Object.entries(wanted).every(([key, value]) =>
    Object.entries(own).some(
      ([name, text]) => matchesWildcard(key, name) && matchesWildcard(String(value), String(text)),
    ),
  );
}

/** A selector of labels whose keys and values may have wildcards. */
function matchesSelector(selector: JsonValue, labels: JsonValue | undefined): boolean {
  const own = objectIn(labels) as Record<string, string>;
  const { matchLabels, ...others } = objectIn(selector);
  const exact = Object.entries(objectIn(matchLabels)).map(([key, value]) => {
    const pattern = String(value);
    if (!hasWildcard(key) && !hasWildcard(pattern)) return [key, pattern];
    const found = Object.entries(own).find(
      ([name, text]) => matchesWildcard(key, name) && matchesWildcard(pattern, text),
    );
    return found ?? [key.replace(/[*?]/g, "0"), pattern.replace(/[*?]/g, "0")];
  });
  const resolved = { ...others, matchLabels: Object.fromEntries(exact) as Record<string, string> };
  return matchesLabelSelector(resolved as LabelSelectorObject, own);
}

function matchesUser(filter: JsonObject, field: string, user: RequestUser | undefined): boolean {
  if (!user) return true;
  if (field === "subjects") return objectsIn(filter[field]).some((subject) => isSubject(subject, user));
  const own = field === "roles" ? user.roles : user.clusterRoles;
  return texts(filter[field]).some((role) => own.includes(role));
}

function isSubject({ kind, name, namespace }: JsonObject, { username, groups }: RequestUser): boolean {
  switch (kind) {
    case "ServiceAccount":
      return matchesWildcard(`system:serviceaccount:${String(namespace)}:${String(name)}`, username);
    case "Group":
      return groups.some((group) => matchesWildcard(String(name), group));
    case "User":
      return matchesWildcard(String(name), username);
    default:
      return false;
  }
}
