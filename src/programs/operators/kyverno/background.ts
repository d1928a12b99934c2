/**
 * The background controller: it carries out UpdateRequests, and what changed policies want for resources that exist.
 * Source: github.com/kyverno/kyverno pkg/background, pkg/policy
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { formatTime } from "../../../lib/time.ts";
import { discover, pathOf, type Resources } from "../../kubectl/core/discovery.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { Failure, type Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { find, list, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { generationPatterns } from "./engine.ts";
import { applyPattern, deleteGenerated, resourceOf } from "./generate.ts";
import { QueryError } from "./jmespath/values.ts";
import { parseKind } from "./kinds.ts";
import { evaluated, Lookups } from "./lookups.ts";
import { matchedKinds } from "./match.ts";
import { listPolicies, type Policy } from "./policies.ts";
import { LABELS, REQUESTS } from "./update-requests.ts";

export function* reconcileBackground(api: Api): Steps<void> {
  const path = `${REQUESTS}/namespaces/${api.namespace}/updaterequests`;
  const requests = (yield* list(api.client, path)).filter(({ status }) => objectIn(status)["state"] !== "Failed");
  const policies = (yield* listPolicies(api.client)).filter(({ rules }) => rules.some((rule) => rule["generate"]));
  const resources = yield* discover(api.client);
  for (const request of requests) {
    try {
      yield* carryOut(api, resources, policies, objectIn(request["spec"]));
      yield* api.client.fetch(`${path}/${nameOf(request)}`, { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof Failure || error instanceof QueryError)) throw error;
      const { message } = error;
      api.log("error", `failed to process update request ${nameOf(request)}: ${message}`);
      const object = { ...request, apiVersion: "kyverno.io/v2", kind: "UpdateRequest" };
      yield* replace(api.client, `${path}/${nameOf(request)}/status`, {
        ...object,
        status: { state: "Failed", message },
      });
    }
  }
  yield* followPolicies(api, resources, policies);
}

function* carryOut(api: Api, resources: Resources, policies: readonly Policy[], spec: JsonObject): Steps<void> {
  const [name = "", namespace = ""] = String(spec["policy"]).split("/").reverse();
  const policy = policies.find((each) => each.name === name && each.namespace === namespace);
  for (const { rule: ruleName, trigger: given, deleteDownstream } of objectsIn(spec["ruleContext"])) {
    const rule = policy?.rules.find((each) => each["name"] === ruleName);
    if (!policy || !rule) continue;
    const trigger = objectIn(given);
    const found = deleteDownstream === true ? undefined : yield* findTrigger(api, resources, trigger);
    if (found) yield* generateFor(api, resources, { policy, rule, trigger: found });
    else if (objectIn(rule["generate"])["synchronize"] === true) {
      const chosen = { [LABELS.rule]: String(ruleName), [LABELS.uid]: String(trigger["uid"]) };
      yield* removeDownstream(api, resources, { policy, kinds: kindsOf(rule) }, chosen);
    }
  }
}

/** By its name, or by its uid if only that is known. A trigger that is deleted does not count. */
function* findTrigger({ client }: Api, resources: Resources, trigger: JsonObject): Steps<JsonObject | undefined> {
  const { apiVersion, kind, name, uid } = trigger;
  const resource = resourceOf(resources, apiVersion, String(kind));
  const namespace = String(trigger["namespace"] ?? "");
  const isWanted = (object: JsonObject) =>
    (!uid || metadataOf(object)["uid"] === uid) && metadataOf(object)["deletionTimestamp"] === undefined;
  const found = name
    ? yield* find(client, pathOf(resource, namespace, String(name)))
    : (yield* list(client, pathOf(resource, namespace))).find(isWanted);
  return found && isWanted(found) ? { ...found, apiVersion: apiVersion ?? "", kind: kind ?? "" } : undefined;
}

interface Task {
  policy: Policy;
  rule: JsonObject;
  trigger: JsonObject;
}

function* generateFor(api: Api, resources: Resources, { policy, rule, trigger }: Task): Steps<void> {
  const { client, process, nowMs } = api;
  const lookups = new Lookups();
  const host = { nowMs, charge: (steps: number) => process.charge(steps) };
  const namespace = namespaceOf(trigger);
  const object = namespace === "" ? undefined : yield* find(client, `/api/v1/namespaces/${namespace}`);
  const namespaceLabels = objectIn(metadataOf(object)["labels"]) as Record<string, string>;
  const patterns = yield* evaluated(client, lookups, () =>
    generationPatterns({ policy, rule, trigger, namespaceLabels }, { host, lookups }),
  );
  for (const pattern of patterns) {
    yield* applyPattern({ client, resources, policy, rule: String(rule["name"]), trigger }, pattern);
  }
}

/** Kinds that a rule generates, as `apiVersion/kind`. Kinds that variables name are not known. */
function kindsOf(rule: JsonObject): string[] {
  const generate = objectIn(rule["generate"]);
  return [generate, ...objectsIn(generate["foreach"])].flatMap(({ apiVersion, kind, cloneList }) => {
    const cloned = objectIn(cloneList)["kinds"];
    if (Array.isArray(cloned)) return cloned.map(String);
    return typeof kind === "string" && !kind.includes("{{") ? [`${String(apiVersion ?? "")}/${kind}`] : [];
  });
}

function* removeDownstream(
  { client }: Api,
  resources: Resources,
  { policy, kinds }: { policy: Pick<Policy, "name" | "namespace">; kinds: readonly string[] },
  labels: Readonly<Record<string, string>> = {},
): Steps<void> {
  for (const text of kinds) {
    const at = text.lastIndexOf("/");
    const resource = resourceOf(resources, text.slice(0, Math.max(at, 0)), text.slice(at + 1));
    yield* deleteGenerated(client, resource, { ...labels, [LABELS.policy]: policy.name });
  }
}

/** A policy as it was when it was last followed. */
interface Followed {
  generation: JsonValue;
  /** Kinds whose objects go with the policy. */
  kinds: string[];
}

/** New policies may generate for what exists, changed ones synchronize, and deleted ones take their objects with them. */
function* followPolicies(api: Api, resources: Resources, policies: readonly Policy[]): Steps<void> {
  const followed = objectIn(api.process.state["followed"]) as Record<string, Followed & JsonObject>;
  const next: JsonObject = {};
  for (const policy of policies) {
    const key = [policy.namespace, policy.name].join("/");
    const generation = metadataOf(policy.object)["generation"] ?? 0;
    const before = followed[key];
    if (before?.generation !== generation) yield* followPolicy(api, resources, policy, before !== undefined);
    const isKept = policy.spec["orphanDownstreamOnPolicyDelete"] === true;
    const owned = policy.rules.filter((rule) => {
      const generate = objectIn(rule["generate"]);
      return generate["synchronize"] === true && generate["data"] !== undefined && !isKept;
    });
    next[key] = { generation, kinds: owned.flatMap(kindsOf) };
  }
  for (const [key, { kinds }] of Object.entries(followed)) {
    if (next[key] !== undefined) continue;
    const [namespace = "", name = ""] = key.split("/");
    yield* removeDownstream(api, resources, { policy: { name, namespace }, kinds });
  }
  api.process.state["followed"] = next;
}

function* followPolicy(api: Api, resources: Resources, policy: Policy, isChanged: boolean): Steps<void> {
  for (const rule of policy.rules) {
    const generate = objectIn(rule["generate"]);
    if (Object.keys(generate).length === 0) continue;
    const isForExisting = (generate["generateExisting"] ?? policy.spec["generateExisting"]) === true;
    if (!isForExisting && !(isChanged && generate["synchronize"] === true)) continue;
    for (const trigger of yield* triggersOf(api, resources, rule)) {
      try {
        if (isForExisting || (yield* hasDownstream(api, resources, { policy, rule, trigger }))) {
          yield* generateFor(api, resources, { policy, rule, trigger });
        }
      } catch (error) {
        if (!(error instanceof Failure || error instanceof QueryError)) throw error;
        api.log("error", `failed to apply ${policy.name} at ${formatTime(api.nowMs)}: ${error.message}`);
      }
    }
  }
}

/** Resources of the kinds that a rule matches. */
function* triggersOf({ client }: Api, resources: Resources, rule: JsonObject): Steps<JsonObject[]> {
  const triggers: JsonObject[] = [];
  for (const text of matchedKinds(rule)) {
    const { group, version, kind } = parseKind(text);
    if (kind === "*") continue;
    const apiVersion = version === "*" ? "" : group === "*" || group === "" ? version : `${group}/${version}`;
    const resource = resourceOf(resources, apiVersion, kind);
    const shown = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
    const items = yield* list(client, pathOf(resource, ""));
    triggers.push(...items.map((item) => ({ ...item, apiVersion: shown, kind })));
  }
  return triggers.filter((trigger) => metadataOf(trigger)["deletionTimestamp"] === undefined);
}

function* hasDownstream({ client }: Api, resources: Resources, { policy, rule, trigger }: Task): Steps<boolean> {
  const labelSelector = [
    `${LABELS.policy}=${policy.name}`,
    `${LABELS.rule}=${String(rule["name"])}`,
    `${LABELS.uid}=${String(metadataOf(trigger)["uid"])}`,
  ].join(",");
  for (const text of kindsOf(rule)) {
    const at = text.lastIndexOf("/");
    const resource = resourceOf(resources, text.slice(0, Math.max(at, 0)), text.slice(at + 1));
    const found = yield* list(client, `${pathOf(resource, "")}?${new URLSearchParams({ labelSelector })}`);
    if (found.length > 0) return true;
  }
  return false;
}
