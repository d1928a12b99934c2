/** Credentials of clusters: who a token says its bearer is. */
import type { CredentialRow } from "../storage/store.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { clusterServer, type Platform } from "./platform.ts";
import { clusterToken, newId, sha256Hex } from "./secrets.ts";

export interface CredentialInput {
  user: string;
  groups?: string[];
  /** RFC 3339; absent: until revoked. */
  expiresAt?: string;
}

export interface CredentialView {
  id: string;
  user: string;
  groups: string[];
  createdAt: string;
  expiresAt: string | null;
}

/** Whom the platform hands a cluster to: may do everything in it. */
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
): Promise<NewCredential> {
  const token = clusterToken(clusterId, secret);
  const tokenHash = sha256Hex(token);
  const row: CredentialRow = {
    id: newId("cred-"),
    clusterId,
    user: input.user,
    groups: input.groups ?? [],
    createdAtMs: platform.now(),
    expiresAtMs: input.expiresAt === undefined ? null : Date.parse(input.expiresAt),
  };
  const text = kubeconfig({
    clusterName: clusterId,
    user: input.user,
    server: clusterServer(platform, clusterId),
    caCertificate: platform.caCertificate,
    token,
  });
  return { row: { ...row, tokenHash }, view: credentialView(row), token, kubeconfig: text };
}

export function credentialView({ id, user, groups, createdAtMs, expiresAtMs }: CredentialRow): CredentialView {
  return {
    id,
    user,
    groups: [...groups],
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
  };
}
