/**
 * `kubectl auth reconcile`
 * Source: k8s.io/kubectl pkg/cmd/auth/reconcile.go, k8s.io/component-helpers auth/rbac/reconciliation
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { serverError } from "../core/client.ts";
import { type Call, type Command, DRY_RUN, FILES, PRINT } from "../core/command.ts";
import { pathOf, type Resource, shownName } from "../core/discovery.ts";
import { metadataOf, nameOf, namespaceOf, objectsInFiles, resourceOfObject } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { uncoveredRules } from "../core/policy-rules.ts";
import { dryRunSuffix } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { fileNamespace } from "../core/targets.ts";
import { textAt, textsAt } from "../describe/fields.ts";
import { objectPrinter } from "../printers/print.ts";

const GROUP = "rbac.authorization.k8s.io";
const AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

/** Differences of the object on the server from that of the file. */
interface Comparison {
  /** The object as it should be. */
  result: JsonObject;
  operation: "none" | "create" | "update" | "recreate";
  isProtected: boolean;
  missing: readonly JsonObject[];
  extra: readonly JsonObject[];
}

/** The part of a kind that is reconciled: rules of roles, subjects of bindings. */
interface Part {
  field: "rules" | "subjects";
  /** The flag that removes what the file does not name. */
  removal: "remove-extra-permissions" | "remove-extra-subjects";
  /** The entries of the second list that the first one does not cover. */
  uncovered(owner: readonly JsonObject[], wanted: readonly JsonObject[]): JsonObject[];
  goText(entry: JsonObject): string;
}

const RULES: Part = {
  field: "rules",
  removal: "remove-extra-permissions",
  uncovered: uncoveredRules,
  goText(rule) {
    const lists = { Verbs: "verbs", APIGroups: "apiGroups", Resources: "resources" };
    const others = { ResourceNames: "resourceNames", NonResourceURLs: "nonResourceURLs" };
    const fields = Object.entries({ ...lists, ...others });
    return `{${fields.map(([name, field]) => `${name}:[${textsAt(rule, field).join(" ")}]`).join(" ")}}`;
  },
};

const SUBJECTS: Part = {
  field: "subjects",
  removal: "remove-extra-subjects",
  uncovered(owner, wanted) {
    const known = new Set(owner.map(SUBJECTS.goText));
    return wanted.filter((subject) => !known.has(SUBJECTS.goText(subject)));
  },
  goText(subject) {
    const fields = { Kind: "kind", APIGroup: "apiGroup", Name: "name", Namespace: "namespace" };
    return `{${Object.entries(fields)
      .map(([name, field]) => `${name}:${textAt(subject, field)}`)
      .join(" ")}}`;
  },
};

const PARTS: Readonly<Record<string, Part>> = {
  Role: RULES,
  ClusterRole: RULES,
  RoleBinding: SUBJECTS,
  ClusterRoleBinding: SUBJECTS,
};

export const authReconcile: Command = {
  words: ["auth", "reconcile"],
  flags: [
    ...FILES,
    ...PRINT,
    DRY_RUN,
    { name: "remove-extra-permissions", type: "bool" },
    { name: "remove-extra-subjects", type: "bool" },
  ],
  *run(call) {
    const { flags, session, args } = call;
    if (!flags.has("filename") && !flags.has("kustomize")) throw new Failure("error: must specify one of -f and -k");
    if (args.length > 0) throw new Failure("error: no arguments are allowed");
    const resources = yield* call.resources();
    const failures: Failure[] = [];
    for (const file of yield* objectsInFiles(call)) {
      const resource = resourceOfObject(file, resources);
      const part = resource.group === GROUP ? PARTS[resource.kind] : undefined;
      // Objects of other kinds are passed over.
      if (!part) continue;
      try {
        yield* reconcile(call, resource, part, file.object);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
    }
    for (const { message } of failures) session.warn(`${message}\n`);
    return failures.length > 0 ? 1 : 0;
  },
};

function* reconcile(call: Call, resource: Resource, part: Part, file: JsonObject): Steps<void> {
  const { client, flags } = call;
  const namespace = fileNamespace(call, file, resource);
  // The real command asks for the namespace that the file names, and for none if it names none.
  if (resource.kind === "Role" && namespaceOf(file) === "") throw new Failure("error: resource name may not be empty");
  const metadata = { ...metadataOf(file), ...(namespace !== "" && { namespace }) };
  const wanted = { ...file, metadata };
  const found = yield* client.fetch(pathOf(resource, namespace, nameOf(file)));
  if (found.status >= 400 && found.status !== 404) throw serverError(found);
  const live = found.status === 404 ? undefined : objectIn(found.json);
  const compared = live ? compare(wanted, live, part, flags.is(part.removal)) : created(wanted, part);
  const isWritten = flags.text("dry-run") === "none" && !compared.isProtected;
  const written = isWritten ? yield* write(call, resource, namespace, compared) : compared.result;
  show(call, resource, part, { ...compared, result: written });
}

function created(wanted: JsonObject, { field }: Part): Comparison {
  const missing = objectsIn(wanted[field]);
  return { result: wanted, operation: "create", isProtected: false, missing, extra: [] };
}

function compare(wanted: JsonObject, live: JsonObject, part: Part, removes: boolean): Comparison {
  const { field } = part;
  const isProtected = objectIn(metadataOf(live)["annotations"])[AUTO_UPDATE] === "false";
  if (!equalJson(wanted["roleRef"], live["roleRef"])) {
    return { result: wanted, operation: "recreate", isProtected, missing: [], extra: [] };
  }
  const [before, after] = [objectsIn(live[field]), objectsIn(wanted[field])];
  const missing = part.uncovered(before, after);
  // The rules of an aggregated role come from other roles.
  const isAggregated = Boolean(wanted["aggregationRule"] && live["aggregationRule"]);
  const extra = isAggregated ? [] : part.uncovered(after, before);
  const metadata = { ...metadataOf(live) };
  for (const map of ["labels", "annotations"]) {
    const merged = { ...objectIn(metadataOf(wanted)[map]), ...objectIn(metadata[map]) };
    if (Object.keys(merged).length > 0) metadata[map] = merged;
  }
  const isReplaced = removes && missing.length + extra.length > 0;
  const entries = isReplaced ? after : [...before, ...missing];
  const selectors = selectorsOf(wanted, live, removes);
  const result = {
    ...live,
    metadata,
    ...(entries.length > 0 || live[field] !== undefined ? { [field]: entries } : {}),
    ...(selectors && { aggregationRule: { clusterRoleSelectors: selectors } }),
  };
  const isSame = equalJson(result, live);
  return { result, operation: isSame ? "none" : "update", isProtected, missing, extra };
}

/** The selectors of an aggregated role, if the file has some. */
function selectorsOf(wanted: JsonObject, live: JsonObject, removes: boolean): JsonObject[] | undefined {
  const listOf = (object: JsonObject) => objectsIn(objectIn(object["aggregationRule"])["clusterRoleSelectors"]);
  const [before, after] = [listOf(live), listOf(wanted)];
  const missing = after.filter((selector) => !before.some((known) => equalJson(known, selector)));
  const all = removes ? after : [...before, ...missing];
  return all.length > 0 ? all : undefined;
}

function* write(call: Call, resource: Resource, namespace: string, compared: Comparison): Steps<JsonObject> {
  const { client } = call;
  const { result: body, operation } = compared;
  const collection = pathOf(resource, namespace);
  const path = pathOf(resource, namespace, nameOf(body));
  switch (operation) {
    case "none":
      return body;
    case "create":
      if (namespace !== "") yield* ensureNamespace(call, namespace);
      return yield* client.json(collection, { method: "POST", body });
    case "update":
      return yield* client.json(path, { method: "PUT", body });
    case "recreate": {
      const reply = yield* client.fetch(path, { method: "DELETE" });
      if (reply.status >= 400 && reply.status !== 404) throw serverError(reply);
      return yield* client.json(collection, { method: "POST", body });
    }
  }
}

/** A caller who may not see or create namespaces goes on: the write of the object tells. */
function* ensureNamespace({ client }: Call, name: string): Steps<void> {
  const found = yield* client.fetch(`/api/v1/namespaces/${name}`);
  if (found.status < 400) return;
  if (found.status !== 404 && found.status !== 403) throw serverError(found);
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  const made = yield* client.fetch("/api/v1/namespaces", { method: "POST", body });
  if (made.status >= 400 && made.status !== 403 && made.status !== 409) throw serverError(made);
}

function show(call: Call, resource: Resource, part: Part, compared: Comparison): void {
  const { session, flags } = call;
  const { result, operation, isProtected, missing, extra } = compared;
  const print = objectPrinter(flags, session);
  const name = shownName(resource, nameOf(result));
  if (print) session.print(print(result));
  else session.print(flags.text("output") === "name" ? `${name}\n` : `${name} reconciled${dryRunSuffix(call)}\n`);
  if (operation === "none") return;
  const caveat = isProtected ? `, but object opted out (${AUTO_UPDATE}: false)` : "";
  const lists = [
    ...listed(`missing ${part.field} added`, missing, part),
    ...(flags.is(part.removal) ? listed(`extra ${part.field} removed`, extra, part) : []),
  ];
  session.warn(`\treconciliation required ${operation}${caveat}\n${lists.join("")}`);
}

function listed(title: string, entries: readonly JsonObject[], { goText }: Part): string[] {
  return entries.length === 0 ? [] : [`\t${title}:\n`, ...entries.map((entry) => `\t\t${goText(entry)}\n`)];
}
