/** `/openapi/v2` and `/openapi/v3`: built-in documents, kept as assets by the edge, with the cluster's additions. */
import type { Kinds } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { ApiOutcome, CustomDocument, RequestHead } from "../request.ts";
import { type AggregatedDocuments, mergedV2 } from "./aggregated-documents.ts";
import { type CustomDocuments, customDocuments } from "./custom-documents.ts";

/** Undefined for other paths. Throws MethodNotAllowed. */
export function openApiOutcome(
  request: RequestHead,
  kinds: Kinds,
  aggregated: AggregatedDocuments | undefined,
): ApiOutcome | undefined {
  const name = /^\/openapi\/(v2|v3(?:\/.+?)?)\/?$/.exec(request.path)?.[1];
  if (name === undefined) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource", {});
  }
  const custom = customPart(name, customDocuments(kinds), aggregated);
  return { type: "openapi", name, ...(custom && { custom }) };
}

function customPart(
  name: string,
  own: CustomDocuments | undefined,
  aggregated: AggregatedDocuments | undefined,
): CustomDocument | undefined {
  if (name === "v2") return mergedV2(own?.v2, aggregated?.v2() ?? []);
  if (name === "v3") {
    const hashes = { ...own?.index.hashes, ...aggregated?.hashes() };
    return Object.keys(hashes).length === 0 ? undefined : { form: "index", hashes };
  }
  return own?.v3.get(name.slice("v3/".length));
}
