/** Where a chunked list goes on. The form is Kubernetes' own; clients must not look inside. */
import { ApiError } from "../lib/api-error.ts";

export interface ContinueToken {
  /** The list's revision; -1 continues at whatever is current. */
  revision: number;
  /** The `<namespace>/<name>` after which the next page starts. */
  after: string;
}

const VERSION = "meta.k8s.io/v1";

export function encodeContinue(token: ContinueToken): string {
  const bytes = new TextEncoder().encode(
    JSON.stringify({ v: VERSION, rv: token.revision, start: `${token.after}\u0000` }),
  );
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws BadRequest for what no server made. */
export function decodeContinue(text: string): ContinueToken {
  let token: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    token = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw badToken("illegal base64 data or JSON");
  }
  if (typeof token !== "object" || token === null || token.v !== VERSION) {
    throw badToken("server does not recognize this encoded version");
  }
  if (!Number.isInteger(token.rv) || token.rv === 0) throw badToken("incorrect encoded start resourceVersion");
  if (typeof token.start !== "string" || token.start === "") throw badToken("encoded start key empty");
  return {
    revision: token.rv as number,
    after: token.start.endsWith("\u0000") ? token.start.slice(0, -1) : token.start,
  };
}

function badToken(why: string): ApiError {
  return new ApiError("BadRequest", `continue key is not valid: ${why}`);
}
