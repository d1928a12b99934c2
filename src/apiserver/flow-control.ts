/**
 * The FlowSchema that matches a request, for the response's headers. Requests are not queued here: excess requests of a
 * credential are refused earlier.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
 */

import { flowSchemaKind } from "../kinds/flowcontrol/flow-schema.ts";
import { priorityLevelConfigurationKind } from "../kinds/flowcontrol/priority-level-configuration.ts";
import type { Reader } from "../kinds/kind.ts";
import type { FlowcontrolV1Subject, FlowSchema, NonResourcePolicyRule, ResourcePolicyRule } from "../schema/index.ts";
import { isSuperuser } from "./authorization/rbac.ts";
import type { User } from "./request.ts";
import type { NonResourceRequest, RequestInfo, ResourceRequest } from "./request-info.ts";

/** The schema of administrators, which comes before all others. */
const EXEMPT = "exempt";
const LAST_PRECEDENCE = 10_000;

/** The headers that name the schema and its priority level; empty when no schema matches. */
export function flowHeaders(snapshot: Reader, info: RequestInfo, user: User): Record<string, string> {
  const schema = schemaFor(snapshot, info, user);
  if (!schema) return {};
  const level = snapshot.get(priorityLevelConfigurationKind, "", schema.spec.priorityLevelConfiguration?.name ?? "");
  return {
    "x-kubernetes-pf-flowschema-uid": schema.metadata.uid ?? "",
    "x-kubernetes-pf-prioritylevel-uid": level?.metadata.uid ?? "",
  };
}

function schemaFor(snapshot: Reader, info: RequestInfo, user: User): FlowSchema | undefined {
  // The most frequent case is decided without reading the other schemas.
  const exempt = isSuperuser(user) ? snapshot.get(flowSchemaKind, "", EXEMPT) : undefined;
  if (exempt && matches(exempt, info, user)) return exempt;
  let best: FlowSchema | undefined;
  // The list is in order of names: of schemas with equal precedence the first wins.
  for (const schema of snapshot.list(flowSchemaKind)) {
    if ((!best || precedenceOf(schema) < precedenceOf(best)) && matches(schema, info, user)) best = schema;
  }
  return best;
}

function precedenceOf({ spec }: FlowSchema): number {
  return spec.matchingPrecedence ?? LAST_PRECEDENCE;
}

function matches({ spec }: FlowSchema, info: RequestInfo, user: User): boolean {
  return (spec.rules ?? []).some(
    ({ subjects, resourceRules, nonResourceRules }) =>
      subjects.some((subject) => isSubject(subject, user)) &&
      (info.isResource
        ? (resourceRules ?? []).some((rule) => coversResource(rule, info))
        : (nonResourceRules ?? []).some((rule) => coversPath(rule, info))),
  );
}

function isSubject({ user: named, group, serviceAccount }: FlowcontrolV1Subject, user: User): boolean {
  if (named) return named.name === "*" || named.name === user.name;
  if (group) return group.name === "*" || user.groups.includes(group.name);
  if (!serviceAccount) return false;
  const prefix = `system:serviceaccount:${serviceAccount.namespace}:`;
  return user.name.startsWith(prefix) && ["*", user.name.slice(prefix.length)].includes(serviceAccount.name);
}

function coversResource(rule: ResourcePolicyRule, info: ResourceRequest): boolean {
  const target = info.subresource === "" ? info.resource : `${info.resource}/${info.subresource}`;
  const isInPlace =
    info.namespace === "" ? rule.clusterScope === true : includes(rule.namespaces ?? [], info.namespace);
  return (
    includes(rule.verbs, info.verb) &&
    includes(rule.apiGroups, info.group) &&
    includes(rule.resources, target) &&
    isInPlace
  );
}

function coversPath(rule: NonResourcePolicyRule, { verb, path }: NonResourceRequest): boolean {
  const isCovered = rule.nonResourceURLs.some(
    (url) => url === "*" || url === path || (url.endsWith("/*") && path.startsWith(url.slice(0, -1))),
  );
  return isCovered && includes(rule.verbs, verb);
}

function includes(values: readonly string[], value: string): boolean {
  return values.includes("*") || values.includes(value);
}
