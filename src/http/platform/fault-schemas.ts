/** Schemas of requests and responses about faults. */
import { z } from "@hono/zod-openapi";
import { exampleFault } from "./examples.ts";
import { ClusterPath, pathParameter } from "./schemas.ts";

const FaultKind = z.enum(["node-down"]).openapi({
  description: "node-down: the node's kubelet neither acts nor reports, as if the machine were cut off.",
});

export const NewFault = z.strictObject({ kind: FaultKind, node: z.string().min(1).max(253) }).openapi("NewFault");

export const Fault = z
  .object({
    name: z.string().openapi({ description: "The name by which the fault is read and ended." }),
    kind: FaultKind,
    node: z.string(),
    since: z.iso.datetime().openapi({ description: "Cluster time." }),
  })
  .openapi("Fault");

export const FaultPath = ClusterPath.extend({
  faultName: pathParameter("faultName", exampleFault.name),
});
