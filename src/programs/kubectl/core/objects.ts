/**
 * The objects that a call names: by type and name, by selector, or in files.
 * Source: k8s.io/cli-runtime pkg/resource/builder.go
 */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { resolvePath } from "../../base/paths.ts";
import { buildKustomization } from "../kustomize/build.ts";
import { ServerError, serverError } from "./client.ts";
import type { Call } from "./command.ts";
import { pathOf, type Resource, type Resources } from "./discovery.ts";
import { expandedPaths } from "./file-patterns.ts";
import { objectIn } from "./parts.ts";
import { Failure, type Session, type Steps } from "./session.ts";
import { DocumentError, readDocuments } from "./yaml-documents.ts";

/** A single object, or the collection of a type. */
export interface Named {
  resource: Resource;
  /** Absent: all objects of the type, as selected. */
  name?: string;
}

/** Reads `pods`, `pods web db`, `pod/web svc/db`, `pods,services`, `all`. Throws Failure. */
export function* namedBy(call: Call, args: readonly string[]): Steps<Named[]> {
  const resources = yield* call.resources();
  const withSlash = args.filter((arg) => arg.includes("/"));
  if (withSlash.length > 0) {
    if (withSlash.length < args.length) {
      const message =
        "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '%s get resource/<resource_name>' instead of '%s get resource resource/<resource_name>'";
      throw new Failure(`error: ${message.replaceAll("%s", "kubectl")}`);
    }
    return args.map((arg) => objectOf(arg, resources));
  }
  const [types = "", ...names] = args;
  const found = types.split(",").flatMap((type) => typesOf(type, resources));
  if (names.length === 0) return found.map((resource) => ({ resource }));
  return found.flatMap((resource) => names.map((name) => ({ resource, name })));
}

function objectOf(arg: string, resources: Resources): Named {
  const parts = arg.split("/");
  const [type = "", name = ""] = parts;
  if (parts.length !== 2) throw new Failure("error: arguments in resource/name form may not have more than one slash");
  if (type === "" || name === "") {
    throw new Failure(`error: arguments in resource/name form must have a single resource and name`);
  }
  return { resource: resources.require(type), name };
}

function typesOf(type: string, resources: Resources): readonly Resource[] {
  const category = resources.find(type) ? [] : resources.category(type);
  return category.length > 0 ? category : [resources.require(type)];
}

/** An object on the server. If its namespace does not exist, the refusal says so. Throws ServerError. */
export function* fetchObject(
  call: Call,
  { resource, name }: { resource: Resource; name: string },
  namespace: string,
): Steps<JsonObject> {
  try {
    return yield* call.client.json(pathOf(resource, namespace, name));
  } catch (error) {
    throw yield* refusalOf(call, error, resource.isNamespaced ? namespace : "");
  }
}

/**
 * A refusal of a read of one object, or that of its namespace if that does not exist.
 * Source: k8s.io/cli-runtime pkg/resource/visitor.go (`Info.Get`)
 */
export function* refusalOf({ client }: Call, error: unknown, namespace: string): Steps<unknown> {
  if (!(error instanceof ServerError) || error.reason !== "NotFound") return error;
  if (namespace === "" || namespace === "default") return error;
  const asked = yield* client.fetch(`/api/v1/namespaces/${namespace}`);
  return asked.status === 404 ? serverError(asked) : error;
}

/** An object of a file, with its type. */
export interface FileObject {
  object: JsonObject;
  /** The file, for messages. */
  source: string;
}

/** The objects in the files of `-f` and `-k`, in their order; lists are taken apart. Throws Failure. */
export function* objectsInFiles(call: Call): Steps<FileObject[]> {
  const { flags, session } = call;
  if (flags.has("kustomize")) {
    const source = flags.text("kustomize");
    return buildKustomization(session, source).map((object) => ({ object, source }));
  }
  requirePaths(session, flags.list("filename"));
  const objects: FileObject[] = [];
  for (const path of flags.list("filename")) {
    if (path === "-") {
      const text = String(yield { type: "input" });
      objects.push(...objectsOf(text, "STDIN"));
      continue;
    }
    if (/^https?:\/\//.test(path))
      throw new Failure(
        `error: unable to read URL ${JSON.stringify(path)}: dial tcp: lookup ${new URL(path).hostname}: no such host`,
      );
    for (const named of expandedPaths(session, path)) {
      for (const file of filesUnder(session, named, flags.is("recursive"))) {
        objects.push(...objectsOf(readText(session, file), file));
      }
    }
  }
  return objects;
}

/** Throws Failure that names all files which do not exist. */
function requirePaths(session: Session, paths: readonly string[]): void {
  const { files, cwd } = session.process;
  const local = paths.filter((path) => path !== "-" && !/^https?:\/\//.test(path));
  const missing = local
    .flatMap((path) => expandedPaths(session, path))
    .filter((path) => !files.find(resolvePath(cwd, bytesOfText(path))))
    .map((path) => `the path ${JSON.stringify(path)} does not exist`);
  if (missing.length > 0) throw new Failure(missing.length === 1 ? `error: ${missing[0]}` : missing.join("\n"));
}

/** A file, or the manifests of a folder. Throws Failure. */
function filesUnder(session: Session, path: string, isRecursive: boolean): string[] {
  const { files, cwd } = session.process;
  const full = resolvePath(cwd, bytesOfText(path));
  const entry = files.find(full);
  if (!entry) throw new Failure(`error: the path ${JSON.stringify(path)} does not exist`);
  if (entry.type !== "directory") return [path];
  return files
    .list(full)
    .map((name) => textOfBytes(name))
    .flatMap((name) => {
      const inner = `${path.replace(/\/$/, "")}/${name}`;
      const isFolder = files.find(resolvePath(cwd, bytesOfText(inner)))?.type === "directory";
      if (isFolder) return isRecursive ? filesUnder(session, inner, true) : [];
      return /\.(json|yaml|yml)$/.test(name) ? [inner] : [];
    });
}

export function readText(session: Session, path: string): string {
  try {
    return textOfBytes(session.process.files.read(resolvePath(session.process.cwd, bytesOfText(path))));
  } catch (error) {
    if (error instanceof FileError) throw new Failure(`error: open ${path}: ${error.message.toLowerCase()}`);
    throw error;
  }
}

/** The objects of one text. Throws Failure. */
export function objectsOf(text: string, source: string): FileObject[] {
  return documentsOf(text, source).flatMap((value) => {
    if (!isJsonObject(value)) {
      throw new Failure(`error: error parsing ${source}: json: cannot unmarshal ${typeof value} into Go value`);
    }
    return singles(value).map((object) => ({ object: checked(object, source), source }));
  });
}

function documentsOf(text: string, source: string): JsonValue[] {
  try {
    return readDocuments(text);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new Failure(`error: error parsing ${source}: error converting YAML to JSON: ${error.message}`);
  }
}

function singles(object: JsonObject): JsonObject[] {
  const { kind, items } = object;
  const isList = typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
  return isList ? items.filter(isJsonObject).flatMap(singles) : [object];
}

function checked(object: JsonObject, source: string): JsonObject {
  const quoted = JSON.stringify(source);
  if (!object["apiVersion"]) {
    throw new Failure(
      `error: error validating ${quoted}: error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  if (!object["kind"]) {
    throw new Failure(
      `error: error validating ${quoted}: error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  return object;
}

/** The type of an object of a file. Throws Failure. */
export function resourceOfObject({ object, source }: FileObject, resources: Resources): Resource {
  const { apiVersion, kind, metadata } = object;
  const found = resources.ofObject(String(apiVersion), String(kind));
  if (found) return found;
  const name = isJsonObject(metadata) ? String(metadata["name"] ?? "") : "";
  const namespace = isJsonObject(metadata) ? String(metadata["namespace"] ?? "") : "";
  throw new Failure(
    `error: resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
  );
}

/** `metadata` as an object. */
export function metadataOf(object: JsonObject): JsonObject {
  const { metadata } = object;
  return objectIn(metadata);
}

export function nameOf(object: JsonObject): string {
  return String(metadataOf(object)["name"] ?? "");
}

export function namespaceOf(object: JsonObject): string {
  return String(metadataOf(object)["namespace"] ?? "");
}
