/**
 * Values and sources of environment variables, for `kubectl set env --list`.
 * Source: k8s.io/kubectl pkg/cmd/set/env/env_resolve.go
 */
import { bytesOfBase64, textOfBytes } from "../../../../lib/bytes.ts";
import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { metadataOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import type { Steps } from "../../core/session.ts";
import { resourceFieldText } from "../../describe/quantities.ts";

/** `configmap web, key color` */
export function sourceText(source: JsonObject): string {
  const [config, secret] = [objectIn(source["configMapKeyRef"]), objectIn(source["secretKeyRef"])];
  if ("key" in config) return `configmap ${String(config["name"])}, key ${String(config["key"])}`;
  if ("key" in secret) return `secret ${String(secret["name"])}, key ${String(secret["key"])}`;
  const field = objectIn(source["fieldRef"])["fieldPath"];
  if (field !== undefined) return `field path ${String(field)}`;
  const { containerName, resource } = objectIn(source["resourceFieldRef"]);
  if (resource === undefined) return "invalid valueFrom";
  return `resource field ${containerName ? `${String(containerName)}/` : ""}${String(resource)}`;
}

/** The value of a variable, or the reason why it has none. */
type Resolved = { value: string } | { problem: string };

/** The lines of a container, and those of the errors. */
export function* resolvedLines(
  call: Call,
  object: JsonObject,
  container: JsonObject,
): Steps<{ lines: string[]; problems: string[] }> {
  const lines: string[] = [];
  const failed = new Map<string, string[]>();
  for (const { name, value, valueFrom } of objectsIn(container["env"])) {
    const variable = String(name);
    const source = objectIn(valueFrom);
    const resolved: Resolved =
      valueFrom === undefined ? { value: String(value ?? "") } : yield* variableValue(call, source, object, container);
    if ("value" in resolved) lines.push(`${variable}=${resolved.value}\n`);
    else {
      lines.push(`# ${variable} from ${sourceText(source)}\n`);
      failed.set(resolved.problem, [...(failed.get(resolved.problem) ?? []), variable]);
    }
  }
  const problems = [...failed].map(
    ([why, names]) => `error retrieving reference for ${names.sort().join(", ")}: ${why}\n`,
  );
  return { lines, problems: problems.sort() };
}

function* variableValue(call: Call, source: JsonObject, object: JsonObject, container: JsonObject): Steps<Resolved> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = source;
  if (secretKeyRef !== undefined) return yield* keyOf(call, "secrets", objectIn(secretKeyRef));
  if (configMapKeyRef !== undefined) return yield* keyOf(call, "configmaps", objectIn(configMapKeyRef));
  if (fieldRef !== undefined) return fieldOf(object, String(objectIn(fieldRef)["fieldPath"]));
  if (resourceFieldRef === undefined) return { problem: "invalid valueFrom" };
  return { value: resourceFieldText(objectIn(resourceFieldRef), container) };
}

function* keyOf(call: Call, type: "secrets" | "configmaps", { name, key }: JsonObject): Steps<Resolved> {
  const { client, target } = call;
  try {
    const path = `/api/v1/namespaces/${target.namespace}/${type}/${encodeURIComponent(String(name))}`;
    const found = objectIn((yield* client.json(path))["data"])[String(key)];
    const owner = type === "secrets" ? "secret" : "config map";
    if (typeof found !== "string") return { problem: `key ${String(key)} not found in ${owner} ${String(name)}` };
    return { value: type === "secrets" ? textOfBytes(bytesOfBase64(found)) : found };
  } catch (error) {
    if (error instanceof ServerError) return { problem: error.statusMessage };
    throw error;
  }
}

/** Fields of the object itself: for a Deployment those of the Deployment. */
function fieldOf(object: JsonObject, path: string): Resolved {
  const metadata = metadataOf(object);
  const [, map = "", key] = /^metadata\.(annotations|labels)(?:\['(.*)'\])?$/.exec(path) ?? [];
  if (map !== "") {
    const values = objectIn(metadata[map]);
    if (key !== undefined) return { value: String(values[key] ?? "") };
    const pairs = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
    return { value: pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join("\n") };
  }
  const field = /^metadata\.(name|namespace|uid)$/.exec(path)?.[1];
  if (field !== undefined) return { value: String(metadata[field] ?? "") };
  return { problem: `unsupported fieldPath: ${path}` };
}
