/**
 * The objects and collections that a reading command names.
 * Source: k8s.io/cli-runtime pkg/resource/builder.go, selector.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ServerError } from "./client.ts";
import type { Call } from "./command.ts";
import { type Resource, resourceText } from "./discovery.ts";
import {
  type FileObject,
  type Named,
  namedBy,
  nameOf,
  namespaceOf,
  objectsInFiles,
  resourceOfObject,
} from "./objects.ts";
import { Failure, type Steps } from "./session.ts";

export interface Target extends Named {
  /** Empty: all namespaces. */
  namespace: string;
}

/** Throws Failure. */
export function* targetsOf(call: Call): Steps<Target[]> {
  const { flags, target, args } = call;
  const isEverywhere = flags.is("all-namespaces");
  const namespace = isEverywhere ? "" : target.namespace;
  if (flags.list("filename").length > 0 || flags.has("kustomize")) {
    const resources = yield* call.resources();
    const isExplicit = flags.has("namespace") && !isEverywhere;
    return (yield* withoutPrefix(call)).map((file) => {
      const own = namespaceOf(file.object);
      if (isExplicit && own !== "" && own !== namespace) throw otherNamespace(own, namespace);
      return { resource: resourceOfObject(file, resources), name: nameOf(file.object), namespace: own || namespace };
    });
  }
  const named = yield* namedBy(call, args);
  if (named.some(({ name }) => name !== undefined)) {
    if (isEverywhere) throw new Failure("error: a resource cannot be retrieved by name across all namespaces");
    if (flags.text("selector") || flags.text("field-selector")) {
      throw new Failure(
        args.some((arg) => arg.includes("/"))
          ? "error: selectors and the all flag cannot be used when passing resource/name arguments"
          : "error: name cannot be provided when a selector is specified",
      );
    }
  }
  return named.map((one) => ({ ...one, namespace }));
}

/** The namespace of a file's object; empty for objects without one. Throws Failure if `--namespace` names another. */
export function fileNamespace({ target, flags }: Call, object: JsonObject, { isNamespaced }: Resource): string {
  if (!isNamespaced) return "";
  const [own, wanted] = [namespaceOf(object), flags.text("namespace")];
  if (own !== "" && wanted !== "" && own !== wanted) throw otherNamespace(own, wanted);
  return own || target.namespace;
}

function otherNamespace(own: string, wanted: string): Failure {
  return new Failure(
    `error: the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(wanted)}. You must pass '--namespace=${own}' to perform this operation.`,
  );
}

/** A refusal of a list, with the selectors that the call has. */
export function listError(error: ServerError, { flags }: Call, resource: Resource): ServerError {
  if (error.reason === "Expired" || (error.code !== 400 && error.code !== 404)) return error;
  const [labels, fields] = [flags.text("selector"), flags.text("field-selector")];
  const subject = JSON.stringify(resourceText(resource));
  const found =
    labels === "" && fields === ""
      ? `Unable to list ${subject}`
      : `Unable to find ${subject} that match label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}`;
  return error.withMessage(`${found}: ${error.statusMessage}`);
}

/** The objects of files. Errors of an overlay come in a list of errors here, which is printed without `error: `. */
function* withoutPrefix(call: Call): Steps<FileObject[]> {
  try {
    return yield* objectsInFiles(call);
  } catch (error) {
    if (!(error instanceof Failure) || !call.flags.has("kustomize")) throw error;
    throw new Failure(error.message.replace(/^error: /, ""));
  }
}
