/**
 * The kind `Namespace`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/namespace/strategy.go
 */
import type { Namespace } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateNamespace, validateNamespaceStatus } from "./namespace.validation.ts";

const column = columnsFor<Namespace>("core/namespaces");

/** The label that holds the namespace's name, for selectors. */
const NAME_LABEL = "kubernetes.io/metadata.name";
/** Finalizer: keeps a namespace until the namespace controller has emptied it. */
const CONTENT_FINALIZER = "kubernetes";

export const namespaceKind: KindDefinition<Namespace> = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  namespaced: false,
  schema: "io.k8s.api.core.v1.Namespace",
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  storageVersionHash: "Q3oi5N2YM8M=",
  subresources: {
    finalize: { verbs: ["update"] },
    status: STATUS_SUBRESOURCE,
  },
  selectableFields: { name: ({ metadata }) => metadata.name ?? "", "status.phase": ({ status }) => status.phase ?? "" },
  strategy: {
    default: (namespace) => {
      if (!namespace.spec) namespace.spec = {};
      if (!namespace.status) namespace.status = {};
      if (!namespace.status.phase) namespace.status.phase = "Active";
      if (!namespace.metadata.name) return;
      namespace.metadata.labels ??= {};
      namespace.metadata.labels[NAME_LABEL] = namespace.metadata.name;
    },
    prepareForCreate: (namespace) => {
      resetStatus(namespace, { phase: "Active" });
      namespace.metadata.labels ??= {};
      namespace.metadata.labels[NAME_LABEL] = namespace.metadata.name ?? "";
      const finalizers = namespace.spec.finalizers ?? [];
      if (!finalizers.includes(CONTENT_FINALIZER)) namespace.spec.finalizers = [...finalizers, CONTENT_FINALIZER];
    },
    prepareForUpdate: (namespace, old) => {
      namespace.spec.finalizers = old.spec.finalizers;
      keepStatus(namespace, old);
    },
    subresources: {
      /** Only the finalizers may change: the namespace controller removes its own once the namespace is empty. */
      finalize: {
        prepare: (namespace, old) => {
          namespace.metadata.labels = old.metadata.labels;
          namespace.status = old.status;
        },
      },
    },
    validate: validateNamespace,
    validateUpdate: inTurn<Namespace>(asNew(validateNamespace), validateObjectMetaUpdate),
    validateStatusUpdate: validateNamespaceStatus,
    beforeDelete: (namespace) => {
      namespace.status = { ...namespace.status, phase: "Terminating" };
    },
    holdsDeletion: (namespace) => (namespace.spec.finalizers?.length ?? 0) > 0,
  },
  columns: [nameColumn, column("Status", ({ status }) => status.phase ?? ""), ageColumn],
};
