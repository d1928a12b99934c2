/**
 * What Kyverno refuses in policies.
 * Source: github.com/kyverno/kyverno pkg/validation/policy
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { metadataOf } from "../objects.ts";
import { missingRights } from "./generated-rights.ts";
import { appliesInBackground, readPolicy } from "./policies.ts";

/** The reason of a refusal; undefined: the policy is accepted. */
export function* policyProblem(process: ProcessView, client: Client, request: JsonObject): Steps<string | undefined> {
  const object = objectIn(request["object"]);
  if (metadataOf(object)["deletionTimestamp"] !== undefined) return undefined;
  const policy = readPolicy(object);
  const rules = objectsIn(policy.spec["rules"]);
  const names = rules.map((rule) => String(rule["name"]));
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    const i = names.lastIndexOf(repeated);
    return `spec.rules[${i}].name: Invalid value: ${JSON.stringify(repeated)}: Duplicate rule name: '${repeated}'`;
  }
  for (const [i, rule] of rules.entries()) {
    const types = ["mutate", "validate", "generate", "verifyImages"].filter((type) => rule[type] !== undefined);
    if (types.length === 1) continue;
    const supported = "mutate,validate,generate,verifyImages";
    const why =
      types.length === 0
        ? `No operation defined in the rule '${names[i]}'.(supported operations: ${supported})`
        : `Multiple operations defined in the rule '${names[i]}', only one operation (${supported}) is allowed per rule`;
    return `spec.rules[${i}]: Invalid value: ${JSON.stringify(rule)}: ${why}`;
  }
  if (appliesInBackground(policy)) {
    const used = userVariable(policy.rules);
    if (used !== undefined) {
      const hint = "Set spec.background=false to disable background mode for this policy rule";
      return `only select variables are allowed in background mode. ${hint}: ${used} `;
    }
  }
  return yield* missingRights(process, client, policy);
}

const USER =
  /\{\{[^{}]*?(?<![\w.])(serviceAccountName|serviceAccountNamespace|request\.(?:userInfo|roles|clusterRoles))\b[^{}]*\}\}/;

/** What rules read of the user, who does not exist in the background. */
function userVariable(rules: readonly JsonObject[]): string | undefined {
  for (const [i, rule] of rules.entries()) {
    for (const part of ["match", "exclude"]) {
      const block = objectIn(rule[part]);
      const filters: [string, JsonObject][] = [
        ["", block],
        ...objectsIn(block["any"]).map((each, j): [string, JsonObject] => [`any[${j}]/`, each]),
        ...objectsIn(block["all"]).map((each, j): [string, JsonObject] => [`all[${j}]/`, each]),
      ];
      for (const [path, filter] of filters) {
        const field = ["roles", "clusterRoles", "subjects"].find((each) => filter[each] !== undefined);
        if (field !== undefined) return `invalid variable used at path: spec/rules[${i}]/${part}/${path}${field}`;
      }
    }
  }
  if (rules.some((rule) => objectIn(rule["mutate"])["targets"] !== undefined)) return undefined;
  const [found] = USER.exec(JSON.stringify(rules)) ?? [];
  return found === undefined ? undefined : `variable ${found} is not allowed`;
}
