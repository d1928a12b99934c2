/** OpenAPI documents over HTTP: documents of the built-in groups, from the build, with the additions of a cluster. */
import { withAdditions, withSchemas } from "../apiserver/openapi/built-in.ts";
import type { ApiOutcome, CustomDocument } from "../apiserver/request.ts";

type Answered = Extract<ApiOutcome, { type: "openapi" }>;

/** The built-in document with this name (`v2`, `v2.pb`, `v3`, `v3/apis/apps/v1`, `custom-schemas`), or null. */
export type BuiltInDocument = (name: string) => Promise<Response | null>;

const YEAR_MS = 365 * 24 * 3600 * 1000;

const TYPES: Record<string, string> = {
  // As recorded: the index of version 3 is JSON under this name.
  v3: "text/plain; charset=utf-8",
  "v2.pb": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
};

/** The asset path of the built-in document with this name. */
export function documentPath(name: string): string {
  return name === "v3" ? "/v3/index.json" : name === "v2.pb" ? "/v2.pb" : `/${name}.json`;
}

/** Null: there is no such document. */
export async function openApiResponse(
  answered: Answered,
  raw: Request,
  { builtIn, requestId }: { builtIn: BuiltInDocument; requestId: string },
): Promise<Response | null> {
  const name = documentName(answered.name, raw.headers.get("accept") ?? "");
  const document = await documentNamed(name, answered.custom, builtIn);
  if (!document) return null;
  const headers = new Headers({ ...caching(answered, raw), "audit-id": requestId, vary: "Accept" });
  if (document.etag) headers.set("etag", document.etag);
  headers.set("content-type", TYPES[name] ?? "application/json");
  const isKnown = document.etag !== null && raw.headers.get("if-none-match") === document.etag;
  return new Response(isKnown || raw.method === "HEAD" ? null : document.body, {
    status: isKnown ? 304 : 200,
    headers,
  });
}

/** A document requested by its hash never changes, so clients may cache it. Clients revalidate other documents. */
function caching({ custom }: Answered, raw: Request): Record<string, string> {
  const hash = new URL(raw.url).searchParams.get("hash");
  const isCurrent = custom?.form === "v3" ? hash === custom.hash : hash;
  if (!isCurrent) return { "cache-control": "no-cache, private" };
  return { "cache-control": "public, immutable", expires: new Date(Date.now() + YEAR_MS).toUTCString() };
}

/** kubectl before 1.29 reads version 2, and that in protobuf alone. */
function documentName(name: string, accept: string): string {
  return name === "v2" && accept.includes("proto-openapi.spec.v2") ? "v2.pb" : name;
}

interface Document {
  body: BodyInit | null;
  etag: string | null;
}

async function documentNamed(
  name: string,
  custom: CustomDocument | undefined,
  builtIn: BuiltInDocument,
): Promise<Document | null> {
  if (custom?.form === "v3") {
    const shared = await builtIn("custom-schemas");
    const text = shared ? await shared.text() : "{}";
    return { body: withSchemas(custom.document, text), etag: `"${custom.hash}"` };
  }
  const response = await builtIn(name);
  if (!response) return null;
  const etag = response.headers.get("etag");
  if (!custom) return { body: response.body, etag };
  if (custom.form === "index") return { body: withAdditions(await response.text(), custom), etag: null };
  const own = { etag: etag && joinedTag(etag, custom.hash) };
  if (name === "v2.pb") {
    // Protobuf readers merge two concatenated messages into one.
    return { ...own, body: joined(new Uint8Array(await response.arrayBuffer()), custom.protobuf()) };
  }
  return { ...own, body: withAdditions(await response.text(), custom) };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function joinedTag(etag: string, hash: string): string {
  return `"${etag.replace(/^W\/|"/g, "")}-${hash.slice(0, 32)}"`;
}
