/**
 * The kind `Endpoints`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/endpoint/strategy.go
 */
import type { Endpoints } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, firstThree, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateEndpoints } from "./endpoints.validation.ts";

const column = columnsFor<Endpoints>("core/endpoints");

export const endpointsKind: KindDefinition<Endpoints> = {
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.Endpoints",
  verbs: EVERY_VERB,
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  allowCreateOnUpdate: true,
  storageVersionHash: "fWeeMqaN/OA=",
  strategy: {
    default: (endpoints) => {
      for (const { ports } of endpoints.subsets ?? [])
        for (const port of ports ?? []) setDefault(port, "protocol", "TCP");
    },
    validate: validateEndpoints,
    validateUpdate: inTurn<Endpoints>(validateObjectMetaUpdate, asNew(validateEndpoints)),
  },
  columns: [nameColumn, column("Endpoints", (endpoints) => firstThree(addresses(endpoints), "<none>")), ageColumn],
};

function addresses(endpoints: Endpoints): string[] {
  return (endpoints.subsets ?? []).flatMap(({ addresses, ports }) => {
    // Without ports (a headless Service), only the addresses are shown.
    if (!ports || ports.length === 0) return (addresses ?? []).map(({ ip }) => ip);
    return ports.flatMap(({ port }) => (addresses ?? []).map(({ ip }) => hostPort(ip, port)));
  });
}

function hostPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}
