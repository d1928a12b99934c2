/** Schemas of requests and responses about faults. */
import { z } from "@hono/zod-openapi";
import { ALL_REGISTRIES } from "../../platform/faults.ts";
import { exampleFault } from "./examples.ts";
import { ClusterPath, pathParameter } from "./schemas.ts";

const NODE_DOWN = "The node's kubelet neither acts nor reports, as if the machine were cut off.";
const REGISTRY_DOWN =
  "The registry refuses connections: pulls from it fail. Images that are on a node stay usable, except with imagePullPolicy Always.";

const Registry = z
  .string()
  .max(255)
  .regex(/^([a-z0-9.-]+(:[0-9]{1,5})?|[*])$/, "must be a host such as `docker.io`, or `*`")
  .openapi({ description: `The host, \`docker.io\` for names without one; \`${ALL_REGISTRIES}\`: every registry.` });

export const NewFault = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("node-down").openapi({ description: NODE_DOWN }),
      node: z.string().min(1).max(253),
    }),
    z.strictObject({ kind: z.literal("registry-down").openapi({ description: REGISTRY_DOWN }), registry: Registry }),
  ])
  .openapi("NewFault");

const shown = {
  name: z.string().openapi({ description: "The name by which the fault is read and ended." }),
  since: z.iso.datetime().openapi({ description: "Cluster time." }),
};

export const Fault = z
  .discriminatedUnion("kind", [
    z.object({ ...shown, kind: z.literal("node-down"), node: z.string() }),
    z.object({ ...shown, kind: z.literal("registry-down"), registry: z.string() }),
  ])
  .openapi("Fault");

export const FaultPath = ClusterPath.extend({
  faultName: pathParameter("faultName", exampleFault.name),
});
