/**
 * `kubectl set image` and `kubectl set env`
 * Source: k8s.io/kubectl pkg/cmd/set
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type Call, type Command, DRY_RUN, FIELD_MANAGER, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, shownName } from "../core/discovery.ts";
import { objectsIn } from "../core/parts.ts";
import { dryRunSuffix, type Selected, selectObjects, writeQuery } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { objectPrinter } from "../printers/print.ts";

const FLAGS = [
  ...FILES,
  ...PRINT,
  SELECTOR,
  DRY_RUN,
  FIELD_MANAGER,
  { name: "all", type: "bool" },
  { name: "local", type: "bool", isUnwritten: true },
] as const;

/** The pod's spec within an object, and the fields that lead to it. */
function podSpecOf(live: JsonObject): { path: readonly string[]; spec: JsonObject } | undefined {
  const paths =
    live["kind"] === "Pod"
      ? [["spec"]]
      : [
          ["spec", "template", "spec"],
          ["spec", "jobTemplate", "spec", "template", "spec"],
        ];
  for (const path of paths) {
    const spec = path.reduce<JsonValue | undefined>(
      (value, field) => (isJsonObject(value) ? value[field] : undefined),
      live,
    );
    if (isJsonObject(spec) && Array.isArray(spec["containers"])) return { path, spec };
  }
  return undefined;
}

function containersIn(spec: JsonObject, list: string): JsonObject[] {
  const containers = spec[list];
  return objectsIn(containers);
}

/** The patch of a pod's spec, placed where the spec is. */
function placed(path: readonly string[], spec: JsonObject): JsonObject {
  return path.reduceRight<JsonObject>((inner, field) => ({ [field]: inner }), spec);
}

function* patchAndPrint(
  call: Call,
  { resource, name, namespace, live }: Selected,
  patch: JsonObject,
  verb: string,
): Steps<void> {
  const { session, flags, client } = call;
  let result = live;
  if (flags.text("dry-run") !== "client") {
    result = yield* client.json(pathOf(resource, namespace, name), {
      method: "PATCH",
      contentType: "application/strategic-merge-patch+json",
      query: writeQuery(call, "kubectl-set"),
      body: patch,
    });
  }
  const print = objectPrinter(flags, session);
  if (print) session.print(print(result));
  else if (flags.text("output") === "name") session.print(`${shownName(resource, name)}\n`);
  else session.print(`${shownName(resource, name)} ${verb}${dryRunSuffix(call)}\n`);
}

/** Splits the arguments into names of objects and `key=value` pairs. */
function split(args: readonly string[]): { names: readonly string[]; pairs: readonly string[] } {
  const isPair = (arg: string) => arg.includes("=") || arg.endsWith("-");
  return { names: args.filter((arg) => !isPair(arg)), pairs: args.filter(isPair) };
}

const image: Command = {
  words: ["set", "image"],
  flags: FLAGS,
  *run(call) {
    const { names, pairs } = split(call.args);
    if (names.length === 0)
      throw new Failure("error: one or more resources must be specified as <resource> <name> or <resource>/<name>");
    if (pairs.length === 0) throw new Failure("error: at least one image update is required");
    const wanted = pairs.map((pair) => pair.split(/=(.*)/s) as [string, string]);
    for (const selected of yield* selectObjects(call, { args: names })) {
      const found = podSpecOf(selected.live);
      if (!found) throw new Failure(`error: the object ${selected.name} has no pod template`);
      const patch: JsonObject = {};
      let isSame = true;
      for (const list of ["initContainers", "containers"]) {
        const changed = containersIn(found.spec, list).flatMap((container) => {
          const [, to] = wanted.find(([name]) => name === "*" || name === container["name"]) ?? [];
          if (to === undefined || container["image"] === to) return [];
          isSame = false;
          return [{ name: container["name"] ?? "", image: to }];
        });
        if (changed.length > 0) patch[list] = changed;
      }
      const all = ["initContainers", "containers"]
        .flatMap((list) => containersIn(found.spec, list))
        .map((one) => one["name"]);
      const [missing] = wanted.find(([name]) => name !== "*" && !all.includes(name)) ?? [];
      if (missing !== undefined) throw new Failure(`error: unable to find container named ${JSON.stringify(missing)}`);
      if (!isSame) yield* patchAndPrint(call, selected, placed(found.path, patch), "image updated");
    }
    return 0;
  },
};

const env: Command = {
  words: ["set", "env"],
  flags: [
    ...FLAGS,
    { name: "containers", short: "c", type: "string", default: "*" },
    { name: "list", type: "bool" },
    { name: "env", short: "e", type: "array" },
    { name: "overwrite", type: "bool", default: "true" },
  ],
  *run(call) {
    const { flags, session } = call;
    const { names, pairs } = split(call.args);
    const wanted = [...pairs, ...flags.list("env")];
    for (const selected of yield* selectObjects(call, { args: names })) {
      const found = podSpecOf(selected.live);
      if (!found) throw new Failure(`error: the object ${selected.name} has no pod template`);
      const chosen = containersIn(found.spec, "containers").filter(
        ({ name }) => flags.text("containers") === "*" || name === flags.text("containers"),
      );
      if (flags.is("list")) {
        for (const container of chosen)
          session.print(
            `# ${selected.resource.kind} ${selected.name}, container ${String(container["name"])}\n${listed(container)}`,
          );
        continue;
      }
      const entries = wanted.map((pair) => {
        const [name = "", value] = pair.split(/=(.*)/s);
        return value === undefined ? { $patch: "delete", name: name.replace(/-$/, "") } : { name, value };
      });
      const containers = chosen.map(({ name }) => ({ name: name ?? "", env: entries }));
      yield* patchAndPrint(call, selected, placed(found.path, { containers }), "env updated");
    }
    return 0;
  },
};

function listed({ env: variables }: JsonObject): string {
  const all = objectsIn(variables);
  return all.map(({ name, value }) => `${String(name)}=${String(value ?? "")}\n`).join("");
}

export const setCommands: readonly Command[] = [image, env];
