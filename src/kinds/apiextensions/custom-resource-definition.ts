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
      // None is refused, but not before everybody has looked.
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
    // Finalizers may go with a status: so its own controller ends a deletion.
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
    // Nothing but finalizers; that it is said at all keeps the grace period out of the metadata, as in Kubernetes.
    holdsDeletion: () => false,
  },
};

/** Every version that objects were ever stored in is remembered, until somebody has migrated them and says so. */
function rememberStored(definition: CustomResourceDefinition): void {
  const { status, spec } = definition;
  const stored = status.storedVersions ?? [];
  const missing = spec.versions.filter(({ name, storage }) => storage && !stored.includes(name));
  if (missing.length > 0 || !status.storedVersions) {
    definition.status = { ...status, storedVersions: [...stored, ...missing.map(({ name }) => name)] };
  }
}
