/**
 * Rules for controllers of pods, derived from rules for pods.
 * Source: github.com/kyverno/kyverno pkg/autogen/v1
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { plainKind } from "./kinds.ts";

const GROUP_KINDS: Readonly<Record<string, string>> = {
  DaemonSet: "apps/v1/DaemonSet",
  Deployment: "apps/v1/Deployment",
  Job: "batch/v1/Job",
  ReplicaSet: "apps/v1/ReplicaSet",
  ReplicationController: "v1/ReplicationController",
  StatefulSet: "apps/v1/StatefulSet",
};
const CRON_JOB = "CronJob";
const MAX_NAME_LENGTH = 63;

/** `controllers`: the annotation of the policy, which names controllers or `none`. */
export function generatedRules(rules: readonly JsonObject[], controllers: JsonValue | undefined): JsonObject[] {
  if (!canGenerate(rules)) return [];
  const wanted = typeof controllers === "string" ? controllers.split(",").map((each) => each.trim()) : ["all"];
  if (wanted.includes("none")) return [];
  const isWanted = (kind: string) => wanted.includes("all") || wanted.includes(kind);
  const kinds = Object.keys(GROUP_KINDS)
    .filter(isWanted)
    .map((kind) => GROUP_KINDS[kind] ?? kind);
  return rules.flatMap((rule) => [
    ...(kinds.length > 0 ? generated(rule, "autogen", ["template"], kinds) : []),
    ...(isWanted(CRON_JOB)
      ? generated(rule, "autogen-cronjob", ["jobTemplate", "spec", "template"], ["batch/v1/CronJob"])
      : []),
  ]);
}

/** No rules are derived if one of the rules is about more than pods, or about chosen ones. */
function canGenerate(rules: readonly JsonObject[]): boolean {
  const kindsOfPods = ["Pod", CRON_JOB, ...Object.keys(GROUP_KINDS)];
  let isNeeded = false;
  for (const rule of rules) {
    const mutate = objectIn(rule["mutate"]);
    const patches = [mutate, ...objectsIn(mutate["foreach"])].some(({ patchesJson6902 }) => patchesJson6902);
    if (rule["generate"] !== undefined || patches) return false;
    for (const { name, names, selector, annotations, kinds } of [
      ...filtersOf(rule["match"]),
      ...filtersOf(rule["exclude"]),
    ]) {
      const all = Array.isArray(kinds) ? kinds.map(String) : [];
      const isMixed = all.length > 1 && all.some((kind) => plainKind(kind) === "Pod");
      if (name || names || selector || annotations || isMixed) return false;
      isNeeded ||= all.some((kind) => kindsOfPods.includes(kind));
    }
  }
  return isNeeded;
}

function filtersOf(block: JsonValue | undefined): JsonObject[] {
  const { any, all, resources } = objectIn(block);
  return [objectIn(resources), ...[...objectsIn(any), ...objectsIn(all)].map((each) => objectIn(each["resources"]))];
}

/** `path` leads from the specification of the controller to the template of its pods. */
function generated(rule: JsonObject, prefix: string, path: readonly string[], kinds: readonly string[]): JsonObject[] {
  const name = String(rule["name"]);
  const [matched, excluded] = [kindsIn(rule["match"]), kindsIn(rule["exclude"])];
  const isAboutPods = matched.includes("Pod") && (excluded.length === 0 || excluded.includes("Pod"));
  const wrapped = isAboutPods && !name.startsWith("autogen-") ? wrappedRule(rule, path) : undefined;
  if (!wrapped) return [];
  const shifted = shiftVariables(wrapped, path, objectIn(rule["validate"])["cel"] !== undefined);
  const of = (block: JsonValue | undefined) => withKinds(objectIn(block), kinds);
  return [
    {
      ...shifted,
      name: `${prefix}-${name}`.slice(0, MAX_NAME_LENGTH),
      match: of(rule["match"]),
      ...(rule["exclude"] !== undefined && { exclude: of(rule["exclude"]) }),
    },
  ];
}

function kindsIn(block: JsonValue | undefined): string[] {
  return filtersOf(block).flatMap(({ kinds }) =>
    Array.isArray(kinds) ? kinds.map((kind) => plainKind(String(kind))) : [],
  );
}

/** The block with the controllers' kinds in place of pods. */
function withKinds(block: JsonObject, kinds: readonly string[]): JsonObject {
  const replaced = (filter: JsonObject): JsonObject => {
    const resources = objectIn(filter["resources"]);
    const own = Array.isArray(resources["kinds"]) ? resources["kinds"].map(String) : [];
    if (!own.some((kind) => plainKind(kind) === "Pod")) return filter;
    return { ...filter, resources: { ...resources, kinds: [...kinds] } };
  };
  const [any, all] = [objectsIn(block["any"]), objectsIn(block["all"])];
  if (any.length > 0) return { ...block, any: any.map(replaced) };
  return all.length > 0 ? { ...block, all: all.map(replaced) } : replaced(block);
}

/** The rule with its patterns and patches below the template. Undefined for rules that cannot be derived. */
function wrappedRule(rule: JsonObject, path: readonly string[]): JsonObject | undefined {
  const wrap = (pattern: JsonValue): JsonValue =>
    ["spec", ...path].reduceRight((inner: JsonValue, key) => ({ [key]: inner }), pattern);
  const { mutate, validate } = rule;
  if (isJsonObject(mutate)) {
    const { patchStrategicMerge: patch, foreach, ...others } = mutate;
    if (patch !== undefined) return { ...rule, mutate: { ...others, patchStrategicMerge: wrap(patch) } };
    if (!Array.isArray(foreach)) return undefined;
    const loops = objectsIn(foreach).map(({ patchStrategicMerge = {}, ...loop }) => ({
      ...loop,
      patchStrategicMerge: wrap(patchStrategicMerge),
    }));
    return { ...rule, mutate: { ...others, foreach: loops } };
  }
  if (!isJsonObject(validate)) return rule["verifyImages"] === undefined ? undefined : rule;
  const { pattern, anyPattern } = validate;
  if (pattern !== undefined) return { ...rule, validate: { ...validate, pattern: wrap(pattern) } };
  if (Array.isArray(anyPattern)) return { ...rule, validate: { ...validate, anyPattern: anyPattern.map(wrap) } };
  return ["deny", "podSecurity", "foreach", "cel"].some((key) => validate[key] !== undefined) ? rule : undefined;
}

/** Variables that read the pod read the template of its controller. */
function shiftVariables(rule: JsonObject, path: readonly string[], isCel: boolean): JsonObject {
  const place = ["spec", ...path].join(".");
  const names = isCel ? ["object", "oldObject"] : ["request.object", "request.oldObject"];
  const text = names.reduce(
    (changed, name) =>
      ["spec", "metadata"].reduce(
        (each, part) => each.replaceAll(new RegExp(`\\b${name}\\.${part}\\b`, "g"), `${name}.${place}.${part}`),
        changed,
      ),
    JSON.stringify(rule),
  );
  return JSON.parse(text) as JsonObject;
}
