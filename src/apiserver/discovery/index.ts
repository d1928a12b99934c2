/** Discovery of groups, versions and resources: one document per version, or all in one document (aggregated). */

import { ApiError } from "../../lib/api-error.ts";
import { digestOf } from "../../lib/hash.ts";
import { parseAccept } from "../negotiation.ts";
import type { ApiOutcome, RequestHead } from "../request.ts";
import { jsonOutcome } from "../respond.ts";
import { HEALTH_CHECKS, pageNotFound } from "../server-info.ts";
import { methodNotAllowed, notFoundRoute } from "../status.ts";
import type { ServedGroup, ServedVersion } from "./groups.ts";
import type { ServedResource } from "./served.ts";

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Answers `/`, `/api…` and `/apis…` unless they name a resource; undefined for other paths. */
export function discoveryOutcome(request: RequestHead, served: readonly ServedGroup[]): ApiOutcome | undefined {
  const parts = request.path.split("/").filter((part) => part !== "");
  if (parts.length === 0) return jsonOutcome(request, { paths: rootPaths(served) });
  const [root, group, version] = parts;
  if (root !== "api" && root !== "apis") return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
  if (parts.length === 1) return rootOutcome(request, root, served);
  if (root === "api") return resourcesOutcome(request, { group: "", version: group! }, served);
  if (parts.length === 2) return groupOutcome(request, group!, served);
  return resourcesOutcome(request, { group: group!, version: version! }, served);
}

function rootOutcome(request: RequestHead, root: "api" | "apis", served: readonly ServedGroup[]): ApiOutcome {
  const groups = served.filter(({ name }) => (root === "api" ? name === "" : name !== ""));
  if (wantsAggregated(request)) return aggregatedOutcome(request, groups);
  if (root === "apis") {
    return jsonOutcome(request, { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(groupSummary) });
  }
  return jsonOutcome(request, {
    kind: "APIVersions",
    versions: groups.flatMap(({ versions }) => versions.map(({ version }) => version)),
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: request.headers["host"] ?? "" }],
  });
}

function wantsAggregated(request: RequestHead): boolean {
  for (const { type, parameters } of parseAccept(request.headers["accept"] ?? "")) {
    if (type !== "application/json" && type !== "*/*" && type !== "application/*") continue;
    if (!parameters.has("as")) return false;
    const isKnown =
      parameters.get("as") === "APIGroupDiscoveryList" &&
      parameters.get("g") === "apidiscovery.k8s.io" &&
      parameters.get("v") === "v2";
    if (isKnown) return true;
  }
  throw new ApiError(
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
}

function aggregatedOutcome(request: RequestHead, groups: readonly ServedGroup[]): ApiOutcome {
  const body = JSON.stringify({
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => ({
      metadata: group.name === "" ? {} : { name: group.name },
      versions: group.versions.map((served) => aggregatedVersion(group, served)),
    })),
  });
  const etag = `"${digestOf(body).toUpperCase()}"`;
  const headers = { "content-type": AGGREGATED, "cache-control": "public", vary: "Accept", etag };
  const isKnown = request.headers["if-none-match"] === etag;
  return { type: "response", response: { status: isKnown ? 304 : 200, headers, body: isKnown ? "" : body } };
}

/** A version of aggregated discovery. It is stale if its aggregated server does not answer. */
function aggregatedVersion(group: ServedGroup, { version, resources, isStale }: ServedVersion) {
  if (isStale) return { version, freshness: "Stale" };
  const shown = resources.map((resource) => aggregatedResource(resource, { group: group.name, version }));
  return { version, resources: shown, freshness: "Current" };
}

function aggregatedResource(resource: ServedResource, served: { group: string; version: string }) {
  const own = resource.isCustom ? served : { group: "", version: "" };
  const subresources = resource.subresources.map(({ name, verbs, kind, group, version }) => ({
    subresource: name,
    responseKind: version === "" ? { ...own, kind } : { group, version, kind },
    verbs,
  }));
  return {
    resource: resource.name,
    responseKind: { ...own, kind: resource.kind },
    scope: resource.namespaced ? "Namespaced" : "Cluster",
    singularResource: resource.singularName,
    verbs: resource.verbs,
    ...(resource.shortNames && { shortNames: resource.shortNames }),
    ...(resource.categories && { categories: resource.categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}

function groupSummary({ name, versions }: ServedGroup) {
  const named = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: named, preferredVersion: named[0] };
}

function groupOutcome(request: RequestHead, name: string, served: readonly ServedGroup[]): ApiOutcome {
  const group = served.find((candidate) => candidate.name === name);
  if (!group || name === "") return pageNotFound();
  return jsonOutcome(request, { kind: "APIGroup", apiVersion: "v1", ...groupSummary(group) });
}

function resourcesOutcome(
  request: RequestHead,
  { group, version }: { group: string; version: string },
  served: readonly ServedGroup[],
): ApiOutcome {
  const found = served.find(({ name }) => name === group)?.versions.find((candidate) => candidate.version === version);
  if (!found) throw notFoundRoute();
  return jsonOutcome(request, {
    kind: "APIResourceList",
    ...(group !== "" && { apiVersion: "v1" }),
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources: resourceEntries(found),
  });
}

function resourceEntries({ resources }: ServedVersion) {
  return resources.flatMap((resource) => [
    {
      name: resource.name,
      singularName: resource.singularName,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: resource.verbs,
      ...(resource.shortNames && { shortNames: resource.shortNames }),
      ...(resource.categories && { categories: resource.categories }),
      ...(resource.storageVersionHash && { storageVersionHash: resource.storageVersionHash }),
    },
    ...resource.subresources.map(({ name, verbs, kind, group, version }) => ({
      name: `${resource.name}/${name}`,
      singularName: "",
      namespaced: resource.namespaced,
      ...(group !== "" && { group }),
      ...(version !== "" && { version }),
      kind,
      verbs,
    })),
  ]);
}

function rootPaths(served: readonly ServedGroup[]): string[] {
  const groups = served.flatMap(({ name, versions }) =>
    name === ""
      ? ["/api", ...versions.map(({ version }) => `/api/${version}`)]
      : [`/apis/${name}`, ...versions.map(({ version }) => `/apis/${name}/${version}`)],
  );
  const health = Object.entries(HEALTH_CHECKS).flatMap(([endpoint, checks]) => [
    `/${endpoint}`,
    ...checks.map((check) => `/${endpoint}/${check}`),
  ]);
  const others = [
    "/.well-known/openid-configuration",
    "/apis",
    "/apis/",
    "/flagz",
    "/metrics",
    "/metrics/slis",
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/",
    "/openid/v1/jwks",
    "/statusz",
    "/version",
  ];
  return [...groups, ...health, ...others].sort();
}
