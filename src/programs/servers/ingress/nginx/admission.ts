/**
 * The admission webhook of ingress-nginx: it refuses paths that another Ingress has, and snippets.
 * Source: kubernetes/ingress-nginx internal/ingress/controller/controller.go (`CheckIngress`, `checkOverlap`)
 */

import { textOfBytes } from "../../../../lib/bytes.ts";
import type { IngressRules } from "../../../../lib/edge/ingress-rules.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJsonIfValid } from "../../../../lib/json.ts";
import { type HttpAnswer, json, text } from "../../http.ts";
import type { HttpRequest } from "../../server.ts";

export function reviewIngress({ body }: HttpRequest, rules: IngressRules, prefix: string): HttpAnswer {
  const review = parseJsonIfValid(textOfBytes(body));
  const request = isJsonObject(review) ? review["request"] : undefined;
  if (!isJsonObject(review) || !isJsonObject(request)) return text(400, "");
  const object = request["object"];
  const problem = isJsonObject(object) ? problemOf(object, rules, prefix) : undefined;
  const response: JsonObject = {
    uid: request["uid"] ?? "",
    allowed: problem === undefined,
    ...(problem !== undefined && {
      status: { metadata: {}, status: "Failure", message: problem, reason: "BadRequest", code: 400 },
    }),
  };
  return json(200, { kind: "AdmissionReview", apiVersion: review["apiVersion"] ?? "admission.k8s.io/v1", response });
}

function problemOf(ingress: JsonObject, rules: IngressRules, prefix: string): string | undefined {
  const { name = "", namespace = "", annotations } = objectOf(ingress["metadata"]);
  const settings = objectOf(annotations);
  const allowsSnippets = rules.options["allow-snippet-annotations"] === "true";
  const snippet = Object.keys(settings).find((key) => key.startsWith(`${prefix}/`) && key.endsWith("-snippet"));
  if (snippet !== undefined && !allowsSnippets) {
    return `${snippet} annotation cannot be used. Snippet directives are disabled by the Ingress administrator`;
  }
  if (settings[`${prefix}/canary`] === "true") return undefined;
  for (const rule of objectsOf(objectOf(ingress["spec"])["rules"])) {
    const host = String(rule["host"] ?? "");
    for (const { path = "/", pathType } of objectsOf(objectOf(rule["http"])["paths"])) {
      const known = (Object.hasOwn(rules.hosts, host) ? rules.hosts[host]?.paths : undefined)?.find(
        (one) =>
          one.path === path &&
          one.type === pathType &&
          one.annotations["canary"] !== "true" &&
          (one.ingress !== name || one.namespace !== namespace),
      );
      if (!known) continue;
      const shown = host === "" ? "_" : host;
      return `host "${shown}" and path "${String(path)}" is already defined in ingress ${known.namespace}/${known.ingress}`;
    }
  }
  return undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
