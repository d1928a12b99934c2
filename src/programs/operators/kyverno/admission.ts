/**
 * Answers to the reviews of resources.
 * Source: github.com/kyverno/kyverno pkg/webhooks/resource, pkg/webhooks/utils
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, parseJsonIfValid } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { Client } from "../../kubectl/core/client.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure, type Steps } from "../../kubectl/core/session.ts";
import { scalarText } from "../../kubectl/printers/yaml.ts";
import { type HttpAnswer, json, splitPath, text } from "../../servers/http.ts";
import type { HttpRequest } from "../../servers/server.ts";
import { find, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { podTarget } from "../pod-target.ts";
import { runNow } from "../served-steps.ts";
import { mutateByPolicy, validatePolicy } from "./engine.ts";
import { QueryError } from "./jmespath/values.ts";
import { difference } from "./json-patches.ts";
import { evaluated, Lookups } from "./lookups.ts";
import type { RequestUser } from "./match.ts";
import { isProblem, type PolicyOutcome } from "./outcomes.ts";
import { actionOf, appliesToRequests, failurePolicyOf, hasRuleOf, listPolicies, type Policy } from "./policies.ts";
import { policyProblem } from "./policy-validation.ts";
import type { Review } from "./review.ts";
import { rolesOf } from "./roles.ts";
import { isExcluded, isFiltered, readSettings } from "./settings.ts";
import { requestGeneration } from "./update-requests.ts";
import { recordViolations } from "./violations.ts";
import { conditionsOf } from "./webhooks.ts";

/** The answer to a review. Undefined for other requests. */
export function answerReview(process: ProcessView, httpRequest: HttpRequest): HttpAnswer | undefined {
  const review = httpRequest.method === "POST" ? parseJsonIfValid(textOfBytes(httpRequest.body)) : undefined;
  const request = isJsonObject(review) && review["kind"] === "AdmissionReview" ? objectIn(review["request"]) : {};
  if (!isJsonObject(review) || request["uid"] === undefined) return undefined;
  const { path } = splitPath(httpRequest.path);
  try {
    const response = runNow(process, (session) => {
      const target = podTarget(session, "kyverno");
      if (!target) throw new Failure("no ServiceAccount");
      return responseTo(process, { client: new Client(target, () => {}), namespace: target.namespace, path, request });
    });
    const { kind = "", apiVersion = "" } = review;
    return json(200, { kind, apiVersion, response: { uid: request["uid"], ...response } });
  } catch (error) {
    if (!(error instanceof Failure || error instanceof QueryError)) throw error;
    return text(500, bytesOfText(error.message));
  }
}

interface Question {
  client: Client;
  /** Kyverno's own. */
  namespace: string;
  path: string;
  request: JsonObject;
}

const ALLOWED: JsonObject = { allowed: true };

function denied(message: string, warnings: readonly string[] = []): JsonObject {
  const status = { status: "Failure", message };
  return { allowed: false, status, ...(warnings.length > 0 && { warnings: [...warnings] }) };
}

function* responseTo(process: ProcessView, question: Question): Steps<JsonObject> {
  const [type = "", word = "", ...rest] = question.path.split("/").filter((part) => part !== "");
  if (type === "policyvalidate") {
    const problem = yield* policyProblem(process, question.client, question.request);
    return problem === undefined ? ALLOWED : denied(problem);
  }
  if (type !== "validate" && type !== "mutate") return ALLOWED;
  const failurePolicy = word === "ignore" ? "Ignore" : "Fail";
  const own = rest[0] === "finegrained" ? rest.slice(1).join("/") : undefined;
  const all = yield* listPolicies(question.client);
  const chosen = all.filter((policy) => {
    if (!appliesToRequests(policy) || failurePolicyOf(policy) !== failurePolicy) return false;
    const key = [policy.namespace, policy.name].filter((part) => part !== "").join("/");
    return own === undefined ? conditionsOf(policy).length === 0 : key === own;
  });
  const settings = yield* readSettings(question.client, process, question.namespace);
  const review = yield* reviewOf(question, chosen);
  const { resource, kind, subresource, user } = review;
  const name = nameOf(resource) || String(question.request["name"] ?? "");
  const namespace = namespaceOf(resource) || String(question.request["namespace"] ?? "");
  if (isFiltered(settings, { kind, subresource, namespace, name })) return ALLOWED;
  if (user && isExcluded(settings, user)) return ALLOWED;
  const judge = type === "validate" ? validation : mutation;
  return yield* judge(process, question, review, chosen);
}

/** The review as rules see it, with what the policies need to know of its namespace and user. */
function* reviewOf({ client, request }: Question, policies: readonly Policy[]): Steps<Review> {
  const { object: given, oldObject: before, ...facts } = request;
  const [object, oldObject] = [given, before].map((each) => (isJsonObject(each) ? each : undefined));
  const resource = object ?? oldObject ?? {};
  const texts = JSON.stringify(policies.map(({ spec }) => spec));
  const namespace = String(request["namespace"] ?? "");
  const needsNamespace = /"namespaceSelector"|"cel"/.test(texts) && namespace !== "";
  const found = needsNamespace ? yield* find(client, `/api/v1/namespaces/${namespace}`) : undefined;
  const userInfo = objectIn(request["userInfo"]);
  const groups = Array.isArray(userInfo["groups"]) ? userInfo["groups"].map(String) : [];
  const user: RequestUser = { username: String(userInfo["username"] ?? ""), groups, roles: [], clusterRoles: [] };
  const needsRoles = /"(clusterRoles|roles)"|request\.(roles|clusterRoles)/.test(texts);
  const roles = needsRoles ? yield* rolesOf(client, user) : {};
  const requested = objectIn(request["kind"]);
  return {
    ...{ request: facts, object, oldObject, resource, namespaceObject: found },
    kind: {
      group: String(requested["group"] ?? ""),
      version: String(requested["version"] ?? ""),
      kind: String(requested["kind"] ?? ""),
    },
    subresource: String(request["subResource"] ?? ""),
    operation: String(request["operation"]),
    namespaceLabels: objectIn(metadataOf(found)["labels"]) as Record<string, string>,
    user: { ...user, ...roles },
  };
}

function* validation(
  process: ProcessView,
  { client, namespace: own, request }: Question,
  review: Review,
  policies: readonly Policy[],
): Steps<JsonObject> {
  const surroundings = surroundingsOf(process);
  const outcomes: PolicyOutcome[] = [];
  for (const policy of policies.filter((each) => hasRuleOf(each, "validate"))) {
    outcomes.push(yield* evaluated(client, surroundings.lookups, () => validatePolicy(policy, review, surroundings)));
  }
  const namespace = namespaceOf(review.resource);
  const enforced = outcomes.filter(({ policy }) =>
    policy.rules.some((rule) => rule["validate"] !== undefined && actionOf(policy, rule, namespace) === "Enforce"),
  );
  const isBlocked = enforced.some(isBlocking);
  if (request["dryRun"] !== true) {
    const source = { client, process, nowMs: process.nowMs, namespace: own };
    const blocking = isBlocked ? enforced : outcomes;
    yield* recordViolations(source, review.resource, blocking, { component: "kyverno-admission", isBlocked });
  }
  if (isBlocked) return denied(blockText(review, enforced));
  if (request["dryRun"] !== true) yield* requestGeneration(process, { client, namespace: own }, review, policies);
  const warnings = outcomes.flatMap(warningsOf);
  return { ...ALLOWED, ...(warnings.length > 0 && { warnings }) };
}

function surroundingsOf(process: ProcessView) {
  const host = { nowMs: process.nowMs, charge: (steps: number) => process.charge(steps) };
  return { host, lookups: new Lookups() };
}

/** A failed rule blocks if it is enforced, an error if the failure policy says so. */
function isBlocking({ policy, rules }: PolicyOutcome): boolean {
  const isStrict = failurePolicyOf(policy) === "Fail";
  return rules.some(({ status, action }) =>
    status === "fail" ? action === "Enforce" : status === "error" && isStrict,
  );
}

function blockText({ resource, kind }: Review, outcomes: readonly PolicyOutcome[]): string {
  const lines = [...outcomes]
    .sort((a, b) => (a.policy.name < b.policy.name ? -1 : 1))
    .flatMap(({ policy, rules }) => {
      const problems = rules
        .filter(isProblem)
        .map(({ rule, message }) => `  ${scalarText(rule, "")}: ${scalarText(message, "    ")}\n`)
        .sort();
      return problems.length === 0 ? [] : [`${scalarText(policy.name, "")}:\n`, ...problems];
    });
  const name = `${kind.kind}/${namespaceOf(resource)}/${nameOf(resource)}`;
  return `\n\nresource ${name} was blocked due to the following policies \n\n${lines.join("")}`;
}

function warningsOf({ policy, rules }: PolicyOutcome): string[] {
  const emits = policy.spec["emitWarning"] === true;
  return rules
    .filter(({ status }) => status === "warn" || (emits && status !== "skip" && status !== "pass"))
    .map(({ rule, message }) => `policy ${policy.name}.${rule}: ${message}`);
}

function* mutation(
  process: ProcessView,
  { client }: Question,
  review: Review,
  policies: readonly Policy[],
): Steps<JsonObject> {
  const surroundings = surroundingsOf(process);
  let object = review.object;
  if (!object) return ALLOWED;
  for (const policy of policies.filter((each) => hasRuleOf(each, "mutate"))) {
    const current: Review = { ...review, object, resource: object };
    const outcome = yield* evaluated(client, surroundings.lookups, () => mutateByPolicy(policy, current, surroundings));
    const problems = outcome.rules.filter(isProblem);
    if (problems.length > 0 && failurePolicyOf(policy) === "Fail") {
      const rules = problems.map(({ rule, message }) => `${rule}: ${message}`).join(" ");
      return denied(`mutation policy ${policy.name} error: failed to apply policy ${policy.name} rules [${rules}]`);
    }
    if (problems.length === 0) object = outcome.object;
  }
  const operations = difference(review.object ?? {}, object);
  if (operations.length === 0) return ALLOWED;
  return { ...ALLOWED, patchType: "JSONPatch", patch: btoa(bytesOfText(JSON.stringify(operations))) };
}
