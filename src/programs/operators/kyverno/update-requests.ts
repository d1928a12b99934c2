/**
 * UpdateRequests: the admission controller asks the background controller to generate, to synchronize or to remove.
 * Source: github.com/kyverno/kyverno pkg/webhooks/resource/generation/handler.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type Client, ServerError } from "../../kubectl/core/client.ts";
import { discover, pathOf } from "../../kubectl/core/discovery.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import { create, list, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { ruleMatches } from "./match.ts";
import { type Policy, policyKey } from "./policies.ts";
import type { Review } from "./review.ts";

export const REQUESTS = "/apis/kyverno.io/v2";
const PREFIX = "generate.kyverno.io";
export const LABELS = {
  policy: `${PREFIX}/policy-name`,
  policyNamespace: `${PREFIX}/policy-namespace`,
  rule: `${PREFIX}/rule-name`,
  group: `${PREFIX}/trigger-group`,
  version: `${PREFIX}/trigger-version`,
  kind: `${PREFIX}/trigger-kind`,
  namespace: `${PREFIX}/trigger-namespace`,
  uid: `${PREFIX}/trigger-uid`,
  cloneSource: `${PREFIX}/clone-source`,
  sourceUid: `${PREFIX}/source-uid`,
} as const;
export const MANAGED_BY = "app.kubernetes.io/managed-by";

interface Wanted {
  policy: string;
  rule: string;
  trigger: JsonObject;
  deletesDownstream: boolean;
}

/** Asks for the work that follows from a request which was allowed. `namespace` is Kyverno's own. */
export function* requestGeneration(
  process: ProcessView,
  { client, namespace }: { client: Client; namespace: string },
  review: Review,
  policies: readonly Policy[],
): Steps<void> {
  const wanted = policies.flatMap((policy) => wantedBy(policy, review));
  const isOwn = review.user?.username === flagOf(process.argv, "backgroundServiceAccountName");
  if (!isOwn) wanted.push(...(yield* wantedByChange(client, review)));
  for (const { policy, rule, trigger, deletesDownstream } of wanted) {
    const operation = deletesDownstream ? "DELETE" : "CREATE";
    yield* create(client, `${REQUESTS}/namespaces/${namespace}/updaterequests`, {
      ...{ apiVersion: "kyverno.io/v2", kind: "UpdateRequest" },
      metadata: { generateName: "ur-", namespace, labels: { [LABELS.policy]: policy.slice(policy.indexOf("/") + 1) } },
      spec: {
        ...{ requestType: "generate", policy, rule, resource: trigger, deleteDownstream: deletesDownstream },
        ruleContext: [{ rule, trigger, deleteDownstream: deletesDownstream }],
        context: { admissionRequestInfo: { operation }, userInfo: {} },
      },
    });
  }
}

function triggerOf(object: JsonObject): JsonObject {
  const { apiVersion = "", kind = "" } = object;
  const { name = "", namespace = "", uid = "" } = metadataOf(object);
  return { apiVersion, kind, name, namespace, uid };
}

/** Rules that generate for the resource of the request, or no longer do. */
function wantedBy(policy: Policy, review: Review): Wanted[] {
  const { object, oldObject, operation } = review;
  return policy.rules.flatMap((rule): Wanted[] => {
    const generate = objectIn(rule["generate"]);
    if (Object.keys(generate).length === 0) return [];
    const matches = (resource: JsonObject | undefined) =>
      resource !== undefined && ruleMatches(rule, { ...review, resource }, policy.namespace);
    const base = { policy: policyKey(policy), rule: String(rule["name"]) };
    const isDeletion = operation === "DELETE";
    const firesOnDeletion = isDeletion && /"DELETE"/.test(JSON.stringify(rule["match"] ?? {}));
    const fires = isDeletion ? firesOnDeletion && matches(oldObject) : matches(object);
    if (fires) return [{ ...base, trigger: triggerOf(object ?? oldObject ?? {}), deletesDownstream: false }];
    if (generate["synchronize"] !== true || !oldObject || !matches(oldObject)) return [];
    return [{ ...base, trigger: triggerOf(oldObject), deletesDownstream: true }];
  });
}

/** Rules whose generated object, or its source, was changed or deleted. */
function* wantedByChange(client: Client, { oldObject, kind }: Review): Steps<Wanted[]> {
  const labels = objectIn(metadataOf(oldObject)["labels"]);
  if (!oldObject) return [];
  if (labels[MANAGED_BY] === "kyverno" && labels[LABELS.policy] !== undefined) return [wantedByLabels(labels)];
  if (labels[LABELS.cloneSource] === undefined) return [];
  const resource = (yield* discover(client)).all.find(
    (each) => each.kind === kind.kind && each.group === kind.group && each.version === kind.version,
  );
  if (!resource) return [];
  const selector = new URLSearchParams({
    labelSelector: `${LABELS.sourceUid}=${String(metadataOf(oldObject)["uid"])}`,
  });
  try {
    const targets = yield* list(client, `${pathOf(resource, "")}?${selector}`);
    return targets.map((target) => wantedByLabels(objectIn(metadataOf(target)["labels"])));
  } catch (error) {
    if (error instanceof ServerError && error.reason === "Forbidden") return [];
    throw error;
  }
}

function wantedByLabels(labels: JsonObject): Wanted {
  const text = (name: string) => String(labels[name] ?? "");
  const [group, version] = [text(LABELS.group), text(LABELS.version)];
  const policy = [text(LABELS.policyNamespace), text(LABELS.policy)].filter((part) => part !== "").join("/");
  const trigger = {
    ...{ apiVersion: group === "" ? version : `${group}/${version}`, kind: text(LABELS.kind) },
    ...{ name: "", namespace: text(LABELS.namespace), uid: text(LABELS.uid) },
  };
  return { policy, rule: text(LABELS.rule), trigger, deletesDownstream: false };
}

/** The labels of an object that a rule generates for a trigger. */
export function labelsOf(policy: Policy, rule: string, trigger: JsonObject): JsonObject {
  const [version = "", group = ""] = String(trigger["apiVersion"] ?? "")
    .split("/")
    .reverse();
  return {
    ...{ [MANAGED_BY]: "kyverno", [LABELS.policy]: policy.name, [LABELS.policyNamespace]: policy.namespace },
    ...{ [LABELS.rule]: rule, [LABELS.group]: group, [LABELS.version]: version },
    [LABELS.kind]: String(trigger["kind"] ?? ""),
    [LABELS.namespace]: namespaceOf(trigger),
    [LABELS.uid]: String(metadataOf(trigger)["uid"] ?? nameOf(trigger)),
  };
}
