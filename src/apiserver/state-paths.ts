/** Paths outside of `/api` whose answer depends on the cluster: the tokens' key set, metrics, and component pages. */
import { signingKeyOf } from "../cluster/issuer/issuer.ts";
import type { RequestTransaction } from "../cluster/transaction.ts";
import { flagzOutcome, statuszOutcome } from "./component-pages.ts";
import { metricsOutcome, serviceLevelOutcome } from "./metrics.ts";
import type { ApiOutcome, ApiRequest, Provided } from "./request.ts";
import { keySetOutcome } from "./server-info.ts";

const KEY_SET_PATH = "/openid/v1/jwks";
const METRICS_PATH = "/metrics";
const SERVICE_LEVEL_PATH = "/metrics/slis";
const STATUS_PATH = "/statusz";
const FLAGS_PATH = "/flagz";
const PATHS = new Set([KEY_SET_PATH, METRICS_PATH, SERVICE_LEVEL_PATH, STATUS_PATH, FLAGS_PATH]);

/** True if the answer of this path needs the cluster's state. */
export function needsState(path: string): boolean {
  return PATHS.has(path);
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
    case STATUS_PATH:
      return statuszOutcome(tx, request.offsetMs);
    case FLAGS_PATH:
      return flagzOutcome(tx);
    default:
      return undefined;
  }
}
