/**
 * The objects that a changing command works on: named in arguments or files, or selected.
 * Source: k8s.io/cli-runtime pkg/resource/visitor.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { ServerError } from "./client.ts";
import type { Call } from "./command.ts";
import { pathOf, type Resource } from "./discovery.ts";
import { namedBy, nameOf, namespaceOf, objectsInFiles, resourceOfObject } from "./objects.ts";
import { objectsIn } from "./parts.ts";
import { Failure, type Steps } from "./session.ts";

export interface Selected {
  resource: Resource;
  name: string;
  namespace: string;
  /** The object on the server. */
  live: JsonObject;
}

export interface SelectionOptions {
  /** Words of the arguments that name objects. */
  args: readonly string[];
  /** Refusals go here; absent: the first one ends the command. */
  onError?: (error: ServerError) => void;
}

/** Fetches the objects, in the order of the arguments. Throws Failure. */
export function* selectObjects(call: Call, { args, onError }: SelectionOptions): Steps<Selected[]> {
  const selected: Selected[] = [];
  for (const { resource, namespace, name } of yield* targetsOf(call, args)) {
    try {
      const query = name === undefined ? selection(call) : {};
      const answer = yield* call.client.json(pathOf(resource, namespace, name), { query });
      if (name !== undefined) {
        selected.push({ resource, name, namespace: namespaceOf(answer), live: answer });
        continue;
      }
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

interface SelectionTarget {
  resource: Resource;
  namespace: string;
  /** Absent: the collection. */
  name?: string;
}

function* targetsOf(call: Call, args: readonly string[]): Steps<SelectionTarget[]> {
  const { flags, target } = call;
  const namespace = flags.is("all-namespaces") ? "" : target.namespace;
  if (flags.list("filename").length > 0 || flags.has("kustomize")) {
    const resources = yield* call.resources();
    return (yield* objectsInFiles(call)).map((file) => ({
      resource: resourceOfObject(file, resources),
      namespace: namespaceOf(file.object) || namespace,
      name: nameOf(file.object),
    }));
  }
  const named = yield* namedBy(call, args);
  const isWhole = named.some(({ name }) => name === undefined);
  if (isWhole && !flags.is("all") && !flags.text("selector") && !flags.text("field-selector")) {
    throw new Failure("error: resource(s) were provided, but no name was specified");
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

/** ` (dry run)`, ` (server dry run)` or nothing, behind the line of a change. */
export function dryRunSuffix({ flags }: Call): string {
  const dryRun = flags.text("dry-run");
  if (dryRun === "server") return " (server dry run)";
  return dryRun === "client" ? " (dry run)" : "";
}
