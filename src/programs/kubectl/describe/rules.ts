/**
 * The rules of a role, one line per resource.
 * Source: k8s.io/kubectl pkg/util/rbac/rbac.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { permissionsOf } from "../core/policy-rules.ts";
import { objectsAt, textAt, textsAt } from "./fields.ts";
import { writeMetadata, writeName } from "./metadata.ts";
import { Writer } from "./writer.ts";

interface Rule {
  verbs: string[];
  groups: readonly string[];
  resources: readonly string[];
  names: readonly string[];
  urls: readonly string[];
}

export function roleText(role: JsonObject): string {
  const w = new Writer();
  writeName(w, role, { hasNamespace: false });
  writeMetadata(w, role);
  w.write(0, "PolicyRule:\n");
  w.write(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
  w.write(1, "---------\t-----------------\t--------------\t-----\n");
  for (const row of ruleRows(objectsAt(role, "rules"))) w.write(1, `${row.join("\t")}\n`);
  return w.toString();
}

/** Resource, URLs, names and verbs of each rule; rules of one resource are one row. */
export function ruleRows(rules: readonly JsonObject[]): string[][] {
  return compact(rules).map(({ verbs, groups, resources, names, urls }) => [
    resourceText(resources[0], groups[0]),
    listText(urls),
    listText(names),
    listText(verbs),
  ]);
}

/** Rules of the same resource become one, with all their verbs. */
function compact(rules: readonly JsonObject[]): Rule[] {
  const byResource = new Map<string, Rule>();
  const others: Rule[] = [];
  for (const rule of rules.flatMap(singleRules)) {
    if (rule.resources.length === 0) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.groups, rule.resources, rule.names]);
    const known = byResource.get(key);
    if (!known) byResource.set(key, rule);
    else if (!known.verbs.includes(rule.verbs[0]!)) known.verbs.push(rule.verbs[0]!);
  }
  const all = [...others, ...byResource.values()].map((rule) => ({ rule, text: goString(rule) }));
  return all.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ rule }) => rule);
}

/** One rule for each verb of each resource and name, or of each URL. */
function singleRules(rule: JsonObject): Rule[] {
  return permissionsOf(rule).map((one) => ({
    verbs: textsAt(one, "verbs"),
    groups: textsAt(one, "apiGroups"),
    resources: textsAt(one, "resources"),
    names: textsAt(one, "resourceNames"),
    urls: textsAt(one, "nonResourceURLs"),
  }));
}

/** The text by which kubectl sorts rules. */
function goString({ verbs, groups, resources, names, urls }: Rule): string {
  const lists = `APIGroups:${listText(groups)},Resources:${listText(resources)},ResourceNames:${listText(names)}`;
  return `&PolicyRule{Verbs:${listText(verbs)},${lists},NonResourceURLs:${listText(urls)},}`;
}

function listText(list: readonly string[]): string {
  return `[${list.join(" ")}]`;
}

/** `deployments.apps/scale` */
function resourceText(resource: string | undefined, group: string | undefined): string {
  if (resource === undefined) return "";
  const [plain, subresource] = resource.split(/\/(.*)/s);
  return `${plain}${group ? `.${group}` : ""}${subresource === undefined ? "" : `/${subresource}`}`;
}

/** A binding: its role and its subjects. */
export function bindingText(binding: JsonObject): string {
  const w = new Writer();
  writeName(w, binding, { hasNamespace: false });
  writeMetadata(w, binding);
  w.write(0, "Role:\n");
  for (const [label, field] of [
    ["Kind", "roleRef.kind"],
    ["Name", "roleRef.name"],
  ] as const) {
    w.field(1, label, textAt(binding, field));
  }
  w.write(0, "Subjects:\n");
  w.write(1, "Kind\tName\tNamespace\n");
  w.write(1, "----\t----\t---------\n");
  for (const one of objectsAt(binding, "subjects")) {
    w.write(1, `${["kind", "name", "namespace"].map((field) => textAt(one, field)).join("\t")}\n`);
  }
  return w.toString();
}
