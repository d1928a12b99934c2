/**
 * The kind `Ingress`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/networking/ingress/strategy.go
 */
import type { Ingress } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { firstHosts } from "./ingress.printing.ts";
import { validateIngress, validateNewIngress } from "./ingress.validation.ts";
import { ingressWarnings } from "./ingress.warnings.ts";

const column = columnsFor<Ingress>("networking.k8s.io/ingresses");

export const ingressKind: KindDefinition<Ingress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  namespaced: true,
  schema: "io.k8s.api.networking.v1.Ingress",
  verbs: EVERY_VERB,
  storageVersionHash: "39NQlfNR+bo=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  strategy: {
    warnings: ingressWarnings,
    default: (ingress) => {
      if (!ingress.spec) ingress.spec = {};
    },
    prepareForCreate: (ingress) => resetStatus(ingress, { loadBalancer: {} }),
    prepareForUpdate: keepStatus,
    validate: validateNewIngress,
    validateUpdate: inTurn<Ingress>(validateObjectMetaUpdate, specOf(validateIngress)),
  },
  columns: [
    nameColumn,
    column("Class", ({ spec }) => spec.ingressClassName ?? "<none>"),
    column("Hosts", ({ spec }) => firstHosts(spec.rules ?? [])),
    column("Address", ({ status }) =>
      (status.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "").join(","),
    ),
    column("Ports", ({ spec }) => (spec.tls?.length ? "80, 443" : "80")),
    ageColumn,
  ],
};
