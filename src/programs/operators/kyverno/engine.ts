/**
 * One rule and one resource: match, context, preconditions, and the rule's own work.
 * Source: github.com/kyverno/kyverno pkg/engine/engine.go (`invokeRuleHandler`), pkg/engine/validation.go, mutation.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Labels } from "../../../lib/selectors.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { nameOf, namespaceOf } from "../objects.ts";
import { validateByCel } from "./cel.ts";
import { evaluateConditions } from "./conditions.ts";
import { PolicyContext } from "./context.ts";
import { patternsOf } from "./generate.ts";
import { QueryError } from "./jmespath/values.ts";
import { ruleMatches } from "./match.ts";
import { type Mutation, mutateResource } from "./mutate.ts";
import type { PolicyOutcome, RuleOutcome, RuleStatus } from "./outcomes.ts";
import { actionOf, type Policy } from "./policies.ts";
import type { Review } from "./review.ts";
import { validateResource } from "./validate.ts";
import type { Surroundings } from "./variable-context.ts";

interface Result {
  status: RuleStatus;
  message: string;
}

function contextOf(review: Review, surroundings: Surroundings): PolicyContext {
  const { request, object, oldObject, user } = review;
  const username = user?.username ?? "";
  const [, namespace = "", name = ""] = /^system:serviceaccount:([^:]*):(.*)$/.exec(username) ?? [];
  const shown = {
    ...request,
    ...(object && { object }),
    ...(oldObject && { oldObject }),
    ...(user && { roles: [...user.roles], clusterRoles: [...user.clusterRoles] }),
  };
  const account = { serviceAccountName: name, serviceAccountNamespace: namespace };
  return new PolicyContext(surroundings, { request: shown, ...account });
}

/** Runs a rule if it applies. Undefined: it does not. */
function applied<R extends Result>(
  { policy, rule, review }: { policy: Policy; rule: JsonObject; review: Review },
  surroundings: Surroundings,
  run: (context: PolicyContext) => R | undefined,
): R | Result | undefined {
  if (!ruleMatches(rule, review, policy.namespace)) return undefined;
  try {
    const context = contextOf(review, surroundings).withEntries(rule["context"]);
    const preconditions = evaluateConditions(context, rule["preconditions"]);
    if (preconditions.holds) return run(context);
    const { message } = preconditions;
    return { status: "skip", message: `preconditions not met${message === "" ? "" : `; ${message}`}` };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { status: "error", message: `failed to evaluate preconditions: ${error.message}` };
  }
}

/** The results of the validating rules of a policy. */
export function validatePolicy(
  policy: Policy,
  review: Review,
  surroundings: Omit<Surroundings, "policyNamespace">,
): PolicyOutcome {
  const rules: RuleOutcome[] = [];
  const around = { ...surroundings, policyNamespace: policy.namespace };
  for (const rule of policy.rules) {
    const validate = objectIn(rule["validate"]);
    if (Object.keys(validate).length === 0) continue;
    const result = applied({ policy, rule, review }, around, (context) => {
      if (validate["cel"] !== undefined) return validateByCel(rule, review);
      if (validate["podSecurity"] !== undefined || validate["manifests"] !== undefined) return undefined;
      return validateResource(context, rule, review.object);
    });
    if (!result) continue;
    const action = actionOf(policy, rule, namespaceOf(review.resource));
    const outcome = { rule: String(rule["name"]), ...result, action };
    rules.push(wasSoBefore(policy, rule, review, around, outcome) ? { ...outcome, ...TOLERATED } : outcome);
    if (policy.spec["applyRules"] === "One" && result.status !== "skip") break;
  }
  return { policy, rules };
}

const TOLERATED: Result = {
  status: "skip",
  message: "skipping the rule evaluation as pre-existing violations are allowed",
};

/** An update does not fail a rule that the object failed before, unless the rule says otherwise. */
function wasSoBefore(
  policy: Policy,
  rule: JsonObject,
  review: Review,
  surroundings: Surroundings,
  { status, action }: RuleOutcome,
): boolean {
  const isTolerant = objectIn(rule["validate"])["allowExistingViolations"] !== false;
  const { oldObject, object } = review;
  if (status !== "fail" || action !== "Enforce" || !isTolerant) return false;
  if (review.operation !== "UPDATE" || !oldObject || !object) return false;
  const before: Review = {
    ...review,
    ...{ operation: "CREATE", object: oldObject, oldObject: undefined, resource: oldObject },
    request: { ...review.request, operation: "CREATE" },
  };
  const result = applied({ policy, rule, review: before }, surroundings, (context) =>
    objectIn(rule["validate"])["cel"] === undefined
      ? validateResource(context, rule, oldObject)
      : validateByCel(rule, before),
  );
  return result?.status === "fail";
}

/** An object that exists, as rules see it: as if it were created. */
export function backgroundReview(object: JsonObject, namespaceLabels: Labels): Review {
  const [version = "", group = ""] = String(object["apiVersion"] ?? "")
    .split("/")
    .reverse();
  return {
    ...{ object, oldObject: undefined, resource: object, operation: "CREATE", subresource: "" },
    ...{ kind: { group, version, kind: String(object["kind"] ?? "") }, namespaceLabels },
    request: { operation: "CREATE", namespace: namespaceOf(object), name: nameOf(object) },
  };
}

export interface Trigger {
  policy: Policy;
  rule: JsonObject;
  trigger: JsonObject;
  namespaceLabels: Labels;
}

/**
 * The blocks of a generating rule for a trigger, with their variables resolved; none if the rule does not apply. Throws
 * QueryError.
 */
export function generationPatterns(
  { policy, rule, trigger, namespaceLabels }: Trigger,
  surroundings: Omit<Surroundings, "policyNamespace">,
): JsonObject[] {
  const review = backgroundReview(trigger, namespaceLabels);
  if (!ruleMatches(rule, review, policy.namespace)) return [];
  const around = { ...surroundings, policyNamespace: policy.namespace };
  const context = contextOf(review, around).withEntries(rule["context"]);
  if (!evaluateConditions(context, rule["preconditions"]).holds) return [];
  return patternsOf(context, objectIn(rule["generate"]));
}

/** The object after the mutating rules of a policy, and their results. */
export function mutateByPolicy(
  policy: Policy,
  review: Review,
  surroundings: Omit<Surroundings, "policyNamespace">,
): PolicyOutcome & { object: JsonObject } {
  const rules: RuleOutcome[] = [];
  let object = review.object ?? {};
  const around = { ...surroundings, policyNamespace: policy.namespace };
  for (const rule of policy.rules) {
    const mutate = objectIn(rule["mutate"]);
    if (Object.keys(mutate).length === 0 || mutate["targets"] !== undefined) continue;
    const current = object;
    const changed = { ...review, object: current, resource: current };
    const result = applied<Mutation>({ policy, rule, review: changed }, around, (context) =>
      mutateResource(context, mutate, current),
    );
    if (!result) continue;
    if ("object" in result) object = result.object;
    rules.push({ rule: String(rule["name"]), status: result.status, message: result.message, action: "Enforce" });
    if (policy.spec["applyRules"] === "One" && result.status === "pass") break;
  }
  return { policy, rules, object };
}
