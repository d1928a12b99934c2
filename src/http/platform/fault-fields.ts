/** The fields of each kind of fault, in requests and answers. */
import { z } from "@hono/zod-openapi";
import { MAX_FAULT_DELAY_MS } from "../../lib/container-limits.ts";
import { ALL_REGISTRIES } from "../../platform/faults.ts";

const NODE_DOWN = "The node's kubelet neither acts nor reports, as if the machine were cut off.";
const REGISTRY_DOWN =
  "The registry refuses connections: pulls from it fail. Images that are on a node stay usable, except with imagePullPolicy Always.";

const Registry = z
  .string()
  .max(255)
  .regex(/^([a-z0-9.-]+(:[0-9]{1,5})?|[*])$/, "must be a host such as `docker.io`, or `*`")
  .openapi({ description: `The host, \`docker.io\` for names without one; \`${ALL_REGISTRIES}\`: every registry.` });

const Name = z.string().min(1).max(253);
const Rate = z
  .number()
  .min(0)
  .max(1)
  .optional()
  .openapi({ description: "The share of requests, 0 to 1. All of them if absent." });
const Milliseconds = z.number().int().min(0).max(MAX_FAULT_DELAY_MS);

const Side = z
  .strictObject({
    namespace: Name.optional(),
    podLabels: z.record(z.string().max(317), z.string().max(63)).optional(),
    nodes: z.array(Name).min(1).max(100).optional(),
  })
  .refine((side) => Object.keys(side).length > 0, "must name a namespace, labels or nodes")
  .openapi("PartitionSide", {
    description: "Pods, and nodes if neither namespace nor labels are given. All fields that are given must match.",
  });

const containerFields = {
  namespace: Name,
  pod: Name,
  container: Name.optional().openapi({ description: "The first container if absent." }),
};
const claimFields = { namespace: Name, claim: Name };

export const faultFields = {
  nodeDown: { kind: z.literal("node-down").openapi({ description: NODE_DOWN }), node: Name },
  registryDown: { kind: z.literal("registry-down").openapi({ description: REGISTRY_DOWN }), registry: Registry },
  registrySlow: {
    kind: z.literal("registry-slow").openapi({ description: "Pulls from the registry take longer." }),
    registry: Registry,
    delayMs: Milliseconds,
  },
  partition: {
    kind: z.literal("partition").openapi({ description: "Packets between the sides are dropped, in both directions." }),
    between: z.array(Side).length(2),
  },
  dnsDown: {
    kind: z.literal("dns-down").openapi({ description: "Questions to cluster DNS get no answer." }),
    namespace: Name.optional().openapi({ description: "Only questions of pods of this namespace." }),
    name: Name.optional().openapi({ description: "Only this name as it is asked, and the names below it." }),
    rate: Rate,
  },
  serviceSlow: {
    kind: z.literal("service-slow").openapi({ description: "Requests to the pods of a Service take longer, or fail." }),
    namespace: Name,
    service: Name,
    latencyMs: Milliseconds.optional(),
    errorRate: z.number().min(0).max(1).optional(),
    status: z.number().int().min(400).max(599).optional().openapi({
      description: "The status of failed requests of HTTP. Without it, the connection is reset.",
    }),
  },
  apiErrors: {
    kind: z.literal("api-errors").openapi({ description: "The API server refuses requests of clients and programs." }),
    rate: Rate,
    status: z.union([z.literal(429), z.literal(500), z.literal(503)]),
  },
  certificateExpired: {
    kind: z.literal("certificate-expired").openapi({
      description: "Programs that verify certificates no longer trust a server: the API server, or that of a Service.",
    }),
    service: z.strictObject({ namespace: Name, name: Name }).optional(),
  },
  containerKilled: {
    kind: z.literal("container-killed").openapi({ description: "The processes of a container get signal 9, once." }),
    ...containerFields,
  },
  outOfMemory: {
    kind: z.literal("out-of-memory").openapi({ description: "The kernel kills a container for its memory, once." }),
    ...containerFields,
  },
  volumeFull: {
    kind: z.literal("volume-full").openapi({ description: "Writes to the claim's disk fail." }),
    ...claimFields,
  },
  volumeDetached: {
    kind: z.literal("volume-detached").openapi({
      description: "The claim's disk is gone from its node: it can only be read, and new pods cannot mount it.",
    }),
    ...claimFields,
  },
};
