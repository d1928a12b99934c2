/** Policies and their rules, with the rules for controllers of pods. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { list, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { generatedRules } from "./autogen.ts";

export const GROUP = "/apis/kyverno.io/v1";

/** A ClusterPolicy, or a Policy, which applies to its namespace. */
export interface Policy {
  object: JsonObject;
  name: string;
  /** Empty for a ClusterPolicy. */
  namespace: string;
  spec: JsonObject;
  /** The rules of the object, then the rules that Kyverno derives for controllers of pods. */
  rules: readonly JsonObject[];
}

/** `name`, or `namespace/name` of a Policy. */
export function policyKey({ namespace, name }: Policy): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

export function readPolicy(object: JsonObject): Policy {
  const spec = objectIn(object["spec"]);
  const annotations = objectIn(metadataOf(object)["annotations"]);
  const own = objectsIn(spec["rules"]);
  return {
    ...{ object, name: nameOf(object), namespace: namespaceOf(object), spec },
    rules: [...own, ...generatedRules(own, annotations["pod-policies.kyverno.io/autogen-controllers"])],
  };
}

/** All policies in the order of their names, those of the cluster first. Policies that are deleted do not count. */
export function* listPolicies(client: Client): Steps<Policy[]> {
  const policies: Policy[] = [];
  for (const [plural, kind] of [
    ["clusterpolicies", "ClusterPolicy"],
    ["policies", "Policy"],
  ] as const) {
    for (const item of yield* list(client, `${GROUP}/${plural}`)) {
      policies.push(readPolicy({ ...item, apiVersion: "kyverno.io/v1", kind }));
    }
  }
  return policies;
}

export type RuleType = "validate" | "mutate" | "generate" | "verifyImages";

export function hasRuleOf(policy: Policy, type: RuleType): boolean {
  return policy.rules.some((rule) => rule[type] !== undefined);
}

/** `Fail` unless the policy says otherwise. */
export function failurePolicyOf({ spec }: Policy): "Fail" | "Ignore" {
  const value = objectIn(spec["webhookConfiguration"])["failurePolicy"] ?? spec["failurePolicy"];
  return value === "Ignore" ? "Ignore" : "Fail";
}

/** The consequence of a failed rule in a namespace. */
export function actionOf(policy: Policy, rule: JsonObject, namespace: string): "Enforce" | "Audit" {
  const validate = objectIn(rule["validate"]);
  const own = validate["failureAction"];
  const overrides =
    own === undefined ? policy.spec["validationFailureActionOverrides"] : validate["failureActionOverrides"];
  const given = own ?? policy.spec["validationFailureAction"];
  const chosen = objectsIn(overrides).find(({ namespaces }) => isAmong(namespaces, namespace))?.["action"] ?? given;
  return String(chosen).toLowerCase() === "enforce" ? "Enforce" : "Audit";
}

function isAmong(namespaces: JsonValue | undefined, namespace: string): boolean {
  return Array.isArray(namespaces) && namespaces.includes(namespace);
}

/** False if the policy only applies in the background. */
export function appliesToRequests({ spec }: Policy): boolean {
  return spec["admission"] !== false;
}

export function appliesInBackground({ spec }: Policy): boolean {
  return spec["background"] !== false;
}
