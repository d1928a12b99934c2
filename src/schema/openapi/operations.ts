/** The paths of a group version as OpenAPI: requests, resources and parameters. */
import type { JsonObject } from "../../lib/json.ts";
import { schemaReference } from "./components.ts";
import { PRETTY, pathParameter, queryParameters, RESOURCE_VERSION } from "./parameters.ts";

/** The description of a resource for the document. A kind's definition matches it. */
export interface OpenApiResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  /** Full name of its type: `io.k8s.api.apps.v1.Deployment`. */
  schema: string;
  /** Full name of its list's type, if that is not the type's name with `List` appended. */
  listSchema?: string;
  verbs: readonly string[];
  subresources?: Readonly<Record<string, OpenApiSubresource>>;
  /** Custom resources accept no strategic merge patch. */
  isCustom?: boolean;
}

export interface OpenApiSubresource {
  verbs: readonly string[];
  kind?: string;
  group?: string;
  version?: string;
  /** Full name of its type, if it differs from the resource's. */
  schema?: string;
}

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const PATCH_TYPES = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];

interface OperationSpec {
  resource: OpenApiResource;
  action: string;
  /** The verb in the operation's id: `list`, `createNamespaced` … */
  title: string;
  description: string;
  parameters: JsonObject[];
  answers: string;
  codes: readonly string[];
  body?: JsonObject;
  gvk: { group: string; version: string; kind: string };
}

export function groupVersionPath(group: string, version: string): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

/** Paths in order, each with its operations. */
export function openApiPaths(resources: readonly OpenApiResource[]): Record<string, JsonObject> {
  const paths: Record<string, JsonObject> = {};
  for (const resource of resources) addResource(paths, resource);
  return Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addResource(paths: Record<string, JsonObject>, resource: OpenApiResource): void {
  const base = `/${groupVersionPath(resource.group, resource.version)}`;
  const scope = resource.namespaced ? `${base}/namespaces/{namespace}` : base;
  const common = resource.namespaced
    ? [pathParameter("namespace", "object name and auth scope, such as for teams and projects"), PRETTY]
    : [PRETTY];
  const can = (verb: string) => resource.verbs.includes(verb);
  const collection: JsonObject = {};
  if (can("list")) collection["get"] = operation(listOperation(resource));
  if (can("create")) collection["post"] = operation(createOperation(resource));
  if (can("deletecollection")) collection["delete"] = operation(deleteCollectionOperation(resource));
  addPath(paths, `${scope}/${resource.plural}`, collection, common);
  if (resource.namespaced && can("list")) {
    const everywhere = operation({ ...listOperation(resource), title: "list", parameters: [] });
    everywhere["operationId"] = `${everywhere["operationId"]}ForAllNamespaces`;
    addPath(paths, `${base}/${resource.plural}`, { get: everywhere }, [...queryParameters("list"), PRETTY]);
  }
  const named = [pathParameter("name", `name of the ${resource.kind}`), ...common];
  const item = itemOperations(resource, { ...gvkOf(resource), schema: resource.schema }, resource.verbs, "");
  addPath(paths, `${scope}/${resource.plural}/{name}`, item, named);
  for (const [name, subresource] of Object.entries(resource.subresources ?? {})) {
    const operations = subresourceOperations(resource, name, subresource);
    addPath(paths, `${scope}/${resource.plural}/{name}/${name}`, operations, named);
  }
}

function addPath(
  paths: Record<string, JsonObject>,
  path: string,
  operations: JsonObject,
  parameters: JsonObject[],
): void {
  if (Object.keys(operations).length > 0) paths[path] = { ...operations, parameters };
}

interface Target {
  group: string;
  version: string;
  kind: string;
  schema: string;
}

function gvkOf({ group, version, kind }: { group: string; version: string; kind: string }) {
  return { group, version, kind };
}

function listOperation(resource: OpenApiResource): OperationSpec {
  return {
    resource,
    action: "list",
    title: `list${scopeWord(resource)}`,
    description: `${resource.isCustom ? "list" : "list or watch"} objects of kind ${resource.kind}`,
    parameters: queryParameters("list"),
    answers: resource.listSchema ?? `${resource.schema}List`,
    codes: ["200"],
    gvk: gvkOf(resource),
  };
}

function createOperation(resource: OpenApiResource): OperationSpec {
  return {
    resource,
    action: "post",
    title: `create${scopeWord(resource)}`,
    description: `create a ${resource.kind}`,
    parameters: queryParameters("write"),
    answers: resource.schema,
    codes: ["200", "201", "202"],
    body: objectBody(resource.schema),
    gvk: gvkOf(resource),
  };
}

function deleteCollectionOperation(resource: OpenApiResource): OperationSpec {
  return {
    resource,
    action: "deletecollection",
    title: `deleteCollection${scopeWord(resource)}`,
    description: `delete collection of ${resource.kind}`,
    parameters: [...(resource.isCustom ? [] : queryParameters("delete")), ...queryParameters("list")],
    answers: `${META}.Status`,
    codes: ["200"],
    ...(resource.isCustom ? {} : { body: deleteBody() }),
    gvk: gvkOf(resource),
  };
}

/** Reads and writes of one object, or of one of its subresources. */
function itemOperations(
  resource: OpenApiResource,
  target: Target,
  verbs: readonly string[],
  suffix: string,
): JsonObject {
  const what =
    suffix === "" ? `the specified ${resource.kind}` : `${suffix.toLowerCase()} of the specified ${resource.kind}`;
  const spec = (action: string, verb: string, rest: Partial<OperationSpec>): JsonObject =>
    operation(
      {
        resource,
        action,
        title: `${verb}${scopeWord(resource)}`,
        description: `${verb} ${what}`,
        parameters: [],
        answers: target.schema,
        codes: ["200"],
        // A custom resource's scale has the group, version and kind of the resource.
        gvk: gvkOf(resource.isCustom ? resource : target),
        ...rest,
      },
      suffix,
    );
  const operations: JsonObject = {};
  const atVersion = resource.isCustom ? { parameters: [RESOURCE_VERSION] } : {};
  if (verbs.includes("get")) operations["get"] = spec("get", "read", atVersion);
  if (verbs.includes("update")) {
    const rest = { parameters: queryParameters("write"), codes: ["200", "201"], body: objectBody(target.schema) };
    operations["put"] = spec("put", "replace", rest);
  }
  if (verbs.includes("delete")) {
    const rest = {
      parameters: queryParameters("delete"),
      codes: ["200", "202"],
      answers: deleteAnswer(resource),
      body: deleteBody(),
      description: `delete ${article(resource.kind)} ${resource.kind}`,
    };
    operations["delete"] = spec("delete", "delete", rest);
  }
  if (verbs.includes("patch")) {
    const rest = {
      parameters: queryParameters("patch"),
      // Only an apply creates objects; the document of custom resources does not mention it.
      codes: resource.isCustom ? ["200"] : ["200", "201"],
      body: patchBody(resource),
      description: `partially update ${what}`,
    };
    operations["patch"] = spec("patch", "patch", rest);
  }
  return operations;
}

function article(kind: string): string {
  return /^[AEIOU]/.test(kind) ? "an" : "a";
}

/** Kinds whose deletion answers with the deleted object. */
const ANSWERED_WITH_OBJECT = new Set(["Pod", "Service", "PersistentVolumeClaim", "PersistentVolume", "ServiceAccount"]);

function deleteAnswer(resource: OpenApiResource): string {
  return ANSWERED_WITH_OBJECT.has(resource.kind) ? resource.schema : `${META}.Status`;
}

const CONNECT_METHODS = ["get", "post"];

function subresourceOperations(resource: OpenApiResource, name: string, subresource: OpenApiSubresource): JsonObject {
  const target: Target = {
    group: subresource.group ?? resource.group,
    version: subresource.version ?? resource.version,
    kind: subresource.kind ?? resource.kind,
    schema: subresource.schema ?? resource.schema,
  };
  const suffix = name.charAt(0).toUpperCase() + name.slice(1);
  const { verbs } = subresource;
  if (CONNECTED.has(name)) return connectOperations(resource, target, suffix);
  const operations = itemOperations(resource, target, verbs, suffix);
  if (verbs.includes("create")) {
    operations["post"] = operation(
      {
        ...createOperation(resource),
        description: `create ${name} of a ${resource.kind}`,
        answers: target.schema,
        body: objectBody(target.schema),
        gvk: gvkOf(target),
      },
      suffix,
    );
  }
  return operations;
}

/** Subresources that open a connection. */
const CONNECTED = new Set(["attach", "exec", "portforward", "proxy"]);

function connectOperations(resource: OpenApiResource, target: Target, suffix: string): JsonObject {
  return Object.fromEntries(
    CONNECT_METHODS.map((method) => [
      method,
      {
        tags: [tagOf(resource)],
        description: `connect ${method.toUpperCase()} requests to ${suffix.toLowerCase()} of ${resource.kind}`,
        operationId: operationId(resource, `connect${capitalized(method)}${scopeWord(resource)}`, suffix),
        responses: { "200": { description: "OK" }, "401": { description: "Unauthorized" } },
        "x-kubernetes-action": "connect",
        "x-kubernetes-group-version-kind": gvkOf(target),
      },
    ]),
  );
}

const CODE_TEXTS: Record<string, string> = { "200": "OK", "201": "Created", "202": "Accepted" };

function operation(spec: OperationSpec, suffix = ""): JsonObject {
  const answer = content(["application/json", "application/yaml"], spec.answers);
  const responses = spec.codes.map((code) => [code, { description: CODE_TEXTS[code]!, content: answer }] as const);
  const result: JsonObject = {
    tags: [tagOf(spec.resource)],
    description: spec.description,
    operationId: operationId(spec.resource, spec.title, suffix),
  };
  if (spec.parameters.length > 0) result["parameters"] = spec.parameters;
  if (spec.body) result["requestBody"] = spec.body;
  result["responses"] = { ...Object.fromEntries(responses), "401": { description: "Unauthorized" } };
  result["x-kubernetes-action"] = spec.action;
  result["x-kubernetes-group-version-kind"] = spec.gvk;
  return result;
}

function content(types: readonly string[], schema: string): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema: schemaReference(schema) }]));
}

function objectBody(schema: string): JsonObject {
  return { content: content(["application/json", "application/yaml"], schema), required: true };
}

function patchBody({ isCustom }: OpenApiResource): JsonObject {
  const types = isCustom ? PATCH_TYPES.filter((type) => !type.includes("strategic")) : PATCH_TYPES;
  return { content: content(types, `${META}.Patch`), required: true };
}

function deleteBody(): JsonObject {
  return { content: content(["application/json", "application/yaml"], `${META}.DeleteOptions`) };
}

/** `core_v1`, `apps_v1`, `rbacAuthorization_v1`. */
function tagOf({ group, version }: OpenApiResource): string {
  return `${groupWords(group)}_${version}`;
}

function operationId(resource: OpenApiResource, title: string, suffix: string): string {
  const [, verb, what] = /^([a-z]+)(.*)$/.exec(title) as unknown as [string, string, string];
  const group = capitalized(groupWords(resource.group)) + capitalized(resource.version);
  return `${verb}${group}${what}${resource.kind}${suffix}`;
}

function scopeWord(resource: OpenApiResource): string {
  return resource.namespaced ? "Namespaced" : "";
}

function groupWords(group: string): string {
  if (group === "") return "core";
  const words = group.replace(/\.k8s\.io$/, "").split(/[.-]/);
  return words.map((word, index) => (index === 0 ? word : capitalized(word))).join("");
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
