/**
 * The rights that Kyverno's background controller needs for what a policy generates. A policy without them is refused.
 * Source: github.com/kyverno/kyverno pkg/policy/auth/auth.go, pkg/validation/policy/generate
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { discover } from "../../kubectl/core/discovery.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import { create } from "../objects.ts";
import type { Policy } from "./policies.ts";

const REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

/** The reason of a refusal. */
export function* missingRights(process: ProcessView, client: Client, { spec }: Policy): Steps<string | undefined> {
  const user = flagOf(process.argv, "backgroundServiceAccountName");
  if (user === undefined) return undefined;
  for (const [i, rule] of objectsIn(spec["rules"]).entries()) {
    const generate = objectIn(rule["generate"]);
    const verbs = generate["synchronize"] === true ? ["get", "create", "update", "delete"] : ["get", "create"];
    for (const target of [generate, ...objectsIn(generate["foreach"])]) {
      const problem = yield* missingFor(client, target, { user, verbs });
      if (problem !== undefined) return `path: spec.rules[${i}].generate..: ${problem}`;
    }
  }
  return undefined;
}

function* missingFor(
  client: Client,
  target: JsonObject,
  { user, verbs }: { user: string; verbs: readonly string[] },
): Steps<string | undefined> {
  const { kind, apiVersion, namespace } = target;
  // What variables name is not known yet.
  if (typeof kind !== "string" || typeof apiVersion !== "string" || /\{\{/.test(kind)) return undefined;
  const resources = yield* discover(client);
  const resource = resources.ofObject(apiVersion, kind);
  if (!resource) return undefined;
  const place = typeof namespace === "string" && !namespace.includes("{{") ? namespace : "";
  const missing: string[] = [];
  for (const verb of verbs) {
    const { group, name } = resource;
    const spec = { user, resourceAttributes: { namespace: place, verb, group, resource: name } };
    const review = yield* create(client, REVIEWS, {
      ...{ apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", metadata: {} },
      spec,
    });
    if (objectIn(review["status"])["allowed"] !== true) missing.push(verb);
  }
  if (missing.length === 0) return undefined;
  const where = place === "" ? "" : ` in namespace ${place}`;
  return `${user} requires permissions ${missing.join(",")} for resource ${apiVersion}/${kind}${where}`;
}
