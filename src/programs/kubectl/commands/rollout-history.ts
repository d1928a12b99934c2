/**
 * `kubectl rollout history` and `kubectl rollout undo`
 * Source: k8s.io/kubectl pkg/polymorphichelpers/history.go, rollback.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { type Call, type Command, DRY_RUN, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, shownName } from "../core/discovery.ts";
import { strategicMerge } from "../core/local-patch.ts";
import { metadataOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { dryRunSuffix, forEachObject, type Selected } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { writePodTemplate } from "../describe/pod-template.ts";
import { Writer } from "../describe/writer.ts";
import { objectPrinter } from "../printers/print.ts";
import { alignTabs } from "../printers/tabwriter.ts";
import { requireResource } from "./rollout.ts";

const REVISION = "deployment.kubernetes.io/revision";
const CHANGE_CAUSE = "kubernetes.io/change-cause";
const HASH = "pod-template-hash";
/** Annotations of a Deployment that a rollback keeps. */
const KEPT = [
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
];

interface Revision {
  number: number;
  /** The ReplicaSet or ControllerRevision. */
  record: JsonObject;
  template: JsonObject;
}

/** How the revisions of a kind are kept. */
interface Keeper {
  revisions(call: Call, selected: Selected): Steps<Revision[]>;
  /** The patch that brings an object back. */
  patch(selected: Selected, revision: Revision): { contentType: string; body: JsonObject | JsonObject[] };
}

function annotationsOf(object: JsonObject): JsonObject {
  return objectIn(metadataOf(object)["annotations"]);
}

function* ownedBy(call: Call, { live, namespace }: Selected, collection: string): Steps<JsonObject[]> {
  const labels = objectIn(objectIn(objectIn(live["spec"])["selector"])["matchLabels"]);
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(",");
  const list = yield* call.client.json(`/apis/apps/v1/namespaces/${namespace}/${collection}`, {
    query: { labelSelector: labelSelector || undefined },
  });
  const { uid } = metadataOf(live);
  const isOwned = (one: JsonObject) =>
    objectsIn(metadataOf(one)["ownerReferences"]).some((owner) => owner["uid"] === uid);
  return objectsIn(list["items"]).filter(isOwned);
}

const replicaSets: Keeper = {
  *revisions(call, selected) {
    const sets = yield* ownedBy(call, selected, "replicasets");
    return sets
      .filter((set) => REVISION in annotationsOf(set))
      .map((set) => ({
        number: Number(annotationsOf(set)[REVISION]),
        record: { apiVersion: "apps/v1", kind: "ReplicaSet", ...set },
        template: objectIn(objectIn(set["spec"])["template"]),
      }));
  },
  patch({ live }, { record, template }) {
    const own = annotationsOf(live);
    const kept = Object.entries(own).filter(([key]) => KEPT.includes(key));
    const restored = Object.entries(annotationsOf(record)).filter(([key]) => !KEPT.includes(key));
    return {
      contentType: "application/json-patch+json",
      body: [
        { op: "replace", path: "/spec/template", value: withoutHash(template) },
        { op: "replace", path: "/metadata/annotations", value: Object.fromEntries([...kept, ...restored]) },
      ],
    };
  },
};

const controllerRevisions: Keeper = {
  *revisions(call, selected) {
    const records = yield* ownedBy(call, selected, "controllerrevisions");
    return records.map((record) => ({
      number: Number(record["revision"] ?? 0),
      record: { apiVersion: "apps/v1", kind: "ControllerRevision", ...record },
      template: objectIn(objectIn(strategicMerge(selected.live, objectIn(record["data"]))["spec"])["template"]),
    }));
  },
  patch: (_selected, { record }) => ({
    contentType: "application/strategic-merge-patch+json",
    body: objectIn(record["data"]),
  }),
};

const KEEPERS: Readonly<Record<string, Keeper>> = {
  DaemonSet: controllerRevisions,
  Deployment: replicaSets,
  StatefulSet: controllerRevisions,
};

/** Workloads without revisions; kubectl refuses them in other words than other kinds. Source: pkg/apps/kind_visitor.go */
const OTHER_WORKLOADS = new Set(["CronJob.batch", "Job.batch", "Pod", "ReplicaSet.apps", "ReplicationController"]);

function keeperOf({ resource }: Selected, role: "history viewer" | "rollbacker"): Keeper {
  const keeper = KEEPERS[resource.kind];
  const kind = resource.group === "" ? resource.kind : `${resource.kind}.${resource.group}`;
  if (keeper) return keeper;
  if (OTHER_WORKLOADS.has(kind))
    throw new Failure(`error: no ${role} has been implemented for ${JSON.stringify(kind)}`);
  const wanted = role === "history viewer" ? "history" : role;
  throw new Failure(
    `error: error retrieving ${wanted} for ${JSON.stringify(kind)}, no visitor method exists for {${resource.group} ${resource.kind}}`,
  );
}

function withoutHash(template: JsonObject): JsonObject {
  const metadata = objectIn(template["metadata"]);
  const { [HASH]: _, ...labels } = objectIn(metadata["labels"]);
  return { ...template, metadata: { ...metadata, labels } };
}

/** The description of a template, with its tabs. */
function templateText(template: JsonObject): string {
  const parts: string[] = [];
  writePodTemplate(new Writer(parts), template);
  return parts.join("");
}

const history: Command = {
  words: ["rollout", "history"],
  flags: [...FILES, ...PRINT, SELECTOR, { name: "revision", type: "int", default: "0" }],
  *run(call) {
    const { session, flags } = call;
    requireResource(call);
    const wanted = flags.int("revision");
    if (wanted < 0) throw new Failure(`error: revision must be a positive integer: ${wanted}`);
    return yield* forEachObject(call, { args: call.args, takesAll: true }, function* (selected) {
      const keeper = keeperOf(selected, "history viewer");
      const revisions = (yield* keeper.revisions(call, selected)).sort((a, b) => a.number - b.number);
      const one = revisions.find(({ number }) => number === wanted);
      if (wanted > 0 && !one) throw new Failure("error: unable to find the specified revision");
      const print = objectPrinter(flags, session);
      if (print) {
        for (const { record } of one ? [one] : revisions) session.print(print(record));
        return;
      }
      const name = shownName(selected.resource, selected.name);
      if (flags.text("output") === "name") session.print(`${name}\n`);
      else if (one) session.print(`${name} with revision #${wanted}\n${templateText(withCause(one))}\n`);
      else session.print(`${name} \n${listed(revisions)}\n`);
    });
  },
};

function causeOf({ record }: Revision): string {
  return String(annotationsOf(record)[CHANGE_CAUSE] ?? "");
}

/** The template says why its revision was made. */
function withCause(revision: Revision): JsonObject {
  const cause = causeOf(revision);
  if (cause === "") return revision.template;
  const metadata = objectIn(revision.template["metadata"]);
  const annotations = { ...objectIn(metadata["annotations"]), [CHANGE_CAUSE]: cause };
  return { ...revision.template, metadata: { ...metadata, annotations } };
}

function listed(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return "No rollout history found.";
  const rows = revisions.map((revision) => `${revision.number}\t${causeOf(revision) || "<none>"}\n`);
  return alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join("")}`);
}

const undo: Command = {
  words: ["rollout", "undo"],
  flags: [...FILES, ...PRINT, SELECTOR, DRY_RUN, { name: "to-revision", type: "int", default: "0" }],
  *run(call) {
    const { session, flags, client } = call;
    requireResource(call);
    const wanted = flags.int("to-revision");
    return yield* forEachObject(call, { args: call.args, takesAll: true }, function* (selected) {
      const { resource, name, namespace, live } = selected;
      const keeper = keeperOf(selected, "rollbacker");
      const revision = chosen(yield* keeper.revisions(call, selected), wanted, selected);
      let text = "rolled back";
      if (flags.text("dry-run") === "client") text = templateText(revision.template);
      else if (resource.kind === "Deployment" && objectIn(live["spec"])["paused"] === true) {
        throw new Failure(
          "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
        );
      } else if (isSame(revision.template, objectIn(objectIn(live["spec"])["template"]))) {
        text = `skipped rollback (current template already matches revision ${wanted})`;
      } else {
        const { contentType, body } = keeper.patch(selected, revision);
        const query = flags.text("dry-run") === "server" ? { dryRun: "All" } : {};
        yield* client.json(pathOf(resource, namespace, name), { method: "PATCH", contentType, query, body });
      }
      if (flags.text("output") === "name") session.print(`${shownName(resource, name)}\n`);
      else session.print(`${shownName(resource, name)} ${text}${dryRunSuffix(call)}\n`);
    });
  },
};

function chosen(revisions: readonly Revision[], wanted: number, { resource, name }: Selected): Revision {
  if (wanted !== 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw new Failure(`error: unable to find specified revision ${wanted} in history`);
    return found;
  }
  const previous = [...revisions].sort((a, b) => b.number - a.number)[1];
  if (previous) return previous;
  throw new Failure(
    resource.kind === "Deployment"
      ? `error: no rollout history found for deployment ${JSON.stringify(name)}`
      : "error: no last revision to roll back to",
  );
}

function isSame(a: JsonObject, b: JsonObject): boolean {
  return canonical(withoutHash(a)) === canonical(withoutHash(b));
}

function canonical(value: JsonObject): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJsonObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

export const revisionCommands: readonly Command[] = [history, undo];
