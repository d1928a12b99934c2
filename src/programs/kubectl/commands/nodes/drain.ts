/**
 * `kubectl drain`
 * Source: k8s.io/kubectl pkg/cmd/drain/drain.go
 */
import { type Call, type Command, DRY_RUN, SELECTOR } from "../../core/command.ts";
import { nameOf } from "../../core/objects.ts";
import { dryRunSuffix } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { mark, nodesOf } from "./cordon.ts";
import { podName, podsToEvict } from "./drain-filters.ts";
import { removePods } from "./evictions.ts";

export const drain: Command = {
  words: ["drain"],
  flags: [
    SELECTOR,
    DRY_RUN,
    { name: "ignore-daemonsets", type: "bool" },
    { name: "delete-emptydir-data", type: "bool" },
    { name: "delete-local-data", type: "bool" },
    { name: "force", type: "bool" },
    { name: "grace-period", type: "int", default: "-1" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "disable-eviction", type: "bool" },
    { name: "pod-selector", type: "string" },
    { name: "skip-wait-for-delete-timeout", type: "int", default: "0" },
    { name: "chunk-size", type: "int" },
  ],
  *run(call) {
    const { args, flags, session } = call;
    const hint = "\nSee 'kubectl drain -h' for help and examples";
    if (args.length === 0 && !flags.has("selector")) throw new Failure(`error: USAGE: drain NODE [flags]${hint}`);
    if (args.length > 0 && flags.text("selector")) {
      throw new Failure(`error: error: cannot specify both a node name and a --selector option${hint}`);
    }
    const nodes = yield* nodesOf(call, args);
    for (const node of nodes) yield* mark(call, node, true);
    const failures: { node: string; errors: string[] }[] = [];
    for (const node of nodes.map(nameOf)) {
      const errors = yield* drainOne(call, node);
      if (errors.length === 0) {
        session.print(`node/${node} drained${dryRunSuffix(call)}\n`);
        continue;
      }
      const subject = `unable to drain node ${JSON.stringify(node)}`;
      session.warn(`error: ${subject} due to error: ${aggregate(errors)}, continuing command...\n`);
      failures.push({ node, errors });
    }
    if (failures.length === 0) return 0;
    session.warn(`There are pending nodes to be drained:\n${failures.map(({ node }) => ` ${node}\n`).join("")}`);
    const [only, ...more] = failures;
    throw new Failure((more.length === 0 ? only!.errors : failures.map(({ errors }) => aggregate(errors))).join("\n"));
  },
};

/** Several errors as one text. Source: k8s.io/apimachinery pkg/util/errors (`Aggregate`) */
function aggregate(errors: readonly string[]): string {
  const all = [...new Set(errors)];
  return all.length === 1 ? all[0]! : `[${all.join(", ")}]`;
}

/** Returns why the node was not drained; empty: it was. */
function* drainOne(call: Call, node: string): Steps<string[]> {
  const { session, flags } = call;
  const { pods, warnings, errors } = yield* podsToEvict(call, node);
  if (errors.length > 0) return errors;
  if (warnings !== "") session.warn(`Warning: ${warnings}\n`);
  if (flags.text("dry-run") === "client") {
    for (const pod of pods) session.print(`evicting pod ${podName(pod)} (dry run)\n`);
    return [];
  }
  const failures = yield* removePods(call, pods);
  if (failures.length === 0) return [];
  const left = yield* podsToEvict(call, node);
  if (left.pods.length > 0) {
    const names = left.pods.map((pod) => `pod/${nameOf(pod)}\n`).join("");
    session.warn(
      `There are pending pods in node ${JSON.stringify(node)} when an error occurred: ${aggregate(failures)}\n${names}`,
    );
  }
  return failures;
}
