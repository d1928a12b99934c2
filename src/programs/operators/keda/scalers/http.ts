/**
 * Values over HTTP: a query of Prometheus, and a field of any JSON document.
 * Source: github.com/kedacore/keda pkg/scalers/prometheus_scaler.go, pkg/scalers/metrics_api_scaler.go
 */
import { isJsonObject, type JsonValue, parseJsonIfValid } from "../../../../lib/json.ts";
import { isQuantity, quantityNumber } from "../../../../lib/quantity.ts";
import { Failure, type HttpResult, type Steps } from "../../../kubectl/core/session.ts";
import { bodyOf, numberOf, type Scaler, type Trigger, textOf } from "./contract.ts";

/** The body of a successful answer. Throws Failure. */
function* get(url: string, trigger: Trigger): Steps<string> {
  const [, scheme = "http", host = "", port, path = "/"] = /^(https?):\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  if (host === "") throw new Failure(`error parsing ${trigger.type} metadata: ${JSON.stringify(url)} is no URL`);
  const [user, password] = [textOf(trigger, ["username"], ""), textOf(trigger, ["password"], "")];
  const bearer = textOf(trigger, ["bearerToken", "token"], "");
  const authorization = bearer !== "" ? `Bearer ${bearer}` : user !== "" ? `Basic ${btoa(`${user}:${password}`)}` : "";
  const question = {
    ...({ type: "http", method: "GET", host, path, body: "" } as const),
    scheme: scheme === "https" ? ("https" as const) : ("http" as const),
    port: Number(port ?? (scheme === "https" ? 443 : 80)),
    headers: { host, accept: "*/*", ...(authorization !== "" && { authorization }) },
  };
  const result = (yield { type: "http", question }) as unknown as HttpResult;
  if (result.type === "failed") throw new Failure(`Get ${JSON.stringify(url)}: dial tcp: ${result.why}`);
  if (result.status < 200 || result.status > 299) {
    throw new Failure(`${trigger.type} query api returned error. status: ${result.status} response: ${result.body}`);
  }
  return result.body;
}

const withSlash = (url: string) => url.replace(/\/+$/, "");

export const prometheus: Scaler = {
  metricName: () => "prometheus",
  target: (trigger) => numberOf(trigger, "threshold"),
  changesAt: () => "sometimes",
  *read(_api, trigger) {
    const query = new URLSearchParams({ query: textOf(trigger, ["query"]) });
    const text = yield* get(`${withSlash(textOf(trigger, ["serverAddress"]))}/api/v1/query?${query}`, trigger);
    const result = bodyOf(bodyOf(parseJsonIfValid(text) ?? null)["data"] ?? null)["result"];
    const series = Array.isArray(result) ? result : [];
    if (series.length > 1) {
      throw new Failure(`prometheus query ${textOf(trigger, ["query"])} returned multiple elements`);
    }
    const sample = isJsonObject(series[0]) ? series[0]["value"] : undefined;
    if (!Array.isArray(sample)) {
      if (textOf(trigger, ["ignoreNullValues"], "true") === "true") return { value: 0, isActive: false };
      throw new Failure("prometheus metrics 'prometheus' target may be lost, the result is empty");
    }
    const value = Number(sample[1]);
    return { value, isActive: value > numberOf(trigger, "activationThreshold", 0) };
  },
};

/** A value by a path such as `components.worker[0].tasks`. */
function fieldAt(document: JsonValue, path: string): JsonValue | undefined {
  let current: JsonValue | undefined = document;
  for (const part of path.replace(/\[(\d+)\]/g, ".$1").split(".")) {
    if (Array.isArray(current)) current = current[Number(part)];
    else if (isJsonObject(current)) current = current[part];
    else return undefined;
  }
  return current;
}

export const metricsApi: Scaler = {
  metricName: (trigger) => `metric-api-${textOf(trigger, ["valueLocation"])}`,
  target: (trigger) => numberOf(trigger, "targetValue"),
  changesAt: () => "sometimes",
  *read(_api, trigger) {
    const text = yield* get(textOf(trigger, ["url"]), trigger);
    const location = textOf(trigger, ["valueLocation"]);
    const found = fieldAt(parseJsonIfValid(text) ?? null, location);
    const isText = typeof found === "string" && isQuantity(found);
    if (typeof found !== "number" && !isText) {
      throw new Failure(
        `error getting metric value: valueLocation must point to value of type number or a string representing a Quantity got: '${String(found)}'`,
      );
    }
    const value = typeof found === "number" ? found : quantityNumber(String(found));
    return { value, isActive: value > numberOf(trigger, "activationTargetValue", 0) };
  },
};
