/** Reads the table of facts about the Kubernetes API: the content of its OpenAPI documents, without descriptions. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The facts about one field, list item or map value. */
export interface FieldFact {
  type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  format?: string;
  default?: unknown;
  /** Full name of the type referred to, such as `io.k8s.api.core.v1.PodSpec`. */
  ref?: string;
  items?: FieldFact;
  values?: FieldFact;
  listType?: "atomic" | "set" | "map";
  listMapKeys?: string[];
  mapType?: "atomic" | "granular";
  patchStrategy?: string;
  patchMergeKey?: string;
}

/** The facts about one type. */
export interface TypeFact {
  type?: string;
  format?: string;
  oneOf?: { type: string }[];
  mapType?: "atomic";
  required?: string[];
  /** Group, version, kind. */
  gvk?: [string, string, string][];
  unions?: unknown[];
  fields?: Record<string, FieldFact>;
}

export type Facts = Record<string, TypeFact>;

const FACTS_FILE = fileURLToPath(import.meta.resolve("./inputs/facts.json"));

export function readFacts(): Facts {
  return JSON.parse(readFileSync(FACTS_FILE, "utf8")) as Facts;
}

/**
 * The API packages whose types are part of Sandbar: the groups of a v1.36 server with default feature gates.
 * Everything those types refer to comes along.
 */
const SERVED_PACKAGES = [
  "io.k8s.api.admissionregistration.v1",
  "io.k8s.api.apps.v1",
  "io.k8s.api.authentication.v1",
  "io.k8s.api.authorization.v1",
  "io.k8s.api.autoscaling.v1",
  "io.k8s.api.autoscaling.v2",
  "io.k8s.api.batch.v1",
  "io.k8s.api.certificates.v1",
  "io.k8s.api.coordination.v1",
  "io.k8s.api.core.v1",
  "io.k8s.api.discovery.v1",
  "io.k8s.api.events.v1",
  "io.k8s.api.flowcontrol.v1",
  "io.k8s.api.networking.v1",
  "io.k8s.api.node.v1",
  "io.k8s.api.policy.v1",
  "io.k8s.api.rbac.v1",
  "io.k8s.api.resource.v1",
  "io.k8s.api.scheduling.v1",
  "io.k8s.api.storage.v1",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
  "io.k8s.apimachinery.pkg.apis.meta.v1",
  "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
];

export function packageOf(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf("."));
}

/** The Go name of a type: the last part of its full name. */
export function goNameOf(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

/** Full names of all types to generate, sorted. */
export function servedTypes(facts: Facts): string[] {
  const packages = new Set(SERVED_PACKAGES);
  const reached = new Set<string>();
  const pending = Object.keys(facts).filter((name) => packages.has(packageOf(name)));
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const field of Object.values(facts[name]?.fields ?? {})) pending.push(...refsOf(field));
  }
  return [...reached].sort();
}

function refsOf(fact: FieldFact): string[] {
  const nested = [fact.items, fact.values].flatMap((inner) => (inner ? refsOf(inner) : []));
  return fact.ref ? [fact.ref, ...nested] : nested;
}

/** The type that gets the plain name when several packages use it; other types get their package or version added. */
const PLAIN_NAME_OWNERS: Record<string, string> = {
  ServiceReference: "io.k8s.api.admissionregistration.v1",
  WebhookClientConfig: "io.k8s.api.admissionregistration.v1",
  TokenRequest: "io.k8s.api.authentication.v1",
  CrossVersionObjectReference: "io.k8s.api.autoscaling.v2",
  HorizontalPodAutoscaler: "io.k8s.api.autoscaling.v2",
  HorizontalPodAutoscalerList: "io.k8s.api.autoscaling.v2",
  HorizontalPodAutoscalerSpec: "io.k8s.api.autoscaling.v2",
  HorizontalPodAutoscalerStatus: "io.k8s.api.autoscaling.v2",
  EndpointPort: "io.k8s.api.core.v1",
  Event: "io.k8s.api.core.v1",
  EventList: "io.k8s.api.core.v1",
  EventSeries: "io.k8s.api.core.v1",
  ResourceClaim: "io.k8s.api.resource.v1",
  Subject: "io.k8s.api.rbac.v1",
};

/** Names of types inside Sandbar, by full name: `Pod`, `HorizontalPodAutoscalerV1`, `EventsV1Event`. */
export function plainNames(fullNames: string[]): Map<string, string> {
  const uses = new Map<string, string[]>();
  for (const fullName of fullNames) {
    const goName = goNameOf(fullName);
    uses.set(goName, [...(uses.get(goName) ?? []), fullName]);
  }
  const names = new Map<string, string>();
  for (const [goName, users] of uses) {
    const owner = users.length === 1 ? packageOf(users[0]!) : PLAIN_NAME_OWNERS[goName];
    if (owner === undefined) throw new Error(`say in PLAIN_NAME_OWNERS who is called ${goName}: ${users.join(", ")}`);
    for (const user of users) names.set(user, packageOf(user) === owner ? goName : qualifiedName(user, owner));
  }
  return names;
}

function qualifiedName(fullName: string, ownerPackage: string): string {
  const [group, version] = packageOf(fullName).split(".").slice(-2) as [string, string];
  const ownerGroup = ownerPackage.split(".").at(-2);
  const goName = goNameOf(fullName);
  return group === ownerGroup ? goName + capitalized(version) : capitalized(group) + capitalized(version) + goName;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
