/** The resources of an aggregated API server: kept beside its APIService, and shown by discovery. */
import type { JsonObject } from "../../lib/json.ts";

/** Owner of the private state. */
export const REMOTE_DISCOVERY = "remote-discovery";

export interface RemoteDiscovery {
  /** The entries of its APIResourceList. Absent: it has not answered yet. */
  resources?: readonly JsonObject[];
  /** Checks that failed in a row. */
  failures: number;
}
