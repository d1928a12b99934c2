/**
 * `kubectl apply --prune`: deletes applied objects that the manifests no longer have.
 * Source: k8s.io/kubectl pkg/cmd/apply/prune.go, pkg/util/prune/prune.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import type { Call } from "../../core/command.ts";
import { pathOf, type Resource, type Resources, shownName } from "../../core/discovery.ts";
import { lastAppliedText } from "../../core/last-applied.ts";
import { warningHead } from "../../core/log-lines.ts";
import { metadataOf, nameOf, namespaceOf } from "../../core/objects.ts";
import { objectsIn } from "../../core/parts.ts";
import { dryRunSuffix } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";

/** Types that are pruned without `--prune-allowlist`. */
const PRUNED = [
  ..."ConfigMap Endpoints PersistentVolumeClaim Pod ReplicationController Secret Service"
    .split(" ")
    .map((kind) => `core/v1/${kind}`),
  "batch/v1/Job",
  "batch/v1/CronJob",
  "networking.k8s.io/v1/Ingress",
  ..."DaemonSet Deployment ReplicaSet StatefulSet".split(" ").map((kind) => `apps/v1/${kind}`),
  "core/v1/Namespace",
  "core/v1/PersistentVolume",
];

/** Throws Failure for flags of `--prune` that do not fit together. */
export function checkPrune({ flags }: Call): void {
  if (!flags.is("prune")) return;
  if (flags.is("force")) throw new Failure("error: --force cannot be used with --prune");
  if (!flags.is("all") && flags.text("selector") === "") {
    throw new Failure(
      "error: all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
  }
  if (flags.is("server-side")) {
    throw new Failure("error: --prune is in alpha and doesn't currently work on objects created by server-side apply");
  }
}

/** The types of `--prune-allowlist`. Throws Failure. */
export function prunedResources({ flags }: Call, resources: Resources): Resource[] {
  const given = flags.list("prune-allowlist");
  return (given.length > 0 ? given : PRUNED).map((text) => {
    const [group = "", version, kind, ...rest] = text.split("/");
    if (version === undefined || kind === undefined || rest.length > 0) {
      throw new Failure(`error: invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    }
    const apiVersion = group === "core" || group === "" ? version : `${group}/${version}`;
    const found = resources.ofObject(apiVersion, kind);
    if (!found)
      throw new Failure(`error: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
    return found;
  });
}

/** Deletes the objects of these types that were applied before, but not now. Throws Failure. */
export function* prune(call: Call, types: readonly Resource[], applied: readonly JsonObject[]): Steps<void> {
  const visited = new Set(applied.map((object) => metadataOf(object)["uid"]));
  if (call.flags.list("prune-allowlist").length === 0) {
    call.session.warn(
      `${warningHead(call.session.nowMs, "prune.go:71")} Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n`,
    );
  }
  const namespaces = [...new Set(applied.map(namespaceOf))].filter((namespace) => namespace !== "");
  for (const namespace of namespaces) {
    for (const type of types.filter(({ isNamespaced }) => isNamespaced)) yield* pruneIn(call, type, namespace, visited);
  }
  for (const type of types.filter(({ isNamespaced }) => !isNamespaced)) yield* pruneIn(call, type, "", visited);
}

function* pruneIn(call: Call, type: Resource, namespace: string, visited: ReadonlySet<unknown>): Steps<void> {
  const { flags, client, session } = call;
  const query = { labelSelector: flags.text("selector") || undefined };
  const { items } = yield* client.json(pathOf(type, namespace), { query });
  for (const object of objectsIn(items)) {
    if (lastAppliedText(object) === undefined || visited.has(metadataOf(object)["uid"])) continue;
    if (flags.text("dry-run") !== "client") {
      yield* client.json(pathOf(type, namespace, nameOf(object)), { method: "DELETE", body: deleteOptions(call) });
    }
    const shown = shownName(type, nameOf(object));
    session.print(flags.text("output") === "name" ? `${shown}\n` : `${shown} pruned${dryRunSuffix(call)}\n`);
  }
}

/** As `--cascade`, `--grace-period` and `--dry-run` say. */
export function deleteOptions({ flags }: Call): JsonObject {
  const period = flags.int("grace-period");
  const policies: Record<string, string> = { background: "Background", foreground: "Foreground", orphan: "Orphan" };
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...(period >= 0 && { gracePeriodSeconds: period }),
    propagationPolicy: policies[flags.text("cascade")] ?? "Background",
    ...(flags.text("dry-run") === "server" && { dryRun: ["All"] }),
  };
}
