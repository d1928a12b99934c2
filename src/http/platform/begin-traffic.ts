import { orRefusedByCluster } from "../../platform/cluster-work.ts";
import { createdIsGone, idempotencyKeyMismatch } from "../../platform/creation.ts";
import { Problem } from "../../platform/problem.ts";
import { beginFlow, flowView } from "../../platform/traffic.ts";
import { caller, callersCluster, creationOf, idempotencyHeader, type PlatformApp } from "./endpoint.ts";
import { exampleTraffic } from "./examples.ts";
import { outsideRequestOf } from "./outside-schemas.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, locationHeader, problems } from "./route.ts";
import { ClusterPath } from "./schemas.ts";
import { NewTraffic, Traffic } from "./traffic-schemas.ts";

const SECOND_MS = 1000;

const route = defineRoute({
  method: "post",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/traffic",
  operationId: "beginTraffic",
  summary: "Begin a flow of requests",
  description:
    "Clients outside of the cluster send the same request at a rate, for some time. The flow loads the pods that answer it: their CPU, metrics.k8s.io and autoscalers follow. It costs the same at any rate.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    headers: idempotencyHeader,
    body: jsonBody(NewTraffic, { target: { service: { name: "web" } }, rate: 50, durationSeconds: 600 }),
  },
  responses: {
    201: { description: "The flow has begun", headers: locationHeader, content: json(Traffic, exampleTraffic) },
    ...problems(409, 410),
  },
});

export function beginTraffic(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId } = c.req.valid("param");
    const input = c.req.valid("json");
    const { target, rate, durationSeconds } = input;
    const creation = creationOf(c, caller(c).secret, input).idempotency(null) ?? undefined;
    const flow = {
      ...{ request: outsideRequestOf(target), rate, durationMs: durationSeconds * SECOND_MS },
      creation: creation && { key: creation.key, requestHash: creation.requestHash },
    };
    const cluster = callersCluster(c, clusterId);
    const begun = await orRefusedByCluster(() =>
      cluster.change((tx) => ({ outcome: beginFlow(tx, flow), nowMs: tx.nowMs })),
    );
    const { outcome, nowMs } = begun;
    switch (outcome.type) {
      case "begun": {
        const location = `/v1/clusters/${clusterId}/traffic/${outcome.flow.id}`;
        return c.json(flowView(outcome.flow, nowMs), 201, { location });
      }
      case "invalid": {
        const errors = [{ location: `body.target.${outcome.field}`, message: outcome.message }];
        throw new Problem("invalid_body", "The request is not valid.", errors);
      }
      case "limit":
        throw new Problem("limit_reached", `The cluster has ${outcome.limit} flows; delete one of them first.`);
      case "mismatch":
        throw idempotencyKeyMismatch();
      case "gone":
        throw createdIsGone(outcome.id);
    }
  });
}
