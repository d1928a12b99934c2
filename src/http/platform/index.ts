/** The platform's API: every endpoint is one file here and one line below. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { MAX_PLATFORM_BODY_BYTES } from "../../lib/limits.ts";
import { Problem } from "../../platform/problem.ts";
import { discardBody } from "../body.ts";
import { advance } from "./advance.ts";
import { beginFault } from "./begin-fault.ts";
import { checks } from "./checks.ts";
import { createApiKey } from "./create-api-key.ts";
import { createCluster } from "./create-cluster.ts";
import { createCredential } from "./create-credential.ts";
import { createOrganization } from "./create-organization.ts";
import { deleteApiKey } from "./delete-api-key.ts";
import { deleteCluster } from "./delete-cluster.ts";
import { endFault } from "./end-fault.ts";
import type { AppEnv, PlatformApp } from "./endpoint.ts";
import { getCluster } from "./get-cluster.ts";
import { getHealth } from "./get-health.ts";
import { getKubeconfig } from "./get-kubeconfig.ts";
import { getOrganization } from "./get-organization.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { listClusters } from "./list-clusters.ts";
import { listCredentials } from "./list-credentials.ts";
import { listFaults } from "./list-faults.ts";
import { query } from "./query.ts";
import { revokeCredential } from "./revoke-credential.ts";
import { invalidRequest, refuseNul, requireJson } from "./validation.ts";

const endpoints: readonly ((app: PlatformApp) => void)[] = [
  getHealth,
  createOrganization,
  getOrganization,
  listApiKeys,
  createApiKey,
  deleteApiKey,
  createCluster,
  listClusters,
  getCluster,
  deleteCluster,
  getKubeconfig,
  createCredential,
  listCredentials,
  revokeCredential,
  advance,
  beginFault,
  listFaults,
  endFault,
  checks,
  query,
];

export function platformApp(): PlatformApp {
  const app: PlatformApp = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.target, result.error.issues);
    },
  });
  app.use(
    "/v1/*",
    bodyLimit({
      maxSize: MAX_PLATFORM_BODY_BYTES,
      onError: async (c) => {
        await discardBody(c.req.raw);
        throw new Problem(413, `A request may have ${MAX_PLATFORM_BODY_BYTES} bytes.`);
      },
    }),
  );
  app.use("/v1/*", refuseNul);
  app.use("/v1/*", requireJson);
  for (const register of endpoints) register(app);
  app.openAPIRegistry.registerComponent("securitySchemes", "adminToken", {
    type: "http",
    scheme: "bearer",
    description: "The operator's token",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An organization's API key (sbk_…)",
  });
  app.get("/v1/openapi.json", (c) => c.json(document(app, c.var.platform.publicUrl)));
  return app;
}

function document(app: PlatformApp, url: string) {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Sandbar",
      version: "1",
      description: "Kubernetes clusters that are only state: for teaching and grading.",
    },
    servers: [{ url }],
  });
}
