import { newCluster, newClusterView } from "../../platform/clusters.ts";
import { createdView } from "../../platform/creation.ts";
import { caller, creationOf, idempotencyHeader, type PlatformApp } from "./endpoint.ts";
import { exampleCluster } from "./examples.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, locationHeader } from "./route.ts";
import { Cluster, NewCluster } from "./schemas.ts";

const route = defineRoute({
  method: "post",
  tags: ["Clusters"],
  path: "/v1/clusters",
  operationId: "createCluster",
  summary: "Create a cluster",
  description: "It is ready when the answer arrives: its nodes are up, and its system pods run.",
  security: apiKeySecurity,
  request: {
    headers: idempotencyHeader,
    body: jsonBody(NewCluster, { name: "anna", labels: { course: "k8s-101" }, nodes: 3 }),
  },
  responses: {
    201: { description: "Created", headers: locationHeader, content: json(Cluster, exampleCluster) },
  },
});

export function createCluster(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret } = caller(c);
    const { platform } = c.var;
    const input = c.req.valid("json");
    const { idempotency } = creationOf(c, secret, input);
    const cluster = newCluster(input, platform);
    const view = newClusterView(cluster, platform);
    const created = await store.createCluster(cluster, idempotency(view));
    const shown = createdView(created, view, "organization");
    return c.json(shown, 201, { location: `/v1/clusters/${shown.id}` });
  });
}
