/** Requests to every route of discovery, mostly valid: with bodies, patches, selectors and options of all kinds. */

import { stringify } from "yaml";
import { isJsonObject, type JsonObject } from "../../src/lib/json.ts";
import { resolveType, type SchemaType, typeNameOfKind } from "../../src/schema/index.ts";
import type { FuzzCluster, FuzzRequest } from "./cluster.ts";
import type { Draw } from "./draw.ts";
import { protobufBody } from "./protobuf.ts";
import { changed, hostileValue, text, valueOfType, written } from "./values.ts";
import { examples, HOSTILE_TEXTS, NAMES, NAMESPACES } from "./vocabulary.ts";

/** A resource or subresource of discovery. */
export interface FuzzRoute {
  group: string;
  version: string;
  /** `pods` or `pods/status`. */
  name: string;
  namespaced: boolean;
  verbs: string[];
  /** The kind of its bodies and answers. */
  kind: { group: string; version: string; kind: string };
}

const METHODS: Readonly<Record<string, string>> = {
  ...{ create: "POST", update: "PUT", patch: "PATCH", delete: "DELETE", deletecollection: "DELETE" },
  ...{ get: "GET", list: "GET", watch: "GET" },
};
const PATCHES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
] as const;
const BODY_TYPES = [
  "application/json",
  "application/yaml",
  "text/plain",
  "application/vnd.kubernetes.protobuf",
  "a/b;c",
];
const ACCEPTS = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf,application/json",
  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  "application/json;as=Table;v=v9;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  "*/*",
  "text/html;q=0.x",
  ";;;=,",
];
const USERS = [
  { name: "jane", groups: ["developers", "system:authenticated"] },
  { name: "system:anonymous", groups: ["system:unauthenticated"] },
  { name: "system:serviceaccount:default:default", groups: ["system:serviceaccounts", "system:authenticated"] },
  { name: "system:node:node-1", groups: ["system:nodes", "system:authenticated"] },
];
const OTHER_PATHS = [
  "/",
  "/api",
  "/apis",
  "/version",
  "/healthz/etcd",
  "/livez",
  "/openapi/v2",
  "/openapi/v3/x",
  "/metrics",
];

/** The resources of the server's discovery. */
export function discoveredRoutes(cluster: FuzzCluster): FuzzRoute[] {
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  return ["/api", "/apis"].flatMap((target) => {
    const { body } = cluster.send({ method: "GET", target, headers: { accept } });
    return (JSON.parse(body) as Discovery).items.flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources = [] }) =>
        (resources ?? []).flatMap((resource) => routesOf(metadata.name ?? "", version, resource)),
      ),
    );
  });
}

interface Discovery {
  items: { metadata: { name?: string }; versions: { version: string; resources?: DiscoveredResource[] }[] }[];
}

interface DiscoveredResource {
  resource: string;
  scope: string;
  verbs: string[];
  responseKind: FuzzRoute["kind"];
  subresources?: { subresource: string; responseKind: FuzzRoute["kind"]; verbs: string[] }[];
}

function routesOf(group: string, version: string, resource: DiscoveredResource): FuzzRoute[] {
  const shared = { group, version, namespaced: resource.scope === "Namespaced" };
  const kindOf = (kind: FuzzRoute["kind"]) => ({ ...kind, ...(kind.version === "" && { group, version }) });
  return [
    { ...shared, name: resource.resource, verbs: resource.verbs, kind: kindOf(resource.responseKind) },
    ...(resource.subresources ?? []).map(({ subresource, responseKind, verbs }) => {
      return { ...shared, name: `${resource.resource}/${subresource}`, verbs, kind: kindOf(responseKind) };
    }),
  ];
}

export function request(draw: Draw, cluster: FuzzCluster, routes: readonly FuzzRoute[]): FuzzRequest {
  draw.hostility = draw.pick([0, 0, 1, 4, 8]);
  const route = draw.pick(draw.chance(75) ? routes.filter(({ name }) => !name.includes("/")) : routes);
  const verb = draw.chance(97) && route.verbs.length > 0 ? draw.pick(route.verbs) : draw.pick(Object.keys(METHODS));
  const method = draw.chance(98)
    ? METHODS[verb]!
    : draw.pick(["OPTIONS", "HEAD", "TRACE", "FOO", "GET", "POST", "PUT"]);
  const place = placeOf(draw, cluster, route, verb);
  const headers: Record<string, string> = {};
  if (draw.chance(12)) headers["accept"] = draw.pick(ACCEPTS);
  if (draw.chance(3)) headers["impersonate-user"] = text(draw, "name");
  if (draw.chance(1)) headers["impersonate-group"] = text(draw, "name");
  if (draw.chance(2)) headers["user-agent"] = draw.pick(["", "/", "é/1", "x".repeat(300), "kubectl/v1.35 (linux)"]);
  const body = bodyOf(draw, cluster, { route, method, key: place.key, headers });
  const path = draw.chance(97) ? place.path : brokenPath(draw, place.path);
  return {
    method,
    target: `${path}${queryOf(draw, verb, headers["content-type"] ?? "")}`,
    headers,
    ...(body !== undefined && { body }),
    ...(draw.chance(5) && { user: draw.pick(USERS) }),
  };
}

interface Place {
  path: string;
  /** The name of an object. */
  key: string;
}

/** A path of the route, often of an existing object. */
function placeOf(draw: Draw, cluster: FuzzCluster, route: FuzzRoute, verb: string): Place {
  const [plural, subresource] = route.name.split("/") as [string, string?];
  const isNamed = subresource !== undefined || !["create", "list", "watch", "deletecollection"].includes(verb);
  const present = cluster.snapshot.index.keys(`${route.group || "core"}/${plural}`);
  const one = present.length > 0 && draw.chance(92) ? draw.pick(present).split("/") : undefined;
  const namespace = one?.[2] ?? draw.pick(NAMESPACES);
  const name = one?.[3] ?? text(draw, "name");
  const root = route.group === "" ? `/api/${route.version}` : `/apis/${route.group}/${route.version}`;
  const isScoped = route.namespaced && (isNamed || verb === "create" || draw.chance(60));
  const segments = [
    ...(isScoped ? ["namespaces", namespace] : []),
    plural,
    ...(isNamed ? [encodeURIComponent(name.toWellFormed())] : []),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  const key = `${route.group || "core"}/${plural}/${route.namespaced ? namespace : ""}/${name}`;
  return { path: `${root}/${segments.join("/")}`, key };
}

function brokenPath(draw: Draw, path: string): string {
  const parts = path.split("/");
  const at = 1 + draw.below(parts.length);
  const segment = encodeURIComponent(draw.pick(HOSTILE_TEXTS).toWellFormed());
  switch (draw.below(5)) {
    case 0:
      return draw.pick(OTHER_PATHS);
    case 1:
      return parts.toSpliced(at, 1, segment).join("/");
    case 2:
      return parts.toSpliced(at, 0, segment).join("/");
    case 3:
      return `/${draw.pick(["", "api/v1/watch", "api/v1", "apis", "apis/apps", "api/v1/proxy", "%"])}${path}`;
    default:
      return parts.slice(0, at).join("/");
  }
}

function queryOf(draw: Draw, verb: string, contentType: string): string {
  const query = new URLSearchParams();
  const add = (percent: number, name: string, ...values: string[]) => {
    if (draw.chance(percent))
      query.append(name, draw.chance(97 - 2 * draw.hostility) ? draw.pick(values) : draw.pick(HOSTILE_TEXTS));
  };
  add(4, "pretty", "true", "1", "");
  if (verb === "create" || verb === "update" || verb === "patch" || verb.startsWith("delete")) {
    add(12, "dryRun", "All");
    add(15, "fieldManager", "fuzzer", "kubectl");
    add(20, "fieldValidation", "Strict", "Warn", "Ignore");
  }
  if (contentType.includes("apply-patch")) {
    if (!query.has("fieldManager")) add(95, "fieldManager", "fuzzer", "kubectl");
    add(50, "force", "true", "false");
  }
  if (verb.startsWith("delete")) {
    add(20, "gracePeriodSeconds", "0", "1", "30", "-1");
    add(20, "propagationPolicy", "Foreground", "Background", "Orphan");
    add(4, "orphanDependents", "true", "false");
  }
  if (verb === "list" || verb === "watch" || verb === "deletecollection") {
    if (verb === "watch") query.append("watch", "true");
    add(25, "labelSelector", "app=x", "app in (x,y),!z", "a!=b", "a>1", "(", "a==b,,c", ",");
    add(
      25,
      "fieldSelector",
      "metadata.name=x",
      "metadata.namespace!=default",
      "status.phase=Running",
      "x=y",
      "a\\,b=c",
    );
    add(20, "resourceVersion", "0", "1", "200", "999999", "-1", "x", "99999999999999999999");
    add(15, "resourceVersionMatch", "Exact", "NotOlderThan", "x");
    add(15, "limit", "1", "5", "0", "-1", "x");
    add(8, "continue", "", "x", "e30", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJ4In0");
    add(8, "sendInitialEvents", "true", "false");
    add(8, "allowWatchBookmarks", "true");
    add(8, "timeoutSeconds", "1", "0", "-5", "1e9", "9999999999999999999");
  }
  add(1, draw.pick(HOSTILE_TEXTS).toWellFormed(), "x");
  const shown = query.toString();
  return shown === "" ? "" : `?${shown}`;
}

interface BodyOf {
  route: FuzzRoute;
  method: string;
  key: string;
  headers: Record<string, string>;
}

/** The body, and its content type among the headers. */
function bodyOf(draw: Draw, cluster: FuzzCluster, { route, method, key, headers }: BodyOf): string | undefined {
  if (method === "GET") return undefined;
  if (method === "DELETE") return draw.chance(40) ? written(draw, deleteOptions(draw)) : undefined;
  if (method === "PATCH") return patchOf(draw, cluster, { route, key, headers });
  if (method === "POST" && draw.chance(6)) {
    headers["content-type"] = "application/vnd.kubernetes.protobuf";
    return protobufBody(draw, route.kind);
  }
  const type = draw.chance(85) ? "application/json" : draw.pick(BODY_TYPES);
  if (draw.chance(97)) headers["content-type"] = type;
  const object = method === "PUT" && draw.chance(80) ? revised(draw, cluster, route, key) : created(draw, route, key);
  return type === "application/yaml" && draw.chance(80) ? yaml(object) : written(draw, object);
}

/** As YAML; values that are nested too deeply for the writer are in flow style, as JSON. */
function yaml(object: unknown): string {
  try {
    return stringify(object);
  } catch {
    return `---\n${JSON.stringify(object)}`;
  }
}

function typeOf({ kind }: FuzzRoute): SchemaType | undefined {
  const name = typeNameOfKind(kind.group, kind.version, kind.kind);
  return name === undefined ? undefined : resolveType(name);
}

/** A new object: a recorded one, changed or not, or one generated from the schema. */
function created(draw: Draw, route: FuzzRoute, key: string): unknown {
  const type = typeOf(route);
  const resource = `${route.group}/${route.version}/${route.name}`;
  const known = examples.filter((example) => example.resource === resource);
  const roll = draw.below(100);
  let object: JsonObject = {};
  if (known.length > 0 && roll < 85) {
    object = structuredClone(draw.pick(known).input);
    if (roll >= 35) object = changed(draw, object, type);
  } else if (type && roll < 97) {
    const value = valueOfType(draw, type);
    if (!isJsonObject(value)) return value;
    object = value;
    object["apiVersion"] = route.kind.group === "" ? route.kind.version : `${route.kind.group}/${route.kind.version}`;
    object["kind"] = route.kind.kind;
  } else {
    return hostileValue(draw);
  }
  const { metadata } = object;
  if (isJsonObject(metadata) && draw.chance(90)) {
    delete metadata["namespace"];
    metadata["name"] = draw.chance(60) ? draw.pick(NAMES) : key.split("/")[3]!;
    if (draw.chance(30)) metadata["labels"] = { app: "x" };
  }
  return object;
}

/** The current object with changes. */
function revised(draw: Draw, cluster: FuzzCluster, route: FuzzRoute, key: string): unknown {
  const present = cluster.body(key);
  const type = typeOf(route);
  if (present === undefined) return created(draw, route, key);
  const object = changed(draw, JSON.parse(present) as JsonObject, type);
  const { metadata } = object;
  if (isJsonObject(metadata) && draw.chance(60)) delete metadata["resourceVersion"];
  return object;
}

function patchOf(draw: Draw, cluster: FuzzCluster, { route, key, headers }: Omit<BodyOf, "method">): string {
  const type = draw.pick(PATCHES);
  headers["content-type"] = draw.chance(98) ? type : draw.pick(BODY_TYPES);
  if (type === "application/json-patch+json") return written(draw, jsonPatch(draw, cluster.body(key)));
  if (type === "application/apply-patch+yaml") {
    const object = draw.chance(50) ? created(draw, route, key) : revised(draw, cluster, route, key);
    if (isJsonObject(object) && isJsonObject(object["metadata"]) && draw.chance(90)) {
      object["metadata"]["name"] = key.split("/")[3]!;
      delete object["metadata"]["managedFields"];
    }
    return draw.chance(50) ? written(draw, object) : yaml(object);
  }
  const schema = typeOf(route);
  const patch = schema && draw.chance(85) ? valueOfType(draw, schema) : created(draw, route, key);
  if (type === "application/strategic-merge-patch+json" && schema && draw.chance(50)) direct(draw, patch);
  return written(draw, patch);
}

/** Adds directives of strategic merge patches at random places of a patch. */
function direct(draw: Draw, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) direct(draw, item);
    if (draw.chance(10)) value.push({ $patch: draw.pick(["replace", "delete", "merge", "x"]) });
  } else if (isJsonObject(value)) {
    const fields = Object.keys(value);
    for (const field of fields) direct(draw, value[field]);
    const field = draw.pick([...fields, "containers", "finalizers"]);
    if (draw.chance(15)) value["$patch"] = draw.pick(["replace", "delete", "merge", "x", null, 1]);
    if (draw.chance(15)) value["$retainKeys"] = draw.pick([[field], [], field, [1], null]);
    if (draw.chance(15))
      value[`$setElementOrder/${field}`] = draw.pick([[{ name: "x" }], ["x", "x"], [], {}, [1, null]]);
    if (draw.chance(10)) value[`$deleteFromPrimitiveList/${field}`] = draw.pick([["x"], "x", [{}], null]);
  }
}

function jsonPatch(draw: Draw, present: string | undefined): unknown {
  if (draw.chance(5)) return hostileValue(draw);
  const paths = present === undefined ? ["/metadata/labels"] : pointersOf(JSON.parse(present));
  const pointer = () => {
    const base = draw.pick(paths);
    if (draw.chance(70)) return base;
    return (
      base +
      draw.pick(["/-", "/0", "/-1", "/99", "/01", "/x", "/~", "/~1a", "/__proto__", "/constructor/prototype", ""])
    );
  };
  return Array.from({ length: 1 + draw.below(4) }, () => ({
    ...(draw.chance(97) && { op: draw.pick(["add", "remove", "replace", "move", "copy", "test", "test", "x"]) }),
    ...(draw.chance(97) && { path: draw.chance(96) ? pointer() : hostileValue(draw) }),
    ...(draw.chance(80) && { value: draw.chance(50) ? text(draw, "name") : hostileValue(draw) }),
    ...(draw.chance(50) && { from: pointer() }),
  }));
}

function pointersOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [prefix];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    pointersOf(item, `${prefix}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return prefix === "" ? inner : [prefix, ...inner];
}

function deleteOptions(draw: Draw): unknown {
  if (draw.chance(5)) return hostileValue(draw);
  return {
    ...(draw.chance(50) && { kind: "DeleteOptions", apiVersion: draw.pick(["v1", "apps/v1", "x"]) }),
    ...(draw.chance(40) && { gracePeriodSeconds: draw.pick([0, 1, 30, -1, 1.5, "x", 2 ** 40]) }),
    ...(draw.chance(40) && { propagationPolicy: draw.pick(["Foreground", "Background", "Orphan", "x", 1]) }),
    ...(draw.chance(10) && { orphanDependents: draw.pick([true, false, null]) }),
    ...(draw.chance(15) && { dryRun: draw.pick([["All"], [], ["x"], "All"]) }),
    ...(draw.chance(15) && { preconditions: draw.pick([{ uid: "x" }, { resourceVersion: "1" }, {}, null]) }),
  };
}
