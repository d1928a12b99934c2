/** Matches a write with resource rules and selectors. Policies, bindings and webhooks share it. */
import { namespaceKind } from "../../../kinds/core/namespace.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import { matchesLabelSelector } from "../../../lib/selectors.ts";
import type {
  LabelSelector,
  MatchResources,
  NamedRuleWithOperations,
  RuleWithOperations,
} from "../../../schema/index.ts";
import { equivalentKinds, isNamespaceWrite, type WriteAttributes } from "./attributes.ts";

/** The kind that matches the rules and selectors; undefined when the write does not match. */
export function matchedKind(resources: MatchResources, write: WriteAttributes): KindDefinition | undefined {
  const { namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [], matchPolicy } = resources;
  // Rules first: they cost least and exclude most.
  const kind = resourceRules.length === 0 ? write.kind : kindUnder(resourceRules, matchPolicy, write);
  if (!kind || kindUnder(excludeResourceRules, matchPolicy, write)) return undefined;
  return matchesNamespace(namespaceSelector, write) && matchesObject(objectSelector, write) ? kind : undefined;
}

/** The writer's kind if a rule matches it; with the policy `Equivalent` also another kind of the same objects. */
export function kindUnder(
  rules: readonly (RuleWithOperations | NamedRuleWithOperations)[],
  matchPolicy: string | undefined,
  write: WriteAttributes,
): KindDefinition | undefined {
  if (rules.length === 0) return undefined;
  const matches = (kind: KindDefinition) => rules.some((rule) => matchesRule(rule, kind, write));
  if (matches(write.kind)) return write.kind;
  return matchPolicy === "Exact" ? undefined : equivalentKinds(write).slice(1).find(matches);
}

function matchesRule(
  rule: RuleWithOperations | NamedRuleWithOperations,
  kind: KindDefinition,
  write: WriteAttributes,
): boolean {
  const names = "resourceNames" in rule ? (rule.resourceNames ?? []) : [];
  return (
    includes(rule.operations, write.operation) &&
    includes(rule.apiGroups, kind.group) &&
    includes(rule.apiVersions, kind.version) &&
    (rule.resources ?? []).some((resource) => matchesResource(resource, kind.plural, write.subresource)) &&
    matchesScope(rule.scope, write) &&
    (names.length === 0 || names.includes(write.name))
  );
}

function includes(values: readonly string[] | undefined, wanted: string): boolean {
  return values?.some((value) => value === "*" || value === wanted) ?? false;
}

/** `pods`, `pods/status`, `pods/*`, `*`. */
function matchesResource(pattern: string, plural: string, subresource: string): boolean {
  const slash = pattern.indexOf("/");
  const [resource, sub] = slash < 0 ? [pattern, ""] : [pattern.slice(0, slash), pattern.slice(slash + 1)];
  return (resource === "*" || resource === plural) && (sub === "*" || sub === subresource);
}

function matchesScope(scope: string | undefined, write: WriteAttributes): boolean {
  if (scope === undefined || scope === "*") return true;
  const isNamespaced = write.namespace !== "" && !isNamespaceWrite(write);
  return isNamespaced === (scope === "Namespaced");
}

/** Cluster-scoped objects always match. A Namespace is matched by its own labels. */
export function matchesNamespace(selector: LabelSelector | undefined, write: WriteAttributes): boolean {
  if (!selector || isEmpty(selector) || write.namespace === "") return true;
  const labels =
    isNamespaceWrite(write) && write.object
      ? write.object.metadata.labels
      : write.context.tx.get(namespaceKind, "", write.namespace)?.metadata.labels;
  return matchesLabelSelector(selector, labels);
}

/** True if the selector matches the object before or after the write. */
export function matchesObject(selector: LabelSelector | undefined, { object, old }: WriteAttributes): boolean {
  if (!selector || isEmpty(selector)) return true;
  return [object, old].some((each) => each && matchesLabelSelector(selector, each.metadata.labels));
}

function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && !matchExpressions?.length;
}
