/**
 * Registries for which a pod has credentials.
 * Kubernetes: pkg/credentialprovider/secrets/secrets.go
 */
import { secretKind } from "../kinds/core/secret.ts";
import { decodeBase64 } from "../lib/encoding.ts";
import { isJsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../lib/json.ts";
import type { PodContext } from "./context.ts";

/** Whether one of the pod's imagePullSecrets names the registry. Secrets that do not exist are passed over. */
export function hasCredentials({ tx, pod }: PodContext, registry: string): boolean {
  const { imagePullSecrets = [] } = pod.spec;
  return imagePullSecrets.some(({ name = "" }) => {
    const data = tx.get(secretKind, pod.metadata.namespace ?? "", name)?.data ?? {};
    const [modern, old] = [data[".dockerconfigjson"], data[".dockercfg"]].map((text) => parsed(text));
    const auths = isJsonObject(modern) ? modern["auths"] : old;
    return isJsonObject(auths) && Object.keys(auths).some((key) => hostOf(key) === hostOf(registry));
  });
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
