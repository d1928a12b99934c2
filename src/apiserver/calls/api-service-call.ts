/** Calls of the API server to the server behind an APIService. */
import type { HttpCall, HttpReply } from "../../cluster/calls.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { APIService } from "../../schema/index.ts";
import { callService, type ServiceProblem } from "./service-call.ts";

/** The reply of the Service that an APIService names, which must show a certificate that the APIService trusts. */
export function callApiService(
  tx: Transaction,
  { spec }: APIService,
  call: HttpCall & { timeoutMs: number },
): HttpReply | ServiceProblem {
  const { namespace = "", name = "", port = 443 } = spec.service ?? {};
  const trust = {
    ...(spec.caBundle && { caBundle: spec.caBundle }),
    isInsecure: spec.insecureSkipTLSVerify === true,
  };
  return callService(tx, { namespace, name, port }, { ...call, ...trust });
}
