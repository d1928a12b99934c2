/**
 * The kind `CustomResourceDefinition`: names, verbs, strategy and columns.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go
 */
import { formatTime } from "../../lib/time.ts";
import type { CustomResourceDefinition } from "../../schema/index.ts";
import { validateDefinition } from "../custom/index.ts";
import type { KindDefinition } from "../kind.ts";
import { createdAtColumn, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { keepStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { CLEANUP_FINALIZER, setCondition } from "./conditions.ts";

export const customResourceDefinitionKind: KindDefinition<CustomResourceDefinition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  verbs: EVERY_VERB,
  storageVersionHash: "jfWCUB31mvA=",
  subresources: { status: STATUS_SUBRESOURCE },
  hasGeneration: true,
  columns: [nameColumn, createdAtColumn],
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => {
      const { names, conversion } = spec;
      // A missing list is refused, but only after all other checks.
      setDefault(spec, "versions", []);
      setDefault(names, "singular", names.kind.toLowerCase());
      setDefault(names, "listKind", `${names.kind}List`);
      setDefault(spec, "conversion", { strategy: "None" });
      const service = conversion?.webhook?.clientConfig?.service;
      if (service) setDefault(service, "port", 443);
    },
    prepareForCreate: (definition) => {
      definition.status = { conditions: null, acceptedNames: { plural: "", kind: "" }, storedVersions: [] };
      rememberStored(definition);
    },
    prepareForUpdate: (definition, old) => {
      keepStatus(definition, old);
      rememberStored(definition);
    },
    validate: (definition) => validateDefinition(definition),
    validateUpdate: validateDefinition,
    // A status write may remove finalizers: the definition's own controller ends a deletion this way.
    prepareForStatusUpdate: (definition, old) => {
      definition.spec = old.spec;
    },
    beforeDelete: (definition, { nowMs }) => {
      const { metadata } = definition;
      if (!metadata.finalizers?.includes(CLEANUP_FINALIZER)) {
        metadata.finalizers = [...(metadata.finalizers ?? []), CLEANUP_FINALIZER];
      }
      const message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
      const condition = { type: "Terminating", status: "True", reason: "InstanceDeletionPending", message } as const;
      setCondition(definition, condition, formatTime(nowMs));
    },
    // Only finalizers hold a deletion. Without this hook the metadata would have a grace period.
    holdsDeletion: () => false,
  },
};

/** Adds the storage version to `status.storedVersions`. Clients remove old versions after migrating the objects. */
function rememberStored(definition: CustomResourceDefinition): void {
  const { status, spec } = definition;
  const stored = status.storedVersions ?? [];
  const missing = spec.versions.filter(({ name, storage }) => storage && !stored.includes(name));
  if (missing.length > 0 || !status.storedVersions) {
    definition.status = { ...status, storedVersions: [...stored, ...missing.map(({ name }) => name)] };
  }
}
