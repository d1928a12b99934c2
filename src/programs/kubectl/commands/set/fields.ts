/**
 * `kubectl set selector`, `set serviceaccount` and `set subject`
 * Source: k8s.io/kubectl pkg/cmd/set/set_selector.go, set_serviceaccount.go, set_subject.go
 */
import { isJsonObject, type JsonObject } from "../../../../lib/json.ts";
import type { Command } from "../../core/command.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";
import { SET_FLAGS, setObjects, withPodSpec } from "./pod-spec.ts";

const RBAC = "rbac.authorization.k8s.io";

const selector: Command = {
  words: ["set", "selector"],
  flags: [...SET_FLAGS, { name: "resource-version", type: "string" }],
  *run(call) {
    const pairs = call.args.at(-1);
    if (pairs === undefined) throw new Failure("error: one selector is required");
    const labels = Object.fromEntries(pairs.split(",").map((pair) => pair.split(/==?(.*)/s) as [string, string]));
    return yield* setObjects(call, {
      args: call.args.slice(0, -1),
      verb: "selector updated",
      printsSame: true,
      resourceVersion: call.flags.text("resource-version"),
      change({ live, resource }) {
        if (resource.kind !== "Service") throw new Failure("error: setting a selector is only supported for Services");
        return { ...live, spec: { ...objectIn(live["spec"]), selector: labels } };
      },
    });
  },
};

const serviceAccount: Command = {
  words: ["set", "serviceaccount"],
  aliases: ["sa"],
  flags: SET_FLAGS,
  *run(call) {
    const name = call.args.at(-1);
    if (name === undefined) throw new Failure("error: serviceaccount is required");
    return yield* setObjects(call, {
      args: call.args.slice(0, -1),
      verb: "serviceaccount updated",
      printsSame: true,
      failure: "failed to patch ServiceAccountName",
      change: (selected) =>
        withPodSpec(selected, (spec) => ({
          ...spec,
          ...("serviceAccount" in spec && { serviceAccount: name }),
          serviceAccountName: name,
        })),
    });
  },
};

const subject: Command = {
  words: ["set", "subject"],
  flags: [
    ...SET_FLAGS,
    { name: "user", type: "array" },
    { name: "group", type: "array" },
    { name: "serviceaccount", type: "array" },
  ],
  *run(call) {
    const { flags, target } = call;
    const named = (kind: string, names: readonly string[]): JsonObject[] =>
      [...new Set(names)].sort().map((name) => ({ apiGroup: RBAC, kind, name }));
    const accounts = flags.list("serviceaccount").map((account): JsonObject => {
      const [namespace, name] = account.split(":");
      if (!name) throw new Failure("error: serviceaccount must be <namespace>:<name>");
      return { kind: "ServiceAccount", name, namespace: namespace || target.namespace };
    });
    const added = [...named("User", flags.list("user")), ...named("Group", flags.list("group")), ...accounts];
    if (added.length === 0) {
      throw new Failure("error: you must specify at least one value of user, group or serviceaccount");
    }
    return yield* setObjects(call, {
      args: call.args,
      verb: "subjects updated",
      failure: "failed to patch subjects to rolebinding:",
      change({ live, resource }) {
        if (!/^(Cluster)?RoleBinding$/.test(resource.kind)) {
          throw new Failure("error: setting subjects is only supported for RoleBinding/ClusterRoleBinding");
        }
        const present = objectsIn(live["subjects"]);
        const isThere = (one: JsonObject) =>
          present.some((old) => ["kind", "name", "namespace"].every((field) => old[field] === one[field]));
        return { ...live, subjects: [...present, ...added.filter((one) => isJsonObject(one) && !isThere(one))] };
      },
    });
  },
};

export const fieldCommands: readonly Command[] = [selector, serviceAccount, subject];
