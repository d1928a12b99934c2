/** What the endpoints of the platform's API work with. */
import type { RateLimit } from "../runtime/rate-limit.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Stores } from "../storage/store.ts";

export interface Platform {
  stores: Stores;
  runtime: Pick<Runtime, "advance" | "change" | "clusterDeleted" | "credentialRevoked" | "read" | "readMany" | "pause">;
  /** Of the keys, in this isolate; counts by the hash of what was shown. */
  rateLimit: Pick<RateLimit, "spend">;
  /** SHA-256 of the operator's token, lower-case hex. */
  adminTokenHash: string;
  /** Where clients reach this Sandbar, without a slash at the end. */
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
