/**
 * The kind `IngressClass`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/networking/ingressclass/strategy.go
 */
import type { IngressClass } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateIngressClass, validateIngressClassUpdate } from "./ingress-class.validation.ts";

const column = columnsFor<IngressClass>("networking.k8s.io/ingressclasses");

export const ingressClassKind: KindDefinition<IngressClass> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  singular: "ingressclass",
  namespaced: false,
  schema: "io.k8s.api.networking.v1.IngressClass",
  verbs: EVERY_VERB,
  storageVersionHash: "l/iqIbDgFyQ=",
  hasGeneration: true,
  strategy: {
    default: ({ spec }) => {
      if (spec?.parameters) setDefault(spec.parameters, "scope", "Cluster");
    },
    validate: validateIngressClass,
    validateUpdate: inTurn(validateIngressClassUpdate, asNew(validateIngressClass)),
  },
  columns: [
    nameColumn,
    column("Controller", ({ spec }) => spec?.controller ?? ""),
    column("Parameters", ({ spec }) => {
      if (!spec?.parameters) return "<none>";
      const { apiGroup, kind, name } = spec.parameters;
      return apiGroup ? `${kind}.${apiGroup}/${name}` : `${kind}/${name}`;
    }),
    ageColumn,
  ],
};
