/**
 * The kind `ServiceAccount`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/serviceaccount/strategy.go
 */
import type { ServiceAccount } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, nameColumn } from "../printing/columns.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { serviceAccountWarnings } from "./service-account.warnings.ts";

const validate = (account: ServiceAccount) => validateObjectMeta(account, { namespaced: true });

export const serviceAccountKind: KindDefinition<ServiceAccount> = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.ServiceAccount",
  verbs: EVERY_VERB,
  returnDeletedObject: true,
  storageVersionHash: "pbx9ZvyFpBE=",
  subresources: {
    token: { verbs: ["create"], kind: "TokenRequest", group: "authentication.k8s.io", version: "v1" },
  },
  strategy: {
    warnings: serviceAccountWarnings,
    validate,
    validateUpdate: inTurn<ServiceAccount>(validateObjectMetaUpdate, asNew(validate)),
  },
  columns: [nameColumn, ageColumn],
};
