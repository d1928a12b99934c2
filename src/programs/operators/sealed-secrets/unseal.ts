/**
 * The Secret inside a SealedSecret.
 * Source: github.com/bitnami-labs/sealed-secrets pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go, pkg/crypto
 */
import { gcm } from "@noble/ciphers/aes.js";
import { BoundedCache } from "../../../lib/bounded-cache.ts";
import { byteString, bytesOf, textOfBytes } from "../../../lib/bytes.ts";
import { encodeBytes } from "../../../lib/encoding.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { oaepDecrypt } from "../../../lib/signing/oaep.ts";
import type { RsaKey } from "../../../lib/signing/rsa.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { executeTemplate, goTemplate } from "../../kubectl/templates/execute.ts";
import { TemplateError } from "../../kubectl/templates/nodes.ts";
import { metadataOf, nameOf, namespaceOf } from "../objects.ts";

const PREFIX = "sealedsecrets.bitnami.com/";
const NONCE = new Uint8Array(12);

/** Decryption is expensive, and a run is repeated from its start after each answer. */
const opened = new BoundedCache<string, { value: Uint8Array | undefined }>(200);

export type Unsealed = { type: "secret"; secret: JsonObject } | { type: "error"; message: string };

export function unsealed(sealed: JsonObject, keys: readonly RsaKey[]): Unsealed {
  const spec = objectIn(sealed["spec"]);
  if (spec["data"]) {
    return { type: "error", message: "using deprecated 'data' field, use 'encryptedData' or flip the feature flag" };
  }
  const template = objectIn(spec["template"]);
  const label = new TextEncoder().encode(labelOf(sealed));
  const errors = new Map<string, string[]>();
  const fail = (message: string, key: string) => errors.set(message, [...(errors.get(message) ?? []), key]);
  const data: Record<string, string> = {};
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(objectIn(spec["encryptedData"]))) {
    const text = String(value).replace(/[\r\n]/g, "");
    const illegalAt = illegalByte(text);
    if (illegalAt !== undefined) {
      fail(`illegal base64 data at input byte ${illegalAt}`, key);
      continue;
    }
    const plain = decrypted(text, label, keys);
    if (!plain) fail("no key could decrypt secret", key);
    data[key] = encodeBytes(plain ?? new Uint8Array());
    texts[key] = textOfBytes(byteString(plain ?? new Uint8Array()));
  }
  for (const [key, value] of Object.entries(objectIn(template["data"]))) {
    try {
      const text = executeTemplate(goTemplate(String(value)), texts, { failsOnMissing: false });
      data[key] = encodeBytes(new TextEncoder().encode(text));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      fail(error.message, key);
    }
  }
  if (errors.size > 0) {
    const lines = [...errors].map(([message, tags]) => `${message} (${tags.join(", ")})`);
    return { type: "error", message: lines.join("; ") };
  }
  return { type: "secret", secret: secretFrom(sealed, template, data) };
}

function secretFrom(sealed: JsonObject, template: JsonObject, data: JsonObject): JsonObject {
  const { labels, annotations, finalizers } = metadataOf(template);
  const { apiVersion = "", kind = "" } = sealed;
  const owner = { apiVersion, kind, name: nameOf(sealed), uid: metadataOf(sealed)["uid"] ?? "", controller: true };
  const metadata: JsonObject = {
    ...{ name: nameOf(sealed), namespace: namespaceOf(sealed) },
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(finalizers && { finalizers }),
    ...(objectIn(annotations)[`${PREFIX}skip-set-owner-references`] !== "true" && { ownerReferences: [owner] }),
  };
  return {
    ...{ apiVersion: "v1", kind: "Secret", metadata, data, type: template["type"] ?? "Opaque" },
    ...(template["immutable"] !== undefined && { immutable: template["immutable"] }),
  };
}

/** A ciphertext is bound to it. */
function labelOf(sealed: JsonObject): string {
  const annotations = objectIn(metadataOf(sealed)["annotations"]);
  if (annotations[`${PREFIX}cluster-wide`] === "true") return "";
  if (annotations[`${PREFIX}namespace-wide`] === "true") return namespaceOf(sealed);
  return `${namespaceOf(sealed)}/${nameOf(sealed)}`;
}

/** Where Go's decoder finds that a text is not base64; undefined: it is. */
function illegalByte(text: string): number | undefined {
  const strange = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ""));
  if (strange) return strange.index;
  return text.length % 4 === 0 ? undefined : text.length - (text.length % 4);
}

function decrypted(text: string, label: Uint8Array, keys: readonly RsaKey[]): Uint8Array | undefined {
  for (const key of keys) {
    const id = `${key.n}/${label}/${text}`;
    const known = opened.get(id) ?? { value: opening(bytesOf(atob(text)), label, key) };
    opened.set(id, known);
    if (known.value) return known.value;
  }
  return undefined;
}

/** The length of the encrypted session key, that key, and what it encrypts. */
function opening(bytes: Uint8Array, label: Uint8Array, key: RsaKey): Uint8Array | undefined {
  const [high, low] = bytes;
  if (high === undefined || low === undefined) return undefined;
  const end = 2 + 256 * high + low;
  if (bytes.length < end) return undefined;
  const session = oaepDecrypt(key, bytes.subarray(2, end), label);
  if (!session || ![16, 24, 32].includes(session.length)) return undefined;
  try {
    return gcm(session, NONCE).decrypt(bytes.subarray(end));
  } catch {
    // Its tag is wrong.
    return undefined;
  }
}
