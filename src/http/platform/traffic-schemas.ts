/** Schemas of requests and responses about flows of requests. */
import { z } from "@hono/zod-openapi";
import {
  MAX_FLOW_RATE,
  MAX_FLOW_REQUEST_CHARACTERS,
  MAX_FLOW_SECONDS,
  MIN_FLOW_RATE,
} from "../../lib/container-limits.ts";
import { exampleTraffic } from "./examples.ts";
import { OUTSIDE_ERRORS, OutsidePod, OutsideRequest, outsideTargets } from "./outside-schemas.ts";
import { ClusterPath, pathParameter } from "./schemas.ts";

const Target = OutsideRequest.superRefine((request, context) => {
  if (JSON.stringify(request).length <= MAX_FLOW_REQUEST_CHARACTERS) return;
  const message = `a flow's request may have ${MAX_FLOW_REQUEST_CHARACTERS} characters as JSON, because the cluster stores it`;
  context.addIssue({ code: "custom", message });
});

export const NewTraffic = z
  .strictObject({
    target: Target.openapi({ description: "The request that is sent again and again." }),
    rate: z.number().min(MIN_FLOW_RATE).max(MAX_FLOW_RATE).openapi({ description: "Requests in a second." }),
    durationSeconds: z
      .number()
      .int()
      .min(1)
      .max(MAX_FLOW_SECONDS)
      .openapi({ description: "How long requests are sent, in cluster time." }),
  })
  .openapi("NewTraffic");

const count = z.number().int();
const StatusCodes = z.record(z.string(), count).openapi({ description: "Answers by status." });
const Errors = z
  .record(z.string(), count)
  .openapi({ description: `Requests without an answer, by what the client saw: ${OUTSIDE_ERRORS.join(", ")}.` });

export const Traffic = z
  .object({
    id: z.string(),
    target: z.object({
      ...outsideTargets,
      ...{ scheme: z.enum(["http", "https"]), method: z.string(), path: z.string() },
    }),
    ...{ rate: z.number(), durationSeconds: z.number() },
    state: z.enum(["running", "ended"]),
    since: z.iso.datetime().openapi({ description: "Cluster time." }),
    until: z.iso.datetime().openapi({ description: "Cluster time." }),
    requests: z
      .object({ sent: count, answered: count, failed: count })
      .openapi({ description: "Until now. An answer of any status counts as answered." }),
    statusCodes: StatusCodes,
    errors: Errors,
    pods: z
      .array(OutsidePod.extend({ requests: count, statusCodes: StatusCodes, errors: Errors }))
      .openapi({ description: "The pods that answered, in the order of their first answer." }),
    latencySeconds: z
      .object({ p50: z.number(), p90: z.number(), p99: z.number() })
      .nullable()
      .openapi({ description: "Of answered requests, to two digits; null where none was answered." }),
  })
  .openapi("Traffic");

export const TrafficPath = ClusterPath.extend({
  trafficId: pathParameter("trafficId", exampleTraffic.id),
});
