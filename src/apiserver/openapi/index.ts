/** `/openapi/v2` and `/openapi/v3`: built-in documents, kept as assets by the edge, with the cluster's additions. */
import type { Kinds } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { ApiOutcome, CustomDocument, RequestHead } from "../request.ts";
import { type CustomDocuments, customDocuments } from "./custom-documents.ts";

/** Undefined for other paths. Throws MethodNotAllowed. */
export function openApiOutcome(request: RequestHead, kinds: Kinds): ApiOutcome | undefined {
  const name = /^\/openapi\/(v2|v3(?:\/.+?)?)\/?$/.exec(request.path)?.[1];
  if (name === undefined) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource", {});
  }
  const documents = customDocuments(kinds);
  const custom = documents && customPart(name, documents);
  return { type: "openapi", name, ...(custom && { custom }) };
}

function customPart(name: string, documents: CustomDocuments): CustomDocument | undefined {
  if (name === "v2") return documents.v2;
  if (name === "v3") return documents.index;
  return documents.v3.get(name.slice("v3/".length));
}
