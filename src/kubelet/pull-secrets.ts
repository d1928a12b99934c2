/**
 * Credentials for registries in the Secrets of a pod.
 * Kubernetes: pkg/credentialprovider/secrets/secrets.go, pkg/credentialprovider/config.go
 */
import { secretKind } from "../kinds/core/secret.ts";
import { decodeBase64, toHex } from "../lib/encoding.ts";
import { isJsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../lib/json.ts";
import { sha256 } from "../lib/signing/sha256.ts";
import type { PodContext } from "./context.ts";

type Context = Pick<PodContext, "tx" | "pod">;

/** Whether one of the pod's imagePullSecrets names the registry. */
export function hasCredentials(context: Context, registry: string): boolean {
  return logins(context, registry).length > 0;
}

/** Whether one of them has this login: the SHA-256 of `username:password` as hexadecimal digits. */
export function hasLogin(context: Context, registry: string, hash: string): boolean {
  return logins(context, registry).some((login) => toHex(sha256(new TextEncoder().encode(login))) === hash);
}

/** `username:password` for the registry, `:` for an entry without a login. Missing Secrets are passed over. */
function logins({ tx, pod }: Context, registry: string): string[] {
  const { imagePullSecrets = [] } = pod.spec;
  return imagePullSecrets.flatMap(({ name = "" }) => {
    const data = tx.get(secretKind, pod.metadata.namespace ?? "", name)?.data ?? {};
    const [modern, old] = [data[".dockerconfigjson"], data[".dockercfg"]].map((text) => parsed(text));
    const auths = isJsonObject(modern) ? modern["auths"] : old;
    if (!isJsonObject(auths)) return [];
    return Object.entries(auths)
      .filter(([key]) => hostOf(key) === hostOf(registry))
      .map(([, entry]) => loginOf(entry));
  });
}

/** `auth` replaces user name and password, as in Kubernetes' reader of the file. */
function loginOf(entry: JsonValue | undefined): string {
  if (!isJsonObject(entry)) return ":";
  const { auth, username, password } = entry;
  if (typeof auth === "string" && auth !== "") return decoded(auth) ?? ":";
  return `${typeof username === "string" ? username : ""}:${typeof password === "string" ? password : ""}`;
}

function decoded(base64: string): string | undefined {
  try {
    return decodeBase64(base64);
  } catch {
    // Not base64: an entry without a login.
    return undefined;
  }
}

function parsed(base64: string | undefined): JsonValue | undefined {
  if (base64 === undefined) return undefined;
  try {
    return parseJson(decodeBase64(base64));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** `https://index.docker.io/v1/` is Docker Hub. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return /^(index\.|registry-1\.)?docker\.io$/.test(host) ? "docker.io" : host;
}
