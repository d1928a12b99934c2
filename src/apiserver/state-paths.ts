/** Paths outside of `/api` whose answer depends on the cluster: the key that tokens are verified by, and metrics. */
import { signingKeyOf } from "../cluster/issuer/issuer.ts";
import type { RequestTransaction } from "../cluster/request-transaction.ts";
import { metricsOutcome, serviceLevelOutcome } from "./metrics.ts";
import type { ApiOutcome, ApiRequest, Provided } from "./request.ts";
import { keySetOutcome } from "./server-info.ts";

const KEY_SET_PATH = "/openid/v1/jwks";
const METRICS_PATH = "/metrics";
const SERVICE_LEVEL_PATH = "/metrics/slis";

/** Must the cluster's state be loaded to answer this path? */
export function needsState(path: string): boolean {
  return path === KEY_SET_PATH || path === METRICS_PATH || path === SERVICE_LEVEL_PATH;
}

/** Undefined for all other paths. Throws `Needed`. */
export function stateOutcome(tx: RequestTransaction, request: ApiRequest, provided: Provided): ApiOutcome | undefined {
  switch (request.path) {
    case KEY_SET_PATH:
      return keySetOutcome(request, signingKeyOf(tx));
    case METRICS_PATH:
      return metricsOutcome(tx, provided);
    case SERVICE_LEVEL_PATH:
      return serviceLevelOutcome();
    default:
      return undefined;
  }
}
