/**
 * `kubectl cordon`, `uncordon`, `drain` and `taint`
 * Source: k8s.io/kubectl pkg/cmd/drain/drain.go, pkg/drain/filters.go, pkg/cmd/taint/taint.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { ServerError } from "../core/client.ts";
import { type Call, type Command, DRY_RUN, FIELD_MANAGER, PRINT, SELECTOR } from "../core/command.ts";
import { metadataOf, nameOf, namespaceOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { dryRunSuffix, writeQuery } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";

/** How often an evicted pod is looked for, and an eviction is tried again that a budget refused. */
const POLL_MS = 1_000;
const RETRY_MS = 5_000;

function* nodesOf(call: Call, args: readonly string[]): Steps<JsonObject[]> {
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

function specOf(object: JsonObject): JsonObject {
  return objectIn(object["spec"]);
}

/** Marks a node. Prints what happened. */
function* mark(call: Call, node: JsonObject, isUnschedulable: boolean): Steps<void> {
  const { session, client, flags } = call;
  const verb = isUnschedulable ? "cordoned" : "uncordoned";
  const name = nameOf(node);
  if ((specOf(node)["unschedulable"] === true) === isUnschedulable) {
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

const drain: Command = {
  words: ["drain"],
  flags: [
    SELECTOR,
    DRY_RUN,
    { name: "ignore-daemonsets", type: "bool" },
    { name: "delete-emptydir-data", type: "bool" },
    { name: "delete-local-data", type: "bool" },
    { name: "force", type: "bool" },
    { name: "grace-period", type: "int", default: "-1" },
    { name: "timeout", type: "duration", default: "0s", isUnwritten: true },
    { name: "disable-eviction", type: "bool", isUnwritten: true },
    { name: "pod-selector", type: "string" },
    { name: "skip-wait-for-delete-timeout", type: "int", isUnwritten: true },
    { name: "chunk-size", type: "int" },
  ],
  *run(call) {
    if (call.args.length === 0 && !call.flags.text("selector")) {
      throw new Failure("error: USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples");
    }
    const nodes = yield* nodesOf(call, call.args);
    for (const node of nodes) yield* mark(call, node, true);
    for (const node of nodes) yield* drainOne(call, nameOf(node));
    return 0;
  },
};

function* drainOne(call: Call, node: string): Steps<void> {
  const { client, session, flags } = call;
  const list = yield* client.json("/api/v1/pods", {
    query: { fieldSelector: `spec.nodeName=${node}`, labelSelector: flags.text("pod-selector") || undefined },
  });
  const pods = objectsIn(list["items"]);
  const verdicts = pods.map((pod) => ({ pod, ...verdictOf(call, pod) }));
  const refusals = Map.groupBy(
    verdicts.filter(({ error }) => error),
    ({ error }) => error!,
  );
  if (refusals.size > 0) {
    const texts = [...refusals].map(
      ([why, all]) => `cannot delete ${why}: ${all.map(({ pod }) => podName(pod)).join(", ")}`,
    );
    throw new Failure(
      `error: unable to drain node ${JSON.stringify(node)} due to error: ${texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`}, continuing command...\nThere are pending nodes to be drained:\n ${node}\n${texts.join("\n")}`,
    );
  }
  const warnings = Map.groupBy(
    verdicts.filter(({ warning }) => warning),
    ({ warning }) => warning!,
  );
  const texts = [...warnings].map(([why, all]) => `${why}: ${all.map(({ pod }) => podName(pod)).join(", ")}`);
  if (texts.length > 0) session.warn(`Warning: ${texts.join("; ")}\n`);
  for (const { pod } of verdicts.filter(({ isEvicted }) => isEvicted)) yield* evict(call, pod);
  session.print(`node/${node} drained${dryRunSuffix(call)}\n`);
}

function podName(pod: JsonObject): string {
  return `${namespaceOf(pod)}/${nameOf(pod)}`;
}

interface Verdict {
  isEvicted: boolean;
  error?: string;
  warning?: string;
}

function verdictOf({ flags }: Call, pod: JsonObject): Verdict {
  const metadata = metadataOf(pod);
  const annotations = objectIn(metadata["annotations"]);
  if ("kubernetes.io/config.mirror" in annotations) return { isEvicted: false };
  const owners = objectsIn(metadata["ownerReferences"]);
  const controller = owners.find((owner) => owner["controller"] === true);
  const phase = isJsonObject(pod["status"]) ? pod["status"]["phase"] : "";
  const isOver = phase === "Succeeded" || phase === "Failed";
  if (controller?.["kind"] === "DaemonSet" && !isOver) {
    return flags.is("ignore-daemonsets")
      ? { isEvicted: false, warning: "ignoring DaemonSet-managed Pods" }
      : {
          isEvicted: false,
          error: "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)".slice(
            "cannot delete ".length,
          ),
        };
  }
  const volumes = specOf(pod)["volumes"];
  const hasLocalData = Array.isArray(volumes) && volumes.filter(isJsonObject).some((volume) => "emptyDir" in volume);
  if (hasLocalData && !isOver && !flags.is("delete-emptydir-data") && !flags.is("delete-local-data")) {
    return { isEvicted: false, error: "Pods with local storage (use --delete-emptydir-data to override)" };
  }
  if (!controller && !isOver) {
    return flags.is("force")
      ? { isEvicted: true, warning: "deleting Pods that declare no controller" }
      : { isEvicted: false, error: "Pods that declare no controller (use --force to override)" };
  }
  return { isEvicted: true };
}

function* evict(call: Call, pod: JsonObject): Steps<void> {
  const { client, session, flags } = call;
  const path = `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}`;
  if (flags.text("dry-run") === "client") return;
  session.print(`evicting pod ${podName(pod)}\n`);
  const period = flags.int("grace-period");
  const deleteOptions = period >= 0 ? { deleteOptions: { gracePeriodSeconds: period } } : {};
  const metadata = { name: nameOf(pod), namespace: namespaceOf(pod) };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata, ...deleteOptions };
  for (;;) {
    try {
      yield* client.json(`${path}/eviction`, { method: "POST", body });
      break;
    } catch (error) {
      if (!(error instanceof ServerError) || error.reason === "NotFound") return;
      if (error.reason !== "TooManyRequests") throw error;
      session.warn(
        `error when evicting pods/${JSON.stringify(nameOf(pod))} -n ${JSON.stringify(namespaceOf(pod))} (will retry after 5s): ${error.statusMessage}\n`,
      );
      yield { type: "sleep", ms: RETRY_MS };
    }
  }
  for (;;) {
    const now = yield* client.fetch(path);
    const uid = isJsonObject(now.json) ? metadataOf(now.json)["uid"] : undefined;
    if (now.status === 404 || uid !== metadataOf(pod)["uid"]) break;
    yield { type: "sleep", ms: POLL_MS };
  }
  session.print(`pod/${nameOf(pod)} evicted\n`);
}

const taint: Command = {
  words: ["taint"],
  flags: [
    ...PRINT,
    SELECTOR,
    DRY_RUN,
    FIELD_MANAGER,
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
  const { taints } = specOf(node);
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

export const nodeCommands: readonly Command[] = [marking("cordon", true), marking("uncordon", false), drain, taint];
