/** The platform's API. Every endpoint is one file here and one line of `endpoints`. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { advance } from "./advance.ts";
import { authenticate } from "./authentication.ts";
import { beginFault } from "./begin-fault.ts";
import { beginTraffic } from "./begin-traffic.ts";
import { checks } from "./checks.ts";
import { conditionalGet } from "./conditional-get.ts";
import { createApiKey } from "./create-api-key.ts";
import { createCluster } from "./create-cluster.ts";
import { createCredential } from "./create-credential.ts";
import { createImage } from "./create-image.ts";
import { createOrganization } from "./create-organization.ts";
import { deleteApiKey } from "./delete-api-key.ts";
import { deleteCluster } from "./delete-cluster.ts";
import { deleteImage } from "./delete-image.ts";
import { registerSecurity } from "./document.ts";
import { endFault } from "./end-fault.ts";
import { endTraffic } from "./end-traffic.ts";
import type { AppEnv, PlatformApp } from "./endpoint.ts";
import { getApiKey } from "./get-api-key.ts";
import { getCluster } from "./get-cluster.ts";
import { getCredential } from "./get-credential.ts";
import { getDocument } from "./get-document.ts";
import { getFault } from "./get-fault.ts";
import { getHealth } from "./get-health.ts";
import { getImage } from "./get-image.ts";
import { getKubeconfig } from "./get-kubeconfig.ts";
import { getOrganization } from "./get-organization.ts";
import { getTraffic } from "./get-traffic.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { listClusters } from "./list-clusters.ts";
import { listCredentials } from "./list-credentials.ts";
import { listFaults } from "./list-faults.ts";
import { listImages } from "./list-images.ts";
import { listTraffic } from "./list-traffic.ts";
import { outsideRequest } from "./outside-request.ts";
import { query } from "./query.ts";
import { limitRate } from "./rate.ts";
import { replaceImage } from "./replace-image.ts";
import { revokeCredential } from "./revoke-credential.ts";
import { refuseUndocumented } from "./routing.ts";
import { invalidRequest, refuseNul, requireJson } from "./validation.ts";

/** Adds an endpoint's route and handler to the app. */
type Endpoint = (app: PlatformApp) => void;

const endpoints: readonly Endpoint[] = [
  getHealth,
  getDocument,
  createOrganization,
  getOrganization,
  listApiKeys,
  createApiKey,
  getApiKey,
  deleteApiKey,
  createCluster,
  listClusters,
  getCluster,
  deleteCluster,
  getKubeconfig,
  createCredential,
  listCredentials,
  getCredential,
  revokeCredential,
  createImage,
  listImages,
  getImage,
  replaceImage,
  deleteImage,
  advance,
  beginFault,
  listFaults,
  getFault,
  endFault,
  outsideRequest,
  beginTraffic,
  listTraffic,
  getTraffic,
  endTraffic,
  checks,
  query,
];

export function platformApp(): PlatformApp {
  const app: PlatformApp = new OpenAPIHono<AppEnv>({
    strict: false,
    defaultHook: (result, c) => {
      if (!result.success) throw invalidRequest(result.target, result.error.issues, c.var.bodySchema);
    },
  });
  app.use("/v1/*", limitRate);
  app.use("/v1/*", refuseNul);
  app.use("/v1/*", refuseUndocumented(app));
  app.use("/v1/*", conditionalGet);
  app.use("/v1/*", authenticate);
  app.use("/v1/*", requireJson);
  for (const register of endpoints) register(app);
  registerSecurity(app);
  return app;
}
