/**
 * Pod Security admission (KEP-2579): a namespace's labels name the Pod Security Standard that its pods must meet.
 * Pods are refused or give a warning; workloads with a pod template give warnings only. A change to a stricter level
 * gives a warning that lists the pods it would no longer admit. There are no exemptions. The audit mode is not
 * evaluated, because there are no audit logs.
 *
 * Kubernetes: staging/src/k8s.io/pod-security-admission/admission/admission.go.
 */
import { invalid } from "../../../cluster/refusals.ts";
import { namespaceKind } from "../../../kinds/core/namespace.ts";
import { podKind } from "../../../kinds/core/pod.ts";
import { equalJson } from "../../../lib/json.ts";
import { MAX_PODS_CHECKED_FOR_LEVEL } from "../../../lib/limits.ts";
import type { Namespace, Pod } from "../../../schema/index.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "../context.ts";
import type { PodToCheck, Violation } from "./check.ts";
import { hasTemplate, isSignificantUpdate, podToCheck, templatePod } from "./pods.ts";
import { formatLevel, hasPolicy, isStricter, type LevelVersion, type Policy, policyOf, sameLevel } from "./policy.ts";
import { violations } from "./registry.ts";

/** Subresources whose body holds no pod spec, or none that a client chooses. */
const IGNORED_SUBRESOURCES: ReadonlySet<string> = new Set([
  "attach",
  "binding",
  "eviction",
  "exec",
  "log",
  "portforward",
  "proxy",
  "status",
]);

export const podSecurity: AdmissionPlugin = {
  name: "PodSecurity",

  validate(context) {
    const { operation, kind, subresource } = context;
    if (operation === "DELETE") return;
    if (isWriteTo(context, "", "namespaces")) validateNamespace(context);
    else if (kind.group === "" && kind.plural === "pods") validatePod(context);
    else if (subresource === undefined && hasTemplate(kind)) warnOfTemplate(context);
  },
};

function validatePod(context: AdmissionContext): void {
  if (IGNORED_SUBRESOURCES.has(context.subresource ?? "")) return;
  const policy = policyOfNamespace(context);
  if (!policy) return;
  const pod = context.object as Pod;
  if (context.operation === "UPDATE" && !isSignificantUpdate(pod, context.old as Pod)) return;
  const found = violations(policy.enforce, podToCheck(pod));
  if (found.length > 0) {
    throw forbidden(context, `violates PodSecurity "${formatLevel(policy.enforce)}": ${inDetail(found)}`);
  }
  warn(context, policy.warn, podToCheck(pod));
}

function warnOfTemplate(context: AdmissionContext): void {
  const policy = policyOfNamespace(context);
  const pod = policy && templatePod(context.kind, context.object);
  if (pod) warn(context, policy.warn, pod);
}

function warn(context: AdmissionContext, level: LevelVersion, pod: PodToCheck): void {
  const found = violations(level, pod);
  if (found.length > 0) context.warn(`would violate PodSecurity "${formatLevel(level)}": ${inDetail(found)}`);
}

function policyOfNamespace({ tx, object }: AdmissionContext): Policy | undefined {
  const labels = tx.get(namespaceKind, "", object.metadata.namespace ?? "")?.metadata.labels;
  return hasPolicy(labels) ? policyOf(labels).policy : undefined;
}

function validateNamespace(context: AdmissionContext): void {
  const { object: namespace, old, kind } = context;
  const { policy, errors } = policyOf(namespace.metadata.labels);
  const before = old && policyOf(old.metadata.labels);
  // Invalid labels that are already stored do not block other changes.
  if (errors.length > 0 && !equalJson(errors, before?.errors)) {
    throw invalid(kind, namespace.metadata.name ?? "", errors);
  }
  if (!before || sameLevel(policy.enforce, before.policy.enforce)) return;
  const { level, version } = before.policy.enforce;
  if (version === policy.enforce.version && !isStricter(policy.enforce.level, level)) return;
  for (const warning of warningsOfExistingPods(context, policy.enforce)) context.warn(warning);
}

/** One warning for all pods that violate a level in the same way. */
function warningsOfExistingPods({ tx, object }: AdmissionContext, level: LevelVersion): string[] {
  const namespace = (object as Namespace).metadata.name ?? "";
  const pods = unlikeFirst(tx.list(podKind, namespace));
  const checked = pods.slice(0, MAX_PODS_CHECKED_FOR_LEVEL);
  const namesByProblem = new Map<string, string[]>();
  for (const pod of checked) {
    const found = violations(level, podToCheck(pod));
    if (found.length === 0) continue;
    const problem = found.map(({ reason }) => reason).join(", ");
    namesByProblem.set(problem, [...(namesByProblem.get(problem) ?? []), pod.metadata.name ?? ""]);
  }
  const warnings: string[] = [];
  if (checked.length < pods.length) {
    const share = `the first ${checked.length} of ${pods.length} existing pods`;
    warnings.push(`new PodSecurity enforce level only checked against ${share}`);
  }
  if (namesByProblem.size > 0) {
    const what = `violate the new PodSecurity enforce level "${formatLevel(level)}"`;
    warnings.push(`existing pods in namespace "${namespace}" ${what}`);
  }
  const lines = [...namesByProblem].map(([problem, names]) => `${firstOf(names)}: ${problem}`);
  return [...warnings, ...lines.sort()];
}

/** Sorts one pod of each controller to the front: the other pods of a controller are alike. */
function unlikeFirst(pods: readonly Pod[]): Pod[] {
  const seen = new Set<string>();
  const [first, others]: [Pod[], Pod[]] = [[], []];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    (owner !== undefined && seen.has(owner) ? others : first).push(pod);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...others];
}

/** `a`, `a (and 1 other pod)`, `a (and 2 other pods)`. */
function firstOf(names: readonly string[]): string {
  const name = [...names].sort()[0] ?? "";
  const others = names.length - 1;
  return others === 0 ? name : `${name} (and ${others} other ${others === 1 ? "pod" : "pods"})`;
}

/** `privileged (container "a" must not …), hostPort (…)`. */
function inDetail(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail === "" ? reason : `${reason} (${detail})`)).join(", ");
}
