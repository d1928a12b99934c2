/**
 * Verifies the token of a ServiceAccount by what its issuer publishes (OpenID Connect Discovery).
 * Kubernetes: test/images/agnhost/openidmetadata/openidmetadata.go
 */
import { FileError } from "../../../files/errors.ts";
import { textOfBytes } from "../../../lib/bytes.ts";
import { decodeBase64Url } from "../../../lib/encoding.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { integerOf, verify } from "../../../lib/signing/p256.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { dialError, pathError } from "../go.ts";
import { printLines, slashTime } from "../log.ts";
import { flagOf } from "../server.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const WELL_KNOWN = "/.well-known/openid-configuration";

export const issuerDiscovery: Program = {
  run(process) {
    try {
      return discover(process);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return fail(process, pathError("open", error));
    }
  },
};

function log(process: ProcessView, line: string): void {
  printLines(process, 2, [`${slashTime(process.nowMs)} ${line}`]);
}

function fail(process: ProcessView, line: string): Step {
  log(process, line);
  return { type: "exit", status: 1 };
}

const WAITING: Step = { type: "wait", for: [{ type: "answer" }] };

function discover(process: ProcessView): Step {
  const { argv, files, state } = process;
  const token = files.read(flagOf(argv, "token-path") ?? "").trim();
  const claims = partOf(token, 1);
  if (!claims) return fail(process, "go-jose/go-jose: compact JWS format must have three parts");
  const issuer = String(claims["iss"] ?? "");
  if (state["phase"] === undefined) {
    log(process, "OK: Got token");
    log(process, "validating with in-cluster discovery");
    log(process, `OK: got issuer ${issuer}`);
    state["phase"] = "provider";
  }
  if (state["phase"] === "provider") {
    const provider = fetchJson(process, `${issuer}${WELL_KNOWN}`);
    if (!provider) return WAITING;
    if ("error" in provider) return fail(process, provider.error);
    if (provider.value["issuer"] !== issuer) {
      const given = String(provider.value["issuer"]);
      return fail(
        process,
        `oidc: issuer did not match the issuer returned by provider, expected "${issuer}" got "${given}"`,
      );
    }
    log(process, `OK: Constructed OIDC provider for issuer ${issuer}`);
    state["keys"] = String(provider.value["jwks_uri"] ?? "");
    state["phase"] = "keys";
  }
  const keys = fetchJson(process, String(state["keys"]));
  if (!keys) return WAITING;
  if ("error" in keys) return fail(process, `failed to verify signature: fetching keys ${keys.error}`);
  const problem = problemOf(process, token, claims, keys.value);
  if (problem !== undefined) return fail(process, problem);
  log(process, "OK: Validated signature on JWT");
  log(process, "OK: Got valid claims from token!");
  return { type: "exit", status: 0 };
}

/** A part of a compact token as JSON: 0 is the header, 1 has the claims. */
function partOf(token: string, index: number): JsonObject | undefined {
  const bytes = decodeBase64Url(token.split(".")[index] ?? "");
  return bytes ? objectOf(new TextDecoder().decode(bytes)) : undefined;
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined while the answer is on its way. */
function fetchJson(process: ProcessView, url: string): { value: JsonObject } | { error: string } | undefined {
  const { files } = process;
  const [, host = "", port = "443", path = "/"] = /^https:\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const answer = process.ask({
    ...{ type: "http", scheme: "https", host, port: Number(port), method: "GET", path, body: "", timeoutMs: 30_000 },
    headers: { host, authorization: `Bearer ${files.read(`${ACCOUNT}/token`).trim()}`, "user-agent": "agnhost" },
    trusts: files.read(`${ACCOUNT}/ca.crt`),
  });
  if (!answer) return undefined;
  if (answer.type !== "http") {
    const why = answer.type === "failed" ? answer.why : "reset";
    return { error: `Get "${url}": ${dialError(why, host, Number(port))}` };
  }
  if (answer.status !== 200) return { error: `${answer.status}: ${answer.body}` };
  const value = objectOf(textOfBytes(answer.body));
  return value ? { value } : { error: "oidc: failed to decode provider discovery object" };
}

/** The reason why the token is not valid for the audience. */
function problemOf(process: ProcessView, token: string, claims: JsonObject, keySet: JsonObject): string | undefined {
  const audience = flagOf(process.argv, "audience") ?? "";
  const audiences = Array.isArray(claims["aud"]) ? claims["aud"] : [claims["aud"] ?? ""];
  if (!audiences.includes(audience)) {
    return `oidc: expected audience ${JSON.stringify(audience)} got ${JSON.stringify(audiences)}`;
  }
  if (Number(claims["exp"]) * 1000 < process.nowMs) return "oidc: token is expired";
  const keys = Array.isArray(keySet["keys"]) ? keySet["keys"].filter(isJsonObject) : [];
  const keyId = partOf(token, 0)?.["kid"];
  const isSigned = keys.some((key) => key["kid"] === keyId && isSignedBy(key, token));
  return isSigned ? undefined : "failed to verify signature: failed to verify id token signature";
}

function isSignedBy(key: JsonObject, token: string): boolean {
  const [x, y] = [decodeBase64Url(String(key["x"] ?? "")), decodeBase64Url(String(key["y"] ?? ""))];
  const at = token.lastIndexOf(".");
  const signature = decodeBase64Url(token.slice(at + 1));
  if (!x || !y || !signature) return false;
  return verify({ x: integerOf(x), y: integerOf(y) }, new TextEncoder().encode(token.slice(0, at)), signature);
}
