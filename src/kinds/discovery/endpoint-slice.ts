/**
 * The kind `EndpointSlice`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/discovery/endpointslice/strategy.go
 */
import type { EndpointSlice } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, firstThree, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateEndpointSlice, validateEndpointSliceUpdate } from "./endpoint-slice.validation.ts";
import { endpointSliceWarnings } from "./endpoint-slice.warnings.ts";

const column = columnsFor<EndpointSlice>("discovery.k8s.io/endpointslices");

export const endpointSliceKind: KindDefinition<EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  singular: "endpointslice",
  namespaced: true,
  schema: "io.k8s.api.discovery.v1.EndpointSlice",
  verbs: EVERY_VERB,
  storageVersionHash: "qgS0xkrxYAI=",
  hasGeneration: true,
  strategy: {
    warnings: endpointSliceWarnings,
    default: (slice) => {
      for (const port of slice.ports ?? []) {
        if (port.name === undefined || port.name === null) port.name = "";
        setDefault(port, "protocol", "TCP");
      }
    },
    validate: validateEndpointSlice,
    validateUpdate: inTurn(asNew(validateEndpointSlice), validateEndpointSliceUpdate),
  },
  columns: [
    nameColumn,
    column("AddressType", ({ addressType }) => addressType),
    column("Ports", ({ ports }) =>
      firstThree(
        (ports ?? []).map(({ port, name }) => `${port ?? (name || "*")}`),
        "<unset>",
      ),
    ),
    column("Endpoints", ({ endpoints }) =>
      firstThree(
        (endpoints ?? []).flatMap(({ addresses }) => addresses ?? []),
        "<unset>",
      ),
    ),
    ageColumn,
  ],
};
