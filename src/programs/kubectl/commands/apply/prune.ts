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
  if (call.flags.list("prune-allowlist").length === 0) {
    call.session.warn(
      `${warningHead(call.session.nowMs, "prune.go:71")} Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n`,
    );
  }
  for (const { type, object } of yield* prunedObjects(call, types, applied)) {
    if (call.flags.text("dry-run") !== "client") {
      const path = pathOf(type, namespaceOf(object), nameOf(object));
      yield* call.client.json(path, { method: "DELETE", body: deleteOptions(call) });
    }
    const shown = shownName(type, nameOf(object));
    const isName = call.flags.text("output") === "name";
    call.session.print(isName ? `${shown}\n` : `${shown} pruned${dryRunSuffix(call)}\n`);
  }
}

/** The objects of these types that were applied before, but are not among the applied ones. Throws Failure. */
export function* prunedObjects(
  call: Call,
  types: readonly Resource[],
  applied: readonly JsonObject[],
): Steps<{ type: Resource; object: JsonObject }[]> {
  const visited = new Set(applied.map((object) => metadataOf(object)["uid"]));
  const namespaces = [...new Set(applied.map(namespaceOf))].filter((namespace) => namespace !== "");
  const [inNamespaces, others] = [
    types.filter((type) => type.isNamespaced),
    types.filter((type) => !type.isNamespaced),
  ];
  const collections = [
    ...namespaces.flatMap((namespace) => inNamespaces.map((type) => ({ type, namespace }))),
    ...others.map((type) => ({ type, namespace: "" })),
  ];
  const pruned: { type: Resource; object: JsonObject }[] = [];
  for (const { type, namespace } of collections) {
    const query = { labelSelector: call.flags.text("selector") || undefined };
    const { items, apiVersion, kind } = yield* call.client.json(pathOf(type, namespace), { query });
    for (const item of objectsIn(items)) {
      if (lastAppliedText(item) === undefined || visited.has(metadataOf(item)["uid"])) continue;
      const object = { apiVersion: apiVersion ?? "", kind: String(kind).replace(/List$/, ""), ...item };
      pruned.push({ type, object });
    }
  }
  return pruned;
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
