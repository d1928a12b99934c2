/** The roles of the discovery in Kubernetes. */
import type { KubernetesRole } from "../config/config.ts";
import { endpointSliceRole, endpointsRole } from "./endpoints.ts";
import { ingressRole } from "./ingress.ts";
import { nodeRole } from "./node.ts";
import { podRole } from "./pod.ts";
import type { Role } from "./role.ts";
import { serviceRole } from "./service.ts";

export const ROLES: Readonly<Record<KubernetesRole, Role>> = {
  pod: podRole,
  endpoints: endpointsRole,
  endpointslice: endpointSliceRole,
  service: serviceRole,
  node: nodeRole,
  ingress: ingressRole,
};
