/**
 * `kubectl cordon` and `kubectl uncordon`
 * Source: k8s.io/kubectl pkg/cmd/drain/drain.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { type Call, type Command, DRY_RUN, SELECTOR } from "../../core/command.ts";
import { nameOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { dryRunSuffix, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";

/** The nodes of the arguments, or the nodes that `--selector` chooses. Throws Failure. */
export function* nodesOf(call: Call, args: readonly string[]): Steps<JsonObject[]> {
  const { client, flags } = call;
  if (flags.text("selector")) {
    const list = yield* client.json("/api/v1/nodes", { query: { labelSelector: flags.text("selector") } });
    return objectsIn(list["items"]);
  }
  const nodes: JsonObject[] = [];
  for (const name of args)
    nodes.push(yield* client.json(`/api/v1/nodes/${encodeURIComponent(name.replace(/^nodes?\//, ""))}`));
  return nodes;
}

/** Marks a node. Prints what happened. */
export function* mark(call: Call, node: JsonObject, isUnschedulable: boolean): Steps<void> {
  const { session, client, flags } = call;
  const verb = isUnschedulable ? "cordoned" : "uncordoned";
  const name = nameOf(node);
  if ((objectIn(node["spec"])["unschedulable"] === true) === isUnschedulable) {
    session.print(`node/${name} already ${verb}${dryRunSuffix(call)}\n`);
    return;
  }
  if (flags.text("dry-run") !== "client") {
    yield* client.json(`/api/v1/nodes/${name}`, {
      method: "PATCH",
      contentType: "application/strategic-merge-patch+json",
      query: writeQuery(call, `kubectl-${isUnschedulable ? "cordon" : "uncordon"}`),
      body: { spec: { unschedulable: isUnschedulable ? true : null } },
    });
  }
  session.print(`node/${name} ${verb}${dryRunSuffix(call)}\n`);
}

function marking(word: string, isUnschedulable: boolean): Command {
  return {
    words: [word],
    flags: [SELECTOR, DRY_RUN],
    *run(call) {
      if (call.args.length === 0 && !call.flags.text("selector")) {
        throw new Failure(`error: USAGE: ${word} NODE [flags]\nSee 'kubectl ${word} -h' for help and examples`);
      }
      for (const node of yield* nodesOf(call, call.args)) yield* mark(call, node, isUnschedulable);
      return 0;
    },
  };
}

/** `kubectl cordon`, `kubectl uncordon` */
export const markCommands: readonly Command[] = [marking("cordon", true), marking("uncordon", false)];
