/**
 * What prometheus-operator answers over HTTP: its health, its metrics and the webhooks of PrometheusRules.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/admission/admission.go
 */

import { textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { goProcessFamilies } from "../../base/metrics/go-process.ts";
import { metricsAnswer } from "../../base/metrics/page.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { type HttpAnswer, json, splitPath, text } from "../../servers/http.ts";
import type { HttpRequest } from "../../servers/server.ts";
import { metadataOf } from "../objects.ts";
import { reviewAnswer } from "../reviews.ts";
import { Rejection } from "./assets.ts";
import { ruleText } from "./rules.ts";

export function operatorAnswer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path } = splitPath(request.path);
  switch (path) {
    case "/healthz":
      return json(200, { status: "up" });
    case "/metrics":
      return metricsAnswer({ families: families(process), changesWith: [] }, request.headers, process.nowMs);
    case "/admission-prometheusrules/validate":
      return reviewOf(request, validate);
    case "/admission-prometheusrules/mutate":
      return reviewOf(request, mutate);
    default:
      return reviewAnswer(request) ?? text(404, "404 page not found\n");
  }
}

function families(process: ProcessView) {
  const startedMs = Number(process.state["startedMs"] ?? process.nowMs);
  return goProcessFamilies(process, { startedMs, memoryBytes: 40_000_000, cpus: 0.001, goVersion: "go1.25.5" });
}

function reviewOf({ body }: HttpRequest, answer: (rule: JsonObject) => JsonObject): HttpAnswer {
  const review = parseJsonObject(textOfBytes(body));
  const request = review?.["request"];
  if (!isJsonObject(request)) return text(400, "request has no body\n");
  const { kind = "", apiVersion = "" } = review!;
  return json(200, {
    kind,
    apiVersion,
    response: { uid: request["uid"] ?? "", ...answer(objectIn(request["object"])) },
  });
}

/** Refuses rules that Prometheus could not load. */
function validate(rule: JsonObject): JsonObject {
  try {
    ruleText(rule);
    return { allowed: true };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const details = { name: "prometheusrules", causes: [{ message: error.message }] };
    const status = { status: "Failure", reason: "Invalid", code: 422, message: "Rules are not valid", details };
    return { allowed: false, status };
  }
}

/** Marks the object as seen by the webhook. */
function mutate(rule: JsonObject): JsonObject {
  const annotations = metadataOf(rule)["annotations"];
  const patch =
    annotations === undefined
      ? { op: "add", path: "/metadata/annotations", value: { "prometheus-operator-validated": "true" } }
      : { op: "add", path: "/metadata/annotations/prometheus-operator-validated", value: "true" };
  return { allowed: true, patchType: "JSONPatch", patch: btoa(JSON.stringify([patch])) };
}
