/**
 * `kubectl set env`
 * Source: k8s.io/kubectl pkg/cmd/set/set_env.go, pkg/cmd/set/env
 */
import type { JsonObject } from "../../../../lib/json.ts";
import type { Call, Command } from "../../core/command.ts";
import { pathOf } from "../../core/discovery.ts";
import { namedBy, nameOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { forEachObject, type Selected } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { resolvedLines, sourceText } from "./env-values.ts";
import { isSelected, mapContainers, SET_FLAGS, setObjects, splitPairs, withPodSpec } from "./pod-spec.ts";

interface Wanted {
  set: readonly JsonObject[];
  removed: readonly string[];
}

export const setEnv: Command = {
  words: ["set", "env"],
  flags: [
    ...SET_FLAGS,
    { name: "containers", short: "c", type: "string", default: "*" },
    { name: "list", type: "bool" },
    { name: "resolve", type: "bool" },
    { name: "env", short: "e", type: "array" },
    { name: "from", type: "string" },
    { name: "keys", type: "list" },
    { name: "prefix", type: "string" },
    { name: "overwrite", type: "bool", default: "true" },
  ],
  *run(call) {
    const { flags } = call;
    if (flags.is("list") && flags.text("output") !== "") {
      throw new Failure("error: --list and --output may not be specified together");
    }
    const { names, pairs } = splitPairs(call.args);
    if (names.length === 0 && !flags.has("filename")) {
      throw new Failure("error: one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    if (flags.has("keys") && !flags.text("from")) {
      throw new Failure("error: when specifying --keys, a configmap or secret must be provided with --from");
    }
    const wanted = wantedOf([...flags.list("env"), ...pairs]);
    const set = [...wanted.set, ...(yield* fromObject(call))].map((one) => ({
      ...one,
      name: `${flags.text("prefix")}${String(one["name"])}`,
    }));
    const change = (selected: Selected) => changed(call, selected, { set, removed: wanted.removed });
    if (!flags.is("list")) return yield* setObjects(call, { args: names, verb: "env updated", change });
    return yield* forEachObject(call, { args: names }, (selected) =>
      list(call, { ...selected, live: change(selected) }),
    );
  },
};

/** `--list`: prints the variables of each container. Throws Failure if one cannot be resolved. */
function* list(call: Call, selected: Selected): Steps<void> {
  const { flags, session } = call;
  const containers: JsonObject[] = [];
  withPodSpec(selected, (spec) => {
    for (const one of [...objectsIn(spec["containers"]), ...objectsIn(spec["initContainers"])]) {
      if (isSelected(flags.text("containers"), one["name"])) containers.push(one);
    }
    return spec;
  });
  let hasFailed = false;
  for (const container of containers) {
    session.print(`# ${selected.resource.kind} ${selected.name}, container ${String(container["name"])}\n`);
    if (flags.is("resolve")) {
      const { lines, problems } = yield* resolvedLines(call, selected.live, container);
      session.print(lines.join(""));
      session.warn(problems.join(""));
      hasFailed ||= problems.length > 0;
    } else {
      session.print(objectsIn(container["env"]).map(lineOf).join(""));
    }
  }
  if (hasFailed) throw new Failure("error: failed to retrieve valueFrom references");
}

function lineOf({ name, value, valueFrom }: JsonObject): string {
  if (valueFrom === undefined) return `${String(name)}=${String(value ?? "")}\n`;
  return `# ${String(name)} from ${sourceText(objectIn(valueFrom))}\n`;
}

function wantedOf(specs: readonly string[]): Wanted {
  const set: JsonObject[] = [];
  const removed: string[] = [];
  for (const spec of specs) {
    const equals = spec.indexOf("=");
    if (equals >= 0) set.push({ name: spec.slice(0, equals), value: spec.slice(equals + 1) });
    else if (spec.endsWith("-")) removed.push(spec.slice(0, -1));
    else throw new Failure(`error: unknown environment variable: ${spec}`);
  }
  return { set, removed };
}

/** Variables of the keys of a ConfigMap or Secret. */
function* fromObject(call: Call): Steps<JsonObject[]> {
  const { flags, client, target, session } = call;
  if (!flags.text("from")) return [];
  const [named] = yield* namedBy(call, [flags.text("from")]);
  if (!named) return [];
  const source = yield* client.json(pathOf(named.resource, target.namespace, named.name));
  const fields: Readonly<Record<string, string>> = { ConfigMap: "configMapKeyRef", Secret: "secretKeyRef" };
  const field = fields[named.resource.kind];
  if (field === undefined) throw new Failure("error: unsupported resource specified in --from");
  const keys = Object.keys(objectIn(source["data"])).filter(
    (key) => !flags.has("keys") || flags.list("keys").includes(key),
  );
  return keys.map((key) => {
    const name = key.replaceAll(/[^a-zA-Z0-9_]/g, "_").toUpperCase();
    if (name !== key) session.warn(`Warning: key ${key} transferred to ${name}\n`);
    return { name, valueFrom: { [field]: { key, name: nameOf(source) } } };
  });
}

function changed(call: Call, selected: Selected, { set, removed }: Wanted): JsonObject {
  const { flags, session } = call;
  let found = 0;
  const object = withPodSpec(selected, (spec) =>
    mapContainers(spec, (container) => {
      if (!isSelected(flags.text("containers"), container["name"])) return container;
      found++;
      const before = objectsIn(container["env"]);
      if (!flags.is("overwrite")) refuseOverwrite(before, set);
      const env = updated(before, { set, removed });
      const { env: _, ...rest } = container;
      return env.length > 0 ? { ...rest, env } : rest;
    }),
  );
  if (found === 0) {
    const name = `${selected.resource.kind}/${selected.name}`;
    session.warn(
      `Warning: ${name} does not have any containers matching ${JSON.stringify(flags.text("containers"))}\n`,
    );
  }
  return object;
}

function refuseOverwrite(before: readonly JsonObject[], set: readonly JsonObject[]): void {
  const taken = set.find(({ name }) => before.some((one) => one["name"] === name));
  if (!taken) return;
  const value = before.find((one) => one["name"] === taken["name"])?.["value"] ?? "";
  throw new Failure(
    `error: '${String(taken["name"])}' already has a value (${String(value)}), and --overwrite is false`,
  );
}

function updated(before: readonly JsonObject[], { set, removed }: Wanted): JsonObject[] {
  const env = before
    .filter(({ name }) => !removed.includes(String(name)))
    .map((one) => set.findLast(({ name }) => name === one["name"]) ?? one);
  return [...env, ...set.filter(({ name }) => !env.some((one) => one["name"] === name))];
}
