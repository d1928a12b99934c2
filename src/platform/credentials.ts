/** Credentials of clusters: the user and groups of a token's bearer. */
import type { CredentialRow } from "../storage/store.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { clusterServer, type Platform } from "./platform.ts";
import { type CredentialRole, ROLES, roleOfGroups } from "./roles.ts";
import { clusterToken, newId, sha256Hex } from "./secrets.ts";

export interface CredentialInput {
  user: string;
  /** Adds the role's group. */
  role?: CredentialRole;
  groups?: string[];
  /** RFC 3339; absent: until revoked. */
  expiresAt?: string;
}

export interface CredentialView {
  id: string;
  user: string;
  role: CredentialRole | null;
  groups: string[];
  createdAt: string;
  expiresAt: string | null;
}

/** The user of the administrator's kubeconfig: may do everything in the cluster. */
export const ADMINISTRATOR: CredentialInput = { user: "kubernetes-admin", groups: ["system:masters"] };

export interface NewCredential {
  row: CredentialRow & { tokenHash: string };
  view: CredentialView;
  token: string;
  kubeconfig: string;
}

export async function newCredential(
  clusterId: string,
  input: CredentialInput,
  secret: string,
  platform: Pick<Platform, "publicUrl" | "caCertificate" | "now">,
  id = newId("cred-"),
): Promise<NewCredential> {
  const { token, kubeconfig: text } = credentialKubeconfig(clusterId, input.user, secret, platform);
  const tokenHash = sha256Hex(token);
  const row: CredentialRow = {
    id,
    clusterId,
    user: input.user,
    groups: groupsOf(input),
    createdAtMs: platform.now(),
    expiresAtMs: input.expiresAt === undefined ? null : Date.parse(input.expiresAt),
  };
  return { row: { ...row, tokenHash }, view: credentialView(row), token, kubeconfig: text };
}

/** The token with this secret, and a kubeconfig with the token. */
export function credentialKubeconfig(
  clusterId: string,
  user: string,
  secret: string,
  platform: Pick<Platform, "publicUrl" | "caCertificate">,
): { token: string; kubeconfig: string } {
  const token = clusterToken(clusterId, secret);
  const server = clusterServer(platform, clusterId);
  const { caCertificate } = platform;
  return { token, kubeconfig: kubeconfig({ clusterName: clusterId, user, server, caCertificate, token }) };
}

function groupsOf({ role, groups = [] }: CredentialInput): string[] {
  return [...new Set([...(role === undefined ? [] : [ROLES[role].group]), ...groups])];
}

export function credentialView({ id, user, groups, createdAtMs, expiresAtMs }: CredentialRow): CredentialView {
  return {
    id,
    user,
    role: roleOfGroups(groups),
    groups: [...groups],
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
  };
}
