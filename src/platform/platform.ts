/** The dependencies of the platform API's endpoints. */
import type { RateLimit } from "../runtime/rate-limit.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Stores } from "../storage/store.ts";

export interface Platform {
  stores: Stores;
  runtime: Pick<Runtime, "advance" | "change" | "clusterDeleted" | "credentialRevoked" | "read" | "readMany" | "pause">;
  /** The rate limit of keys in this isolate, counted by the hash of the key. */
  rateLimit: Pick<RateLimit, "spend">;
  /** SHA-256 of the operator's token, lower-case hex. */
  adminTokenHash: string;
  /** The URL at which clients reach this Sandbar, without a trailing slash. */
  publicUrl: string;
  /** PEM of the authority that signed the server's certificate; null where it is publicly trusted. */
  caCertificate: string | null;
  /** Real time, ms. */
  now(): number;
}

/** The address of a cluster's Kubernetes API. */
export function clusterServer({ publicUrl }: Pick<Platform, "publicUrl">, clusterId: string): string {
  return `${publicUrl}/clusters/${clusterId}`;
}
