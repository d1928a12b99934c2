/**
 * OpenAPI documents for programs in containers: built-in ones, which the runtime installs in this isolate when a program
 * first asks for them, with the cluster's additions. Clients outside get them from the edge.
 */
import type { JsonObject } from "../../lib/json.ts";
import type { ApiOutcome, CustomDocument } from "../request.ts";

const installed = new Map<string, string | null>();

/** Makes a built-in document available in this isolate; null: there is no such document. */
export function installDocument(name: string, text: string | null): void {
  installed.set(name, text);
}

/** The document, null if there is no such document, or the built-in document that is not installed yet. */
export function documentText({
  name,
  custom,
}: Extract<ApiOutcome, { type: "openapi" }>): { text: string | null } | { missing: string } {
  const base = custom?.form === "v3" ? "custom-schemas" : name;
  const text = installed.get(base);
  if (text === undefined) return { missing: base };
  if (custom?.form === "v3") return { text: withSchemas(custom.document, text ?? "{}") };
  return { text: text !== null && custom ? withAdditions(text, custom) : text };
}

/** A document of version 3 with the shared schemas of custom resources (JSON). */
export function withSchemas(document: JsonObject, shared: string): string {
  const schemas = JSON.parse(shared) as JsonObject;
  const own = (document["components"] as { schemas: JsonObject }).schemas;
  return JSON.stringify({ ...document, components: { schemas: { ...schemas, ...own } } });
}

/** The index of version 3, or the document of version 2, with the additions of custom resources. */
export function withAdditions(text: string, custom: Exclude<CustomDocument, { form: "v3" }>): string {
  return custom.form === "index" ? withHashes(text, custom.hashes) : withMembers(text, custom);
}

function withHashes(index: string, hashes: Readonly<Record<string, string>>): string {
  const { paths } = JSON.parse(index) as { paths: Record<string, unknown> };
  for (const [path, hash] of Object.entries(hashes)) {
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  }
  const sorted = Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ paths: Object.fromEntries(sorted) });
}

/** Avoids parsing the large document: the additions are inserted at the start of its two lists. */
function withMembers(text: string, { paths, definitions }: Extract<CustomDocument, { form: "v2" }>): string {
  return text
    .replace('"paths":{', () => `"paths":{${members(paths)},`)
    .replace('"definitions":{', () => `"definitions":{${members(definitions)},`);
}

function members(value: object): string {
  return JSON.stringify(value).slice(1, -1);
}
