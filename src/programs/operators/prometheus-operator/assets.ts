/**
 * Secrets and ConfigMaps to which monitors refer: credentials are written into the configuration, and certificates go
 * into a Secret that is mounted beside it.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/assets/store.go, tls.go
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { find } from "../objects.ts";

/** An object cannot become configuration, for the reason that the message gives. */
export class Rejection extends Error {
  override name = "Rejection";
}

export class Assets {
  /** The files of the Secret with certificates and keys, by name; base 64. */
  readonly files = new Map<string, string>();
  readonly #client: Client;
  readonly #folder: string;
  readonly #objects = new Map<string, JsonObject | undefined>();

  /** `folder`: where the Secret with certificates is mounted. */
  constructor(client: Client, folder: string) {
    this.#client = client;
    this.#folder = folder;
  }

  /** The text of a Secret's entry (`{name, key}`). Throws Rejection. */
  *secret(namespace: string, reference: JsonValue | undefined): Steps<string> {
    return textOfBytes(atob(yield* this.#entry(namespace, "secrets", objectIn(reference))));
  }

  /** The text of an entry of a Secret or of a ConfigMap (`{secret}`, `{configMap}`). Throws Rejection. */
  *text(namespace: string, reference: JsonValue | undefined): Steps<string> {
    const { plural, entry } = sourceOf(reference);
    return textOfBytes(atob(yield* this.#entry(namespace, plural, entry)));
  }

  /** The path of the file that will hold the entry of a Secret or of a ConfigMap. Throws Rejection. */
  *file(namespace: string, reference: JsonValue | undefined): Steps<string> {
    const { plural, entry } = sourceOf(reference);
    const name = `${plural === "secrets" ? 0 : 1}_${namespace}_${String(entry["name"])}_${String(entry["key"])}`;
    this.files.set(name, yield* this.#entry(namespace, plural, entry));
    return `${this.#folder}/${name}`;
  }

  /** Base 64. */
  *#entry(namespace: string, plural: "secrets" | "configmaps", { name, key }: JsonObject): Steps<string> {
    const path = `/api/v1/namespaces/${namespace}/${plural}/${String(name)}`;
    if (!this.#objects.has(path)) this.#objects.set(path, yield* find(this.#client, path));
    const what = plural === "secrets" ? "secret" : "configmap";
    const object = this.#objects.get(path);
    if (!object) {
      const missing = `${plural} "${String(name)}" not found`;
      throw new Rejection(`unable to get ${what} "${String(name)}": ${missing}`);
    }
    const value = objectIn(object["data"])[String(key)];
    if (typeof value !== "string") throw new Rejection(`key "${String(key)}" in ${what} "${String(name)}" not found`);
    return plural === "secrets" ? value : btoa(bytesOfText(value));
  }
}

/** Whether a field names an entry of a Secret or of a ConfigMap. */
export function isReference(value: JsonValue | undefined): boolean {
  const { secret, configMap } = objectIn(value);
  return secret !== undefined || configMap !== undefined;
}

function sourceOf(reference: JsonValue | undefined): { plural: "secrets" | "configmaps"; entry: JsonObject } {
  const { secret, configMap } = objectIn(reference);
  return secret === undefined
    ? { plural: "configmaps", entry: objectIn(configMap) }
    : { plural: "secrets", entry: objectIn(secret) };
}
