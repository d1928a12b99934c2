/** Schemas of requests and responses about faults. */
import { z } from "@hono/zod-openapi";
import { MAX_FAULT_SECONDS } from "../../lib/container-limits.ts";
import { exampleFault } from "./examples.ts";
import { faultFields } from "./fault-fields.ts";
import { ClusterPath, pathParameter } from "./schemas.ts";

const times = {
  afterSeconds: z.number().int().min(0).max(MAX_FAULT_SECONDS).optional().openapi({
    description: "The fault begins after so many seconds of cluster time; at once if absent.",
  }),
  durationSeconds: z.number().int().min(1).max(MAX_FAULT_SECONDS).optional().openapi({
    description: "The fault ends by itself. Without it, the fault lasts until it is ended.",
  }),
  seed: z.number().int().min(0).max(0xffff_ffff).optional().openapi({
    description: "Decides which requests a rate hits. The same seed hits the same requests again.",
  }),
};

const shown = {
  name: z.string().openapi({ description: "The name by which the fault is read and ended." }),
  since: z.iso.datetime().openapi({ description: "When it began, or begins. Cluster time." }),
  until: z.iso.datetime().optional().openapi({ description: "When it ends by itself. Cluster time." }),
  seed: z.number().int().optional(),
};

function asked<S extends z.ZodRawShape>(fields: S) {
  return z.strictObject({ ...fields, ...times });
}

function answered<S extends z.ZodRawShape>(fields: S) {
  return z.object({ ...shown, ...fields });
}

export const NewFault = z
  .discriminatedUnion("kind", [
    asked(faultFields.nodeDown),
    asked(faultFields.registryDown),
    asked(faultFields.registrySlow),
    asked(faultFields.partition),
    asked(faultFields.dnsDown),
    asked(faultFields.serviceSlow),
    asked(faultFields.apiErrors),
    asked(faultFields.certificateExpired),
    asked(faultFields.containerKilled),
    asked(faultFields.outOfMemory),
    asked(faultFields.volumeFull),
    asked(faultFields.volumeDetached),
  ])
  .openapi("NewFault");

export const Fault = z
  .discriminatedUnion("kind", [
    answered(faultFields.nodeDown),
    answered(faultFields.registryDown),
    answered(faultFields.registrySlow),
    answered(faultFields.partition),
    answered(faultFields.dnsDown),
    answered(faultFields.serviceSlow),
    answered(faultFields.apiErrors),
    answered(faultFields.certificateExpired),
    answered(faultFields.containerKilled),
    answered(faultFields.outOfMemory),
    answered(faultFields.volumeFull),
    answered(faultFields.volumeDetached),
  ])
  .openapi("Fault");

export const FaultPath = ClusterPath.extend({
  faultName: pathParameter("faultName", exampleFault.name),
});
