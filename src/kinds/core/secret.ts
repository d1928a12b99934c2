/**
 * The kind `Secret`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/secret/strategy.go
 */
import { encodeBase64 } from "../../lib/encoding.ts";
import type { Secret } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateSecret, validateSecretUpdate } from "./secret.validation.ts";

const column = columnsFor<Secret>("core/secrets");

export const secretKind: KindDefinition<Secret> = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  namespaced: true,
  schema: "io.k8s.api.core.v1.Secret",
  confidential: ["data", "stringData"],
  verbs: EVERY_VERB,
  storageVersionHash: "S6u1pOWzb84=",
  selectableFields: { type: ({ type }) => type ?? "" },
  strategy: {
    default: defaultSecret,
    // An update without a type keeps the type, so it is not a change.
    prepareForUpdate: (secret, old) => setDefault(secret, "type", old.type ?? "Opaque"),
    validate: validateSecret,
    validateUpdate: inTurn(validateSecretUpdate, asNew(validateSecret)),
  },
  columns: [
    nameColumn,
    column("Type", ({ type }) => type ?? ""),
    column("Data", ({ data }) => Object.keys(data ?? {}).length),
    ageColumn,
  ],
};

/** `stringData` is write-only: its values are stored in `data`. */
function defaultSecret(secret: Secret): void {
  setDefault(secret, "type", "Opaque");
  for (const [key, text] of Object.entries(secret.stringData ?? {})) {
    secret.data ??= {};
    secret.data[key] = encodeBase64(text);
  }
  delete secret.stringData;
}
