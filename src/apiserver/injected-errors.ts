/** Symptoms of an API server that is overloaded or has lost its store: a share of the requests is refused. */
import type { Transaction } from "../cluster/transaction.ts";
import { actingFaults, hits } from "../kinds/injected/state.ts";
import { ApiError } from "../lib/api-error.ts";
import type { ApiRequest } from "./request.ts";

/** Throws TooManyRequests, InternalError, ServiceUnavailable. */
export function refuseByFault(tx: Transaction, { method, path, query, requestId }: ApiRequest): void {
  for (const fault of actingFaults(tx, "api-errors")) {
    const { rate = 1, status } = fault.spec;
    if (hits(fault, rate, `${method} ${path}?${query} ${tx.nowMs} ${requestId}`)) throw refusal(status);
  }
}

/** In the words of the API server and of its store. */
function refusal(status: 429 | 500 | 503): ApiError {
  switch (status) {
    case 429:
      return new ApiError("TooManyRequests", "Too many requests, please try again later.", { retryAfterSeconds: 1 });
    case 500:
      return new ApiError("InternalError", "Internal error occurred: etcdserver: request timed out");
    case 503:
      return new ApiError("ServiceUnavailable", "apiserver not ready", { retryAfterSeconds: 1 });
  }
}
