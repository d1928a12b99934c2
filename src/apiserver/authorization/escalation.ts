/**
 * Users cannot grant rights that they do not hold: the writer of a role or binding needs every right in it, or the verb
 * `escalate` or `bind`.
 *
 * Kubernetes: pkg/registry/rbac/validation/rule.go, staging/src/k8s.io/component-helpers/auth/rbac/validation.
 */
import type { Reader } from "../../kinds/kind.ts";
import type { PolicyRule } from "../../schema/index.ts";
import type { User } from "../request.ts";
import { rulesGranted } from "./rbac.ts";

/**
 * The reason why a user may not grant these rules, in Kubernetes' words; undefined when the user may. `namespace` is
 * empty for cluster-wide grants.
 */
export function escalationProblem(
  snapshot: Reader,
  user: User,
  namespace: string,
  rules: readonly PolicyRule[],
): string | undefined {
  const { rules: held, problems } = rulesGranted(snapshot, user, namespace);
  const missing = rules.flatMap(breakDown).filter((rule) => !held.some((owned) => covers(owned, rule)));
  if (missing.length === 0) return undefined;
  const resolution = problems.length === 0 ? "" : `; resolution errors: [${problems.join(" ")}]`;
  const lines = [...new Set(compact(missing).map(describe))].sort();
  return (
    `user ${JSON.stringify(user.name)} (groups=${quoted(user.groups)}) is attempting to grant RBAC permissions not ` +
    `currently held:\n${lines.join("\n")}${resolution}`
  );
}

/** Splits a rule into rules of one verb, one group and one resource each, or of one verb and one path. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const broken: PolicyRule[] = [];
  for (const verb of rule.verbs ?? []) {
    for (const url of rule.nonResourceURLs ?? []) broken.push({ verbs: [verb], nonResourceURLs: [url] });
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        const single = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (!rule.resourceNames?.length) broken.push(single);
        for (const name of rule.resourceNames ?? []) broken.push({ ...single, resourceNames: [name] });
      }
    }
  }
  return broken;
}

/** Does a held rule include a broken-down one? */
function covers(held: PolicyRule, rule: PolicyRule): boolean {
  if (!hasAll(held.verbs, rule.verbs)) return false;
  const [url] = rule.nonResourceURLs ?? [];
  if (url !== undefined) {
    return (held.nonResourceURLs ?? []).some(
      (allowed) => allowed === url || (allowed.endsWith("*") && url.startsWith(allowed.slice(0, -1))),
    );
  }
  const [name] = rule.resourceNames ?? [];
  const coversName = !held.resourceNames?.length || (name !== undefined && held.resourceNames.includes(name));
  return (
    coversName && hasAll(held.apiGroups, rule.apiGroups) && coversResource(held.resources ?? [], rule.resources![0]!)
  );
}

function coversResource(held: readonly string[], resource: string): boolean {
  if (held.includes("*") || held.includes(resource)) return true;
  const slash = resource.indexOf("/");
  return slash >= 0 && held.includes(`*${resource.slice(slash)}`);
}

function hasAll(held: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  return held !== undefined && (held.includes("*") || (wanted ?? []).every((value) => held.includes(value)));
}

/** Joins the verbs of rules for the same resource. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const byTarget = new Map<string, PolicyRule>();
  for (const { verbs, ...target } of rules) {
    const key = target.nonResourceURLs ? JSON.stringify([verbs, target]) : JSON.stringify(target);
    const present = byTarget.get(key);
    byTarget.set(key, { ...target, verbs: [...(present?.verbs ?? []), ...verbs] });
  }
  return [...byTarget.values()];
}

function describe({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ["APIGroups", apiGroups],
    ["Resources", resources],
    ["NonResourceURLs", nonResourceURLs],
    ["ResourceNames", resourceNames],
    ["Verbs", verbs],
  ];
  const shown = parts.filter(([, values]) => values?.length).map(([name, values]) => `${name}:${quoted(values!)}`);
  return `{${shown.join(", ")}}`;
}

/** A list of strings as Go's %q prints it. */
function quoted(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}
