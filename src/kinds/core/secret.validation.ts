/**
 * Validation of Secrets: keys, total size, the keys that a type requires, and the fields that `immutable` freezes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateSecret, ValidateSecretUpdate)
 */
import { decodeBase64, decodedLength } from "../../lib/encoding.ts";
import { equalJson } from "../../lib/json.ts";
import { configKeyProblems } from "../../lib/names.ts";
import type { Secret } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor, required, tooLong } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { FROZEN, MAX_DATA_BYTES } from "./config-map.validation.ts";

/** Keys of `data` that a type of Secret requires. */
const KEYS_OF_TYPES: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

const SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name";

export function validateSecret(secret: Secret): FieldError[] {
  const errors = validateObjectMeta(secret, { namespaced: true });
  const data = secret.data ?? {};
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    errors.push(...invalidFor(`data[${key}]`, key, configKeyProblems(key)));
    bytes += decodedLength(value);
  }
  if (bytes > MAX_DATA_BYTES) errors.push(tooLong("data", MAX_DATA_BYTES));
  return [...errors, ...validateSecretType(secret, data)];
}

export function validateSecretUpdate(secret: Secret, old: Secret): FieldError[] {
  const errors = validateObjectMetaUpdate(secret, old);
  errors.push(...immutable("type", secret.type, old.type));
  if (!old.immutable) return errors;
  if (!secret.immutable) errors.push(forbidden("immutable", FROZEN));
  if (!equalJson(secret.data ?? {}, old.data ?? {})) errors.push(forbidden("data", FROZEN));
  return errors;
}

function validateSecretType(secret: Secret, data: Readonly<Record<string, string>>): FieldError[] {
  switch (secret.type) {
    case "kubernetes.io/service-account-token":
      return secret.metadata.annotations?.[SERVICE_ACCOUNT_NAME]
        ? []
        : [required(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`)];
    case "kubernetes.io/basic-auth":
      return Object.hasOwn(data, "username") || Object.hasOwn(data, "password")
        ? []
        : [required("data[username]"), required("data[password]")];
    default: {
      const keys = KEYS_OF_TYPES[secret.type ?? ""] ?? [];
      const missing = keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(`data[${key}]`));
      return missing.length > 0 ? missing : keys.flatMap((key) => validateDockerConfig(key, data[key] ?? ""));
    }
  }
}

/** The content must be JSON; Kubernetes does not print a secret's value. */
function validateDockerConfig(key: string, value: string): FieldError[] {
  if (!key.startsWith(".docker")) return [];
  try {
    JSON.parse(decodeBase64(value));
    return [];
  } catch (error) {
    const detail = error instanceof Error ? error.message : "invalid character";
    return [invalid(`data[${key}]`, "<secret contents redacted>", detail)];
  }
}
