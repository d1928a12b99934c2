/** The resources of an aggregated API server: kept beside its APIService, and shown by discovery and OpenAPI. */
import type { JsonObject } from "../../lib/json.ts";

/** Owner of the private state. */
export const REMOTE_DISCOVERY = "remote-discovery";

export interface RemoteDiscovery {
  /** The entries of its APIResourceList. Absent: it has not answered yet. */
  resources?: readonly JsonObject[];
  /** The hash of its OpenAPI v3 document. Absent: it publishes none. */
  openApiHash?: string;
  /** Checks that failed in a row. */
  failures: number;
}
