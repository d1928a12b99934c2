/** OpenAPI v3 documents per group version, and their index. */
import type { JsonObject } from "../../lib/json.ts";
import { componentSchemas, type Describe, referencesOf } from "./components.ts";
import { groupVersionPath, type OpenApiResource, openApiPaths } from "./operations.ts";

export interface OpenApiRequest {
  resources: readonly OpenApiResource[];
  describe: Describe;
  /** Schemas outside of the table, by full name: those of custom resources. */
  schemas?: Readonly<Record<string, JsonObject>>;
}

const TITLE = "Kubernetes";
const VERSION = "v1.36.2";

/** The document of the resources of one group version, with every referenced schema. */
export function openApiDocument({ resources, describe, schemas = {} }: OpenApiRequest): JsonObject {
  const paths = openApiPaths(resources);
  const references = [...referencesOf(paths), ...referencesOf(schemas as JsonObject)];
  const own = new Set(Object.keys(schemas));
  const components = componentSchemas(
    references.filter((name) => !own.has(name)),
    describe,
  );
  return {
    openapi: "3.0.0",
    info: { title: TITLE, version: VERSION },
    paths,
    components: { schemas: { ...components, ...schemas } },
  };
}

/** The resources by the path of their group version: `api/v1`, `apis/apps/v1`. */
export function byGroupVersion<R extends { group: string; version: string }>(
  resources: readonly R[],
): Map<string, R[]> {
  const result = new Map<string, R[]>();
  for (const resource of resources) {
    const path = groupVersionPath(resource.group, resource.version);
    result.set(path, [...(result.get(path) ?? []), resource]);
  }
  return result;
}

/** The answer of `/openapi/v3`. A client may keep a document while its hash is the same. */
export function openApiIndex(hashes: Readonly<Record<string, string>>): JsonObject {
  const entries = Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    paths: Object.fromEntries(
      entries.map(([path, hash]) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const),
    ),
  };
}
