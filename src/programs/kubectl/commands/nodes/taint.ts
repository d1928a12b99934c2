/**
 * `kubectl taint`
 * Source: k8s.io/kubectl pkg/cmd/taint/taint.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { type Call, type Command, DRY_RUN, FIELD_MANAGER, PRINT, SELECTOR, VALIDATE } from "../../core/command.ts";
import { nameOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { dryRunSuffix, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { nodesOf } from "./cordon.ts";

export const taint: Command = {
  words: ["taint"],
  flags: [
    ...PRINT,
    SELECTOR,
    DRY_RUN,
    FIELD_MANAGER,
    VALIDATE,
    { name: "all", type: "bool" },
    { name: "overwrite", type: "bool" },
  ],
  *run(call) {
    const { args, client, session, flags } = call;
    const specs = args.slice(1).filter((arg) => /[:=-]/.test(arg) && (/:\w+-?$/.test(arg) || arg.endsWith("-")));
    const names = args.slice(1).filter((arg) => !specs.includes(arg));
    if (specs.length === 0) throw new Failure("error: at least one taint update is required");
    const nodes = flags.is("all") ? yield* allNodes(call) : yield* nodesOf(call, names);
    for (const node of nodes) {
      const before = taintsOf(node);
      let after = before;
      for (const spec of specs)
        after = changed(after, spec, { node: nameOf(node), isOverwriting: flags.is("overwrite") });
      const verb = specs.every((spec) => spec.endsWith("-"))
        ? "untainted"
        : after.length < before.length + specs.length && flags.is("overwrite")
          ? "modified"
          : "tainted";
      if (flags.text("dry-run") !== "client") {
        yield* client.json(`/api/v1/nodes/${nameOf(node)}`, {
          method: "PATCH",
          contentType: "application/merge-patch+json",
          query: writeQuery(call, "kubectl-taint"),
          body: { spec: { taints: after.length > 0 ? after : null } },
        });
      }
      session.print(`node/${nameOf(node)} ${verb}${dryRunSuffix(call)}\n`);
    }
    return 0;
  },
};

function* allNodes({ client }: Call): Steps<JsonObject[]> {
  const list = yield* client.json("/api/v1/nodes");
  return objectsIn(list["items"]);
}

function taintsOf(node: JsonObject): JsonObject[] {
  const { taints } = objectIn(node["spec"]);
  return objectsIn(taints);
}

/** `key=value:Effect` adds, `key:Effect-` and `key-` remove. */
function changed(
  taints: readonly JsonObject[],
  spec: string,
  { node, isOverwriting }: { node: string; isOverwriting: boolean },
): JsonObject[] {
  const isRemoval = spec.endsWith("-");
  const [pair = "", effect] = (isRemoval ? spec.slice(0, -1) : spec).split(":");
  const [key = "", value] = pair.split("=");
  const isSame = (one: JsonObject) => one["key"] === key && (effect === undefined || one["effect"] === effect);
  if (isRemoval) {
    if (!taints.some(isSame))
      throw new Failure(`error: taint ${JSON.stringify(effect ? `${key}:${effect}` : key)} not found`);
    return taints.filter((one) => !isSame(one));
  }
  if (!["NoSchedule", "PreferNoSchedule", "NoExecute"].includes(effect ?? "")) {
    throw new Failure(`error: invalid taint effect: ${effect ?? ""}, unsupported taint effect`);
  }
  if (taints.some(isSame) && !isOverwriting) {
    throw new Failure(`error: node ${node} already has ${key} taint(s) with same effect(s) and --overwrite is false`);
  }
  const added = { effect: effect ?? "", key, ...(value !== undefined && { value }) };
  return [...taints.filter((one) => !isSame(one)), added];
}
