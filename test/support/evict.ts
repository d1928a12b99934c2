/** Asks the API to evict a pod, as `kubectl drain` does. */
import { handle } from "../../src/apiserver/handle.ts";
import { withInfo } from "../../src/apiserver/request-info.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import type { Transaction } from "../../src/cluster/transaction.ts";
import type { TestCluster } from "./cluster.ts";

export interface EvictionAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any;
}

export function evict(cluster: TestCluster, name: string, deleteOptions = {}): EvictionAnswer {
  return cluster.write((tx) => evictWithin(tx, name, deleteOptions));
}

/** The same within a transaction. */
export function evictWithin(tx: Transaction, name: string, deleteOptions = {}): EvictionAnswer {
  const body = { kind: "Eviction", apiVersion: "policy/v1", metadata: { name }, deleteOptions };
  const request = {
    ...withInfo({
      method: "POST",
      path: `/api/v1/namespaces/default/pods/${name}/eviction`,
      query: new URLSearchParams(),
    }),
    headers: { "user-agent": "test", accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(body),
    caller: {
      type: "user" as const,
      user: { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] },
    },
    requestId: "r",
    offsetMs: 0,
  };
  const outcome = handle(tx as ClusterTransaction, request, new Map());
  if (outcome.type !== "response") throw new Error("an eviction is answered at once");
  return { status: outcome.response.status, body: JSON.parse(outcome.response.body) };
}
