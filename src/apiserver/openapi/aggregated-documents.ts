/**
 * OpenAPI of aggregated groups. Their documents of version 3 are in the index, and requests for them are passed on. Their
 * parts of version 2 are added to the one document.
 *
 * Kubernetes: staging/src/k8s.io/kube-aggregator/pkg/controllers/openapiv3/aggregator/aggregator.go,
 * staging/src/k8s.io/kube-aggregator/pkg/controllers/openapi/aggregator/aggregator.go
 */
import { aggregatedApis, isAvailable } from "../../cluster/aggregated-apis.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { REMOTE_DISCOVERY, type RemoteDiscovery } from "../../kinds/apiregistration/remote-discovery.ts";
import { objectKey } from "../../kinds/kind.ts";
import { textOfBytes } from "../../lib/bytes.ts";
import { digestOf } from "../../lib/hash.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from "../../lib/json.ts";
import { type APIService, encodeOpenApiV2, isBuiltInSchema } from "../../schema/index.ts";
import { callApiService } from "../calls/api-service-call.ts";
import type { CustomDocument } from "../request.ts";

type DocumentV2 = Extract<CustomDocument, { form: "v2" }>;

/** The part of a document of version 2 that belongs to one group version. */
export interface PartV2 {
  paths: JsonObject;
  definitions: JsonObject;
}

export interface AggregatedDocuments {
  /** The hashes of version 3 by path (`apis/<group>/<version>`). */
  hashes(): Readonly<Record<string, string>>;
  /** The parts of version 2, which the servers are asked for. A server without a valid document has none. */
  v2(): readonly PartV2[];
}

/** The documents of the groups that answer. */
export function aggregatedDocuments(tx: Transaction): AggregatedDocuments {
  const published = () =>
    aggregatedApis(tx)
      .filter(isAvailable)
      .flatMap((apiService) => {
        const key = objectKey(apiServiceKind, "", apiService.metadata.name ?? "");
        const hash = tx.privateState<RemoteDiscovery>(key, REMOTE_DISCOVERY)?.openApiHash;
        return hash === undefined ? [] : [{ apiService, hash }];
      });
  return {
    hashes: () =>
      Object.fromEntries(published().map(({ apiService, hash }) => [pathOf(apiService).slice(1), hash] as const)),
    v2: () =>
      published().flatMap(({ apiService }) => {
        const document = downloaded(tx, apiService);
        const part = document && partOf(document, `${pathOf(apiService)}/`);
        return part ? [part] : [];
      }),
  };
}

/** The additions to the document of version 2. Undefined: there are none. */
export function mergedV2(own: DocumentV2 | undefined, parts: readonly PartV2[]): DocumentV2 | undefined {
  if (parts.length === 0) return own;
  const paths = Object.assign({}, ...parts.map((part) => part.paths), own?.paths) as JsonObject;
  const definitions = Object.assign({}, ...parts.map((part) => part.definitions), own?.definitions) as JsonObject;
  const hash = digestOf(`${own?.hash ?? ""}${JSON.stringify(parts)}`);
  const protobuf = () => encodeOpenApiV2({ paths, definitions });
  return { form: "v2", paths, definitions, hash: hash.toUpperCase(), protobuf };
}

function pathOf({ spec }: APIService): string {
  return `/apis/${spec.group}/${spec.version}`;
}

/** How long the API server waits for a document. */
const TIMEOUT_MS = 5000;

function downloaded(tx: Transaction, apiService: APIService): JsonObject | undefined {
  const headers = { accept: "application/json", "x-remote-user": "system:aggregator" };
  const call = { method: "GET", path: "/openapi/v2", headers, body: "", timeoutMs: TIMEOUT_MS };
  const answer = callApiService(tx, apiService, call);
  if ("problem" in answer || answer.status !== 200) return undefined;
  return parseJsonObject(textOfBytes(answer.body));
}

/** The paths with a prefix, and the definitions that they need and that are not built in. */
function partOf(document: JsonObject, prefix: string): PartV2 | undefined {
  const { paths: allPaths, definitions: all } = document;
  if (!isJsonObject(allPaths) || !isJsonObject(all)) return undefined;
  const paths = Object.fromEntries(Object.entries(allPaths).filter(([path]) => path.startsWith(prefix)));
  const definitions: JsonObject = {};
  const pending = referencesOf(paths);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const definition = Object.hasOwn(all, name) ? all[name] : undefined;
    if (definition === undefined || isBuiltInSchema(name) || Object.hasOwn(definitions, name)) continue;
    definitions[name] = definition;
    pending.push(...referencesOf(definition));
  }
  try {
    // A document that cannot be written in protobuf would take the whole document from clients that read this form.
    encodeOpenApiV2({ paths, definitions });
    return { paths, definitions };
  } catch {
    return undefined;
  }
}

function referencesOf(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "$ref" && typeof item === "string" ? [item.replace("#/definitions/", "")] : referencesOf(item),
  );
}
