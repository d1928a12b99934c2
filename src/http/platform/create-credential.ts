import { orRefusedByCluster } from "../../platform/cluster-work.ts";
import { createdSecretView } from "../../platform/creation.ts";
import { newCredential } from "../../platform/credentials.ts";
import { Problem } from "../../platform/problem.ts";
import { ensureObjects, roleObjects } from "../../platform/roles.ts";
import { caller, callersCluster, creationOf, idempotencyHeader, type PlatformApp } from "./endpoint.ts";
import { exampleCredential, exampleKubeconfig } from "./examples.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, locationHeader, problems } from "./route.ts";
import { ClusterPath, CreatedCredential, NewCredential } from "./schemas.ts";

const route = defineRoute({
  method: "post",
  tags: ["Credentials"],
  path: "/v1/clusters/{clusterId}/credentials",
  operationId: "createCredential",
  summary: "Create a credential for a user",
  description:
    "With a `role` it opens the cluster at once: the role's group is bound by ClusterRoleBindings named `sandbar:…`, which are created with the first credential that needs them. The token is shown this once.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    headers: idempotencyHeader,
    body: jsonBody(NewCredential, { user: exampleCredential.user, role: exampleCredential.role }),
  },
  responses: {
    201: {
      description: "Created; the token is shown this once",
      headers: locationHeader,
      content: json(CreatedCredential, {
        ...exampleCredential,
        token: "sbx_c4m9x1q0z7t2b8k5d_…",
        kubeconfig: exampleKubeconfig,
      }),
    },
    ...problems(409),
  },
});

export function createCredential(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const organization = caller(c);
    const { clusterId } = c.req.valid("param");
    const input = c.req.valid("json");
    const { platform } = c.var;
    if (input.expiresAt !== undefined && Date.parse(input.expiresAt) <= platform.now()) {
      const errors = [{ location: "body.expiresAt", message: "must be in the future" }];
      throw new Problem("invalid_body", "The request is not valid.", errors);
    }
    const { store, secret: callerSecret } = organization;
    const { secret, idempotency } = creationOf(c, callerSecret, input);
    const objects = input.role === undefined ? [] : roleObjects(input.role);
    if (objects.length > 0) {
      const cluster = callersCluster(c, clusterId);
      await orRefusedByCluster(() => cluster.change((tx) => ensureObjects(tx, objects)));
    }
    const { row, view, token, kubeconfig } = await newCredential(clusterId, input, secret, platform);
    const mine = { view, secretHash: row.tokenHash };
    const shown = createdSecretView(await store.createCredential(row, idempotency(mine)), mine, "cluster");
    const location = `/v1/clusters/${clusterId}/credentials/${shown.id}`;
    return c.json({ ...shown, token, kubeconfig }, 201, { location });
  });
}
