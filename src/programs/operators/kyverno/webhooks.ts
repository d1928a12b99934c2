/**
 * Kyverno's webhook configurations. Those for resources have rules for the kinds that policies match.
 * Source: github.com/kyverno/kyverno pkg/controllers/webhook
 */
import { equalJson, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { Resources } from "../../kubectl/core/discovery.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { create, find, list, metadataOf, nameOf, replace } from "../objects.ts";
import { MUTATING, VALIDATING } from "../server-certificates.ts";
import { type KindSelector, parseKind } from "./kinds.ts";
import { appliesToRequests, failurePolicyOf, type Policy } from "./policies.ts";
import type { Settings } from "./settings.ts";
import { matchesWildcard } from "./wildcard.ts";

const OPERATIONS = ["CREATE", "UPDATE", "DELETE", "CONNECT"] as const;
const TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 30;

type WebhookType = "validate" | "mutate";

export interface WebhookFacts {
  settings: Settings;
  resources: Resources;
  policies: readonly Policy[];
  /** Base64 of PEM. */
  caBundle: string;
}

/** Creates the configurations, and writes what changed. */
export function* keepWebhooks(api: Api, facts: WebhookFacts): Steps<void> {
  const owner = yield* ownerOf(api);
  const configurations: [string, string, JsonObject[]][] = [
    [VALIDATING, "kyverno-policy-validating-webhook-cfg", [policyWebhook(api, facts, "validate")]],
    [MUTATING, "kyverno-policy-mutating-webhook-cfg", [policyWebhook(api, facts, "mutate")]],
    [VALIDATING, "kyverno-resource-validating-webhook-cfg", resourceWebhooks(api, facts, "validate")],
    [MUTATING, "kyverno-resource-mutating-webhook-cfg", resourceWebhooks(api, facts, "mutate")],
    [MUTATING, "kyverno-verify-mutating-webhook-cfg", [verifyWebhook(api, facts)]],
  ];
  const { annotations, labels } = facts.settings.webhooks;
  for (const [path, name, webhooks] of configurations) {
    const metadata = {
      ...{ name, annotations, labels: { ...labels, "webhook.kyverno.io/managed-by": "kyverno" } },
      ...(owner && { ownerReferences: [owner] }),
    };
    const found = yield* find(api.client, `${path}/${name}`);
    const kind = path === VALIDATING ? "ValidatingWebhookConfiguration" : "MutatingWebhookConfiguration";
    const object = { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata, webhooks };
    if (!found) yield* create(api.client, path, object);
    else if (!equalJson(found["webhooks"] ?? [], webhooks)) {
      yield* replace(api.client, `${path}/${name}`, { ...object, metadata: { ...metadataOf(found), ...metadata } });
    }
  }
}

/** The ClusterRole whose removal removes the configurations. */
function* ownerOf({ client }: Api): Steps<JsonObject | undefined> {
  const selector = new URLSearchParams({ labelSelector: "app.kubernetes.io/part-of=kyverno" });
  const roles = yield* list(client, `/apis/rbac.authorization.k8s.io/v1/clusterroles?${selector}`);
  const role = roles.find((each) => nameOf(each).endsWith(":webhook"));
  if (!role) return undefined;
  const { uid = "" } = metadataOf(role);
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: nameOf(role), uid };
}

function clientConfig({ process, namespace }: Api, { caBundle }: WebhookFacts, path: string): JsonObject {
  const name = process.env["KYVERNO_SVC"] ?? "kyverno-svc";
  const port = Number(flagOf(process.argv, "servicePort") ?? 443);
  return { service: { namespace, name, path, port }, caBundle };
}

/** Values that the API server would add are written, so that the stored object equals this one. */
const COMMON = {
  ...{ admissionReviewVersions: ["v1"], matchPolicy: "Equivalent" },
  ...{ namespaceSelector: {}, objectSelector: {}, timeoutSeconds: TIMEOUT_SECONDS },
};

function policyWebhook(api: Api, facts: WebhookFacts, type: WebhookType): JsonObject {
  const rule = {
    ...{ apiGroups: ["kyverno.io"], apiVersions: ["v1", "v2beta1"], resources: ["clusterpolicies", "policies"] },
    ...{ operations: ["CREATE", "UPDATE"], scope: "*" },
  };
  return {
    ...COMMON,
    name: `${type}-policy.kyverno.svc`,
    clientConfig: clientConfig(api, facts, `/policy${type}`),
    ...{ rules: [rule], failurePolicy: "Fail", sideEffects: type === "validate" ? "None" : "NoneOnDryRun" },
    ...(type === "mutate" && { reinvocationPolicy: "IfNeeded" }),
  };
}

function verifyWebhook(api: Api, facts: WebhookFacts): JsonObject {
  const rule = {
    ...{ apiGroups: ["coordination.k8s.io"], apiVersions: ["v1"], resources: ["leases"] },
    ...{ operations: ["UPDATE"], scope: "*" },
  };
  return {
    ...COMMON,
    name: "monitor-webhooks.kyverno.svc",
    clientConfig: clientConfig(api, facts, "/verifymutate"),
    ...{ rules: [rule], failurePolicy: "Ignore", sideEffects: "NoneOnDryRun", reinvocationPolicy: "IfNeeded" },
    objectSelector: { matchLabels: { "app.kubernetes.io/name": "kyverno" } },
  };
}

/** One webhook for each failure policy, and one for each policy with conditions of its own. */
function resourceWebhooks(api: Api, facts: WebhookFacts, type: WebhookType): JsonObject[] {
  const webhooks: JsonObject[] = [];
  const { namespaceSelector, objectSelector } = facts.settings.webhooks;
  const concerned = facts.policies.filter(appliesToRequests);
  const add = (policies: readonly Policy[], failurePolicy: "Fail" | "Ignore", own?: Policy) => {
    const rules = rulesOf(policies, facts.resources, type);
    if (rules.length === 0) return;
    const word = failurePolicy.toLowerCase();
    const key = own ? [own.namespace, own.name].filter((part) => part !== "") : [];
    const seconds = policies.map(({ spec }) => timeoutOf(spec));
    webhooks.push({
      ...COMMON,
      name: `${type}.kyverno.svc-${word}${own ? `-finegrained-${key.join("-")}` : ""}`,
      clientConfig: clientConfig(api, facts, `/${type}/${word}${own ? `/finegrained/${key.join("/")}` : ""}`),
      ...{ rules, failurePolicy, namespaceSelector, objectSelector, sideEffects: "NoneOnDryRun" },
      timeoutSeconds: Math.min(Math.max(TIMEOUT_SECONDS, ...seconds), MAX_TIMEOUT_SECONDS),
      ...(own && { matchConditions: conditionsOf(own) }),
      ...(type === "mutate" && { reinvocationPolicy: "IfNeeded" }),
    });
  };
  for (const failurePolicy of ["Ignore", "Fail"] as const) {
    const members = concerned.filter((policy) => failurePolicyOf(policy) === failurePolicy);
    add(
      members.filter((policy) => conditionsOf(policy).length === 0),
      failurePolicy,
    );
    for (const policy of members) if (conditionsOf(policy).length > 0) add([policy], failurePolicy, policy);
  }
  return webhooks.sort((a, b) => (String(a["name"]) < String(b["name"]) ? -1 : 1));
}

export function conditionsOf({ spec }: Policy): JsonObject[] {
  return objectsIn(objectIn(spec["webhookConfiguration"])["matchConditions"]);
}

function timeoutOf(spec: JsonObject): number {
  return Number(objectIn(spec["webhookConfiguration"])["timeoutSeconds"] ?? spec["webhookTimeoutSeconds"] ?? 0);
}

/** Operations by kind as policies write it. */
type Matched = Map<string, Set<string>>;

function rulesOf(policies: readonly Policy[], resources: Resources, type: WebhookType): JsonObject[] {
  // Operations by group, version, resource and scope.
  const wanted = new Map<string, Set<string>>();
  for (const policy of policies) {
    const anyScope = policy.namespace === "" ? "*" : "Namespaced";
    for (const [kind, operations] of matchedKinds(policy, type)) {
      for (const place of placesOf(parseKind(kind), resources, anyScope)) {
        const key = JSON.stringify(place);
        wanted.set(key, new Set([...(wanted.get(key) ?? []), ...operations]));
      }
    }
  }
  // Resources of the same group, version, scope and operations are one rule.
  const grouped = new Map<string, { rule: JsonObject; names: Set<string> }>();
  for (const [key, operations] of wanted) {
    const { group, version, resource, scope } = JSON.parse(key) as Place;
    const rule = {
      ...{ apiGroups: [group], apiVersions: [version], scope },
      operations: OPERATIONS.filter((operation) => operations.has(operation)).sort(),
    };
    const entry = grouped.get(JSON.stringify(rule)) ?? { rule, names: new Set<string>() };
    entry.names.add(resource);
    if (group === "" && resource === "pods") entry.names.add("pods/ephemeralcontainers");
    grouped.set(JSON.stringify(rule), entry);
  }
  return [...grouped.values()]
    .map(({ rule, names }) => ({ ...rule, resources: [...names].sort() }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function matchedKinds({ rules }: Policy, type: WebhookType): Matched {
  const matched: Matched = new Map();
  const add = (kind: string, operations: readonly string[]) =>
    matched.set(kind, new Set([...(matched.get(kind) ?? []), ...operations]));
  for (const rule of rules) {
    const generate = objectIn(rule["generate"]);
    const mutate = objectIn(rule["mutate"]);
    const isExisting = mutate["targets"] !== undefined;
    const isMutation = rule["mutate"] !== undefined && !isExisting;
    if (rule["generate"] !== undefined) {
      collect(rule, OPERATIONS, add);
      const clones = objectIn(generate["cloneList"])["kinds"];
      const kinds = generate["kind"] === undefined ? (Array.isArray(clones) ? clones : []) : [generate["kind"]];
      for (const kind of kinds) add(String(kind), ["CREATE", "UPDATE", "DELETE"]);
    } else if (type === "validate" ? rule["validate"] !== undefined || isExisting : isMutation) {
      collect(rule, type === "validate" ? OPERATIONS : ["CREATE", "UPDATE"], add);
    }
  }
  return matched;
}

/** The kinds of a rule with their operations, less what `exclude` takes from a kind as a whole. */
function collect(
  rule: JsonObject,
  byDefault: readonly string[],
  add: (kind: string, operations: readonly string[]) => void,
): void {
  const { any, all, resources } = objectIn(rule["match"]);
  const filters = [
    objectIn(resources),
    ...[...objectsIn(any), ...objectsIn(all)].map((each) => objectIn(each["resources"])),
  ];
  const removed = objectsIn(objectIn(rule["exclude"])["any"]).flatMap((each) => {
    const { kinds, operations, ...others } = objectIn(each["resources"]);
    const isWhole = Object.keys(each).length === 1 && Object.keys(others).length === 0;
    return isWhole ? [{ kinds: textsIn(kinds), operations: textsIn(operations) }] : [];
  });
  for (const { kinds, operations } of filters) {
    const given = textsIn(operations);
    for (const kind of textsIn(kinds)) {
      const isRemoved = (operation: string) =>
        removed.some(
          (each) =>
            (each.kinds.length === 0 || each.kinds.includes(kind)) &&
            (each.operations.length === 0 || each.operations.includes(operation)),
        );
      add(
        kind,
        (given.length > 0 ? given : byDefault).filter((operation) => !isRemoved(operation)),
      );
    }
  }
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

interface Place {
  group: string;
  version: string;
  resource: string;
  scope: string;
}

function placesOf({ group, version, kind, subresource }: KindSelector, { all }: Resources, anyScope: string): Place[] {
  if (kind === "*") {
    const resource = subresource === "" ? "*" : `*/${subresource}`;
    return [{ group, version, resource, scope: anyScope }];
  }
  const found = all.filter(
    (each) =>
      matchesWildcard(kind, each.kind) &&
      matchesWildcard(group, each.group) &&
      // Without a version it is the preferred one.
      (version === "*" ? each.isPreferred : matchesWildcard(version, each.version)),
  );
  return found.flatMap(({ name, subresources, isNamespaced, ...each }) => {
    const scope = isNamespaced ? "Namespaced" : "*";
    const place = { group: each.group, version: each.version, scope };
    if (subresource === "") return [{ ...place, resource: name }];
    return subresources
      .filter((one) => matchesWildcard(subresource, one))
      .map((one) => ({ ...place, resource: `${name}/${one}` }));
  });
}
