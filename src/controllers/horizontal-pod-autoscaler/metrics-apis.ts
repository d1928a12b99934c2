/**
 * Values of the groups custom.metrics.k8s.io and external.metrics.k8s.io, which programs behind Services answer for.
 * Kubernetes: pkg/controller/podautoscaler/metrics/client.go, k8s.io/metrics pkg/client
 */
import { aggregatedApis, isAvailable } from "../../cluster/aggregated-apis.ts";
import { callFailureText } from "../../cluster/call-failure.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { bytesOfBase64, textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../lib/json.ts";
import { quantityMilliValue } from "../../lib/quantity.ts";
import type { APIService } from "../../schema/index.ts";

/** A value in thousandths. */
export interface MetricValue {
  milliValue: number;
  /** The name of the object that it belongs to; empty for external values. */
  object: string;
}

export type MetricValues = { values: readonly MetricValue[] } | { problem: string };

interface Question {
  group: "custom.metrics.k8s.io" | "external.metrics.k8s.io";
  /** Below the group's version, with its query. */
  path: string;
  /** The resource in errors of the API server. */
  resource: string;
  /** Where no server is registered. */
  unregistered: string;
}

const TIMEOUT_MS = 30_000;

export function metricValues(tx: Transaction, { group, path, resource, unregistered }: Question): MetricValues {
  // Newer versions come first.
  const services = aggregatedApis(tx)
    .filter(({ spec }) => spec.group === group)
    .sort((a, b) => b.spec.versionPriority - a.spec.versionPriority);
  const [any] = services;
  if (!any) return { problem: unregistered };
  const apiService = services.find(isAvailable);
  if (!apiService)
    return { problem: `the server is currently unable to handle the request (get ${resource}.${group})` };
  const answer = ask(tx, apiService, `/apis/${group}/${apiService.spec.version}/${path}`);
  if ("problem" in answer) return answer;
  const { items: found } = answer.document;
  const items = Array.isArray(found) ? found.filter(isJsonObject) : [];
  if (items.length === 0) return { problem: `no metrics returned from ${group.split(".")[0]} metrics API` };
  return { values: items.map(metricValue) };
}

function metricValue({ value, describedObject }: JsonObject): MetricValue {
  const name = isJsonObject(describedObject) ? describedObject["name"] : "";
  return { milliValue: quantityMilliValue(String(value)), object: String(name) };
}

/** The document that the server answers, or why there is none. */
function ask(tx: Transaction, { spec }: APIService, path: string): { document: JsonObject } | { problem: string } {
  const { namespace = "", name = "", port = 443 } = spec.service ?? {};
  const address = tx.get(serviceKind, namespace, name)?.spec.clusterIP ?? "";
  const answer = tx.calls.network({
    ...{ scheme: "https", method: "GET", address, port, path, body: "", host: `${name}.${namespace}.svc` },
    headers: {
      accept: "application/json",
      "x-remote-user": "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
      "x-remote-group": "system:serviceaccounts,system:authenticated",
    },
    timeoutMs: TIMEOUT_MS,
    ...(spec.insecureSkipTLSVerify !== true && { trusts: bytesOfBase64(spec.caBundle ?? "") }),
  });
  if (answer.type === "failed") {
    return {
      problem: `error trying to reach service: ${callFailureText(answer, `${address}:${port}`, "i/o timeout")}`,
    };
  }
  const document = parseJsonObject(textOfBytes(answer.body));
  if (answer.status === 200 && document) return { document };
  const message = document?.["message"];
  return {
    problem: typeof message === "string" ? message : `the server responded with the status code ${answer.status}`,
  };
}
