/**
 * OpenAPI documents of a server of API groups: version 3 for each group version with an index, and version 2 for all.
 * Kubernetes: k8s.io/kube-openapi/pkg/handler3/handler.go, k8s.io/kube-openapi/pkg/handler/handler.go
 */
import { digestOf } from "../../../lib/hash.ts";
import type { JsonObject } from "../../../lib/json.ts";
import {
  customSchemaName,
  fullNameOf,
  type OpenApiResource,
  openApiDocument,
  openApiIndex,
  schemaReference,
  toOpenApiV2,
} from "../../../schema/index.ts";
import { type HttpAnswer, json, splitPath, text } from "../http.ts";
import type { HttpRequest } from "../server.ts";
import type { ApiGroup, ApiResource, ApiVersion } from "./resources.ts";

/** A document and the hash of its text. */
interface Published {
  document: JsonObject;
  hash: string;
}

/** The document that a request asks for; undefined for paths outside of `/openapi`, and for unknown documents. */
export function answerOpenApi(groups: readonly ApiGroup[], request: HttpRequest): HttpAnswer | undefined {
  const name = /^\/openapi\/(v2|v3(?:\/.+?)?)\/?$/.exec(splitPath(request.path).path)?.[1];
  if (name === undefined) return undefined;
  const all = groups.flatMap((group) =>
    group.versions.map((version): [string, Published] => [
      `apis/${group.name}/${version.name}`,
      documentOf(group, version),
    ]),
  );
  if (name === "v3") {
    return json(200, openApiIndex(Object.fromEntries(all.map(([path, { hash }]) => [path, hash]))));
  }
  const documents = all.map(([, { document }]) => document);
  const published = name === "v2" ? withHash(toOpenApiV2(documents, VERSION)) : new Map(all).get(name.slice(3));
  return published && tagged(request, published);
}

/** The version that a server states which was built without one. */
const VERSION = "unversioned";

function tagged({ headers }: HttpRequest, { document, hash }: Published): HttpAnswer {
  const etag = `"${hash}"`;
  const caching = { etag, vary: "Accept" };
  return headers["if-none-match"] === etag ? text(304, "", { headers: caching }) : json(200, document, caching);
}

function withHash(document: JsonObject): Published {
  return { document, hash: digestOf(JSON.stringify(document)).toUpperCase() };
}

const known = new WeakMap<ApiVersion, Published>();

/** Made once for a group version. */
function documentOf(group: ApiGroup, version: ApiVersion): Published {
  const present = known.get(version);
  if (present) return present;
  const resources = version.resources.map((resource) => resourceOf(group, version, resource));
  const kinds = version.resources.flatMap((resource) => schemasOf(group, version, resource));
  const schemas = { ...version.schemas, ...Object.fromEntries(kinds) };
  const document = openApiDocument({ resources, describe: () => undefined, schemas });
  const made = withHash({ ...document, info: { title: group.name, version: VERSION } });
  known.set(version, made);
  return made;
}

function resourceOf(group: ApiGroup, version: ApiVersion, resource: ApiResource): OpenApiResource {
  const { name: plural, kind, namespaced, verbs } = resource;
  const schema = nameOf(group, version, kind);
  return { group: group.name, version: version.name, kind, plural, namespaced, schema, verbs, isCustom: true };
}

function nameOf(group: ApiGroup, version: ApiVersion, kind: string): string {
  return version.package === undefined
    ? customSchemaName(group.name, version.name, kind)
    : `${version.package}.${kind}`;
}

/** The schemas of a kind's objects and lists, by full name. Fields that every kind has are added. */
function schemasOf(group: ApiGroup, version: ApiVersion, { kind }: ApiResource): [string, JsonObject][] {
  const name = nameOf(group, version, kind);
  const { properties = {}, ...declared } = version.schemas?.[name] ?? {};
  const identity = (of: string) => [{ group: group.name, version: version.name, kind: of }];
  const metadata = (type: string) => ({ allOf: [schemaReference(fullNameOf(type))], default: {} });
  const object: JsonObject = {
    type: "object",
    ...declared,
    properties: { ...TYPE_META, metadata: metadata("ObjectMeta"), ...(properties as JsonObject) },
    "x-kubernetes-group-version-kind": identity(kind),
  };
  const items = { type: "array", items: { allOf: [schemaReference(name)], default: {} } };
  const list: JsonObject = {
    description: `${kind}List is a list of ${kind} objects.`,
    type: "object",
    required: ["items"],
    properties: { ...TYPE_META, metadata: metadata("ListMeta"), items },
    "x-kubernetes-group-version-kind": identity(`${kind}List`),
  };
  return [
    [name, object],
    [`${name}List`, list],
  ];
}

const TYPE_META: JsonObject = {
  apiVersion: { description: "APIVersion names the group and the version of this form of the object.", type: "string" },
  kind: { description: "Kind names the type of this object, in CamelCase.", type: "string" },
};
