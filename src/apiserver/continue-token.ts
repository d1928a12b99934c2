/**
 * The position at which a chunked list continues. The form is Kubernetes' own and opaque to clients.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/storage/continue.go.
 */
import { ApiError } from "../lib/api-error.ts";
import { JsonSyntaxError, parseJson } from "../lib/json.ts";

export interface ContinueToken {
  /** The list's revision; -1 continues at the current revision. */
  revision: number;
  /** The position in the collection after which the next page starts: `/<name>` or `/<namespace>/<name>`. */
  after: string;
  /** Real time of the list's first page, ms. Kubernetes' tokens have no such field. */
  listedAtMs?: number;
}

const VERSION = "meta.k8s.io/v1";

export function encodeContinue(token: ContinueToken): string {
  const bytes = new TextEncoder().encode(
    JSON.stringify({ v: VERSION, rv: token.revision, start: `${token.after}\u0000`, at: token.listedAtMs }),
  );
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws BadRequest for a token that no server made. */
export function decodeContinue(text: string): ContinueToken {
  const token = parsed(decoded(text));
  if (token.v !== VERSION) throw badToken(`server does not recognize this encoded version ${String(token.v ?? "")}`);
  if (!Number.isInteger(token.rv) || token.rv === 0) {
    throw badToken("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (typeof token.start !== "string" || token.start === "") {
    throw badToken("encoded start key empty (version meta.k8s.io/v1)");
  }
  const after = token.start.startsWith("/") ? token.start : `/${token.start}`;
  // A path with `..` would leave the collection.
  if (/\/(?:\.{0,2})(?:\/|$)/.test(after)) throw badToken(token.start);
  return {
    revision: token.rv as number,
    after: after.endsWith("\u0000") ? after.slice(0, -1) : after,
    ...(typeof token.at === "number" && { listedAtMs: token.at }),
  };
}

/** Decodes base64url without padding. */
function decoded(text: string): string {
  const bad = /[^A-Za-z0-9_-]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length - 1 : undefined);
  if (bad !== undefined) throw badToken(`illegal base64 data at input byte ${bad}`);
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function parsed(json: string): { v?: unknown; rv?: unknown; start?: unknown; at?: unknown } {
  try {
    const token = parseJson(json);
    if (typeof token === "object" && token !== null && !Array.isArray(token)) return token;
    const found = Array.isArray(token) ? "array" : typeof token === "boolean" ? "bool" : typeof token;
    if (token === null) return {};
    throw badToken(`json: cannot unmarshal ${found} into Go value of type storage.continueToken`);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badToken(error.message);
    throw error;
  }
}

function badToken(why: string): ApiError {
  return new ApiError("BadRequest", `invalid continue token: continue key is not valid: ${why}`);
}
