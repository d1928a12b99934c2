import { orRefusedByCluster } from "../../platform/cluster-work.ts";
import { answerOutside, outsideView } from "../../platform/outside-request.ts";
import { Problem } from "../../platform/problem.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { exampleOutsideAnswer } from "./examples.ts";
import { OutsideAnswer, OutsideRequest, outsideRequestOf } from "./outside-schemas.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, problems } from "./route.ts";
import { ClusterPath } from "./schemas.ts";

const route = defineRoute({
  method: "post",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/http",
  operationId: "requestFromOutside",
  summary: "Send an HTTP request into a cluster",
  description:
    "As a client outside of the cluster sends it: through node ports, load balancers, Ingresses and Gateways, under network policies. The pods that it reaches log and count it. Errors of the network are part of the answer (`error`), as a client sees them. The cluster's clock does not move.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    body: jsonBody(OutsideRequest, { ingress: { namespace: "default", name: "web" }, path: "/v2?lang=en" }),
  },
  responses: {
    200: {
      description: "What the client saw: an answer of any status, or an error of the network",
      content: json(OutsideAnswer, exampleOutsideAnswer),
    },
    ...problems(409),
  },
});

export function outsideRequest(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId } = c.req.valid("param");
    const request = outsideRequestOf(c.req.valid("json"));
    const cluster = callersCluster(c, clusterId);
    const answer = await orRefusedByCluster(() => cluster.change((tx) => answerOutside(tx, request)));
    if (answer.type === "invalid") {
      const errors = [{ location: `body.${answer.field}`, message: answer.message }];
      throw new Problem("invalid_body", "The request is not valid.", errors);
    }
    return c.json(outsideView(answer), 200);
  });
}
