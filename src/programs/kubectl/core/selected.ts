/**
 * The objects that a changing command works on: named in arguments or files, or selected.
 * Source: k8s.io/cli-runtime pkg/resource/visitor.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { ServerError } from "./client.ts";
import type { Call } from "./command.ts";
import { pathOf, type Resource } from "./discovery.ts";
import { fetchObject, namedBy, nameOf, namespaceOf, objectsInFiles, resourceOfObject } from "./objects.ts";
import { objectsIn } from "./parts.ts";
import { Failure, type Steps } from "./session.ts";

export interface Selected {
  resource: Resource;
  name: string;
  namespace: string;
  /** The object on the server. */
  live: JsonObject;
  /** The file that names the object. */
  source?: string;
}

/** The refusal of a command line that names no objects. */
export const NOTHING_NAMED = `error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

export interface SelectionOptions {
  /** Words of the arguments that name objects. */
  args: readonly string[];
  /** A type without names stands for all its objects. */
  takesAll?: boolean;
  /** Named objects are not read before the work: they may not exist, and `live` is empty. */
  isLazy?: boolean;
  /** Refusals go here; absent: the first one ends the command. */
  onError?: (error: ServerError) => void;
}

/** Fetches the objects, in the order of the arguments. Throws Failure. */
export function* selectObjects(call: Call, options: SelectionOptions): Steps<Selected[]> {
  const { onError } = options;
  const selected: Selected[] = [];
  for (const { resource, namespace, name, local, source } of yield* targetsOf(call, options)) {
    const from = source === undefined ? {} : { source };
    if (local) {
      selected.push({ resource, name: nameOf(local), namespace, live: local });
      continue;
    }
    try {
      if (name !== undefined && options.isLazy) {
        selected.push({ resource, name, namespace, live: {}, ...from });
        continue;
      }
      if (name !== undefined) {
        const live = yield* fetchObject(call, { resource, name }, namespace);
        selected.push({ resource, name, namespace: namespaceOf(live), live });
        continue;
      }
      const answer = yield* call.client.json(pathOf(resource, namespace), { query: selection(call) });
      const { apiVersion, kind, items } = answer;
      for (const item of objectsIn(items)) {
        const live = { apiVersion: apiVersion ?? "", kind: String(kind).replace(/List$/, ""), ...item };
        selected.push({ resource, name: nameOf(live), namespace: namespaceOf(live), live });
      }
    } catch (error) {
      if (!(error instanceof ServerError) || !onError) throw error;
      onError(error);
    }
  }
  return selected;
}

interface WorkOptions {
  onNone?: () => void;
  /** Problems that the work adds while it runs. They are printed before the failures; the work on the object goes on. */
  problems?: readonly Failure[];
}

/**
 * Works on each selected object. A failure does not end the command: it is printed after all objects. `onNone` is called
 * if nothing was selected. Returns the exit code.
 */
export function* forEachObject(
  call: Call,
  options: Omit<SelectionOptions, "onError"> & WorkOptions,
  work: (selected: Selected) => Steps<void>,
): Steps<number> {
  const failures: Failure[] = [];
  const selected = yield* selectObjects(call, { ...options, onError: (error) => failures.push(error) });
  if (selected.length === 0 && failures.length === 0) options.onNone?.();
  for (const one of selected) {
    try {
      yield* work(one);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const all = [...(options.problems ?? []), ...failures];
  for (const { message } of all) if (message !== "") call.session.warn(`${message}\n`);
  return all.length > 0 ? 1 : 0;
}

interface SelectionTarget {
  resource: Resource;
  namespace: string;
  /** Absent: the collection. */
  name?: string;
  /** The object of a file that is worked on without the server. */
  local?: JsonObject;
  source?: string;
}

/** `--local`: objects of files are changed and printed, and the server is not asked for them. */
export function isLocal({ flags }: Call): boolean {
  return flags.is("local");
}

function* targetsOf(call: Call, { args, takesAll = false }: SelectionOptions): Steps<SelectionTarget[]> {
  const { flags, target } = call;
  const namespace = flags.is("all-namespaces") ? "" : target.namespace;
  if (isLocal(call) && args.length > 0) {
    throw new Failure("error: can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set");
  }
  if (flags.list("filename").length > 0 || flags.has("kustomize")) {
    const resources = yield* call.resources();
    return (yield* objectsInFiles(call)).map((file) => ({
      resource: resourceOfObject(file, resources),
      namespace: namespaceOf(file.object) || namespace,
      name: nameOf(file.object),
      source: file.source,
      ...(isLocal(call) && { local: file.object }),
    }));
  }
  if (args.length === 0) throw new Failure(NOTHING_NAMED);
  const named = yield* namedBy(call, args);
  const isWhole = named.some(({ name }) => name === undefined);
  if (isWhole && !takesAll && !flags.is("all") && !flags.text("selector") && !flags.text("field-selector")) {
    throw new Failure("error: resource(s) were provided, but no name was specified");
  }
  if (flags.is("all-namespaces") && named.some(({ name }) => name !== undefined)) {
    throw new Failure("error: a resource cannot be retrieved by name across all namespaces");
  }
  return named.map((one) => ({ ...one, namespace }));
}

function selection({ flags }: Call): Record<string, string | undefined> {
  return {
    labelSelector: flags.text("selector") || undefined,
    fieldSelector: flags.text("field-selector") || undefined,
  };
}

/** The query of a write: dry run on the server, field manager. */
export function writeQuery({ flags }: Call, manager: string): Record<string, string | undefined> {
  return {
    fieldManager: flags.text("field-manager") || manager,
    fieldValidation: undefined,
    ...(flags.text("dry-run") === "server" && { dryRun: "All" }),
  };
}

/** Whether the server is not written to. */
export function isOffline(call: Call): boolean {
  return isLocal(call) || call.flags.text("dry-run") === "client";
}

/** ` (dry run)`, ` (server dry run)` or nothing, behind the line of a change. */
export function dryRunSuffix({ flags }: Call): string {
  const dryRun = flags.text("dry-run");
  if (dryRun === "server") return " (server dry run)";
  return dryRun === "client" ? " (dry run)" : "";
}
