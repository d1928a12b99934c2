/**
 * agnhost webhook and crd-conversion-webhook.
 * Kubernetes: test/images/agnhost/webhook/main.go, test/images/agnhost/crd-conversion-webhook/converter/example_converter.go
 */

import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { json, splitPath, text } from "../http.ts";
import { contentOf, flagOf, type HttpRequest, portOf, server } from "../server.ts";

type Verdict = { allowed: boolean; reason?: string; message?: string; patch?: JsonValue; afterMs?: number };
type Rule = (request: JsonObject, process: ProcessView) => Verdict;

const ALLOWED: Verdict = { allowed: true };

const RULES: Readonly<Record<string, Rule>> = {
  "/always-allow-delay-5s": () => ({ ...ALLOWED, afterMs: 5000 }),
  "/always-deny": () => ({ allowed: false, message: "this webhook denies all requests" }),
  "/add-label": (request) => {
    const labels = at(object(request), "metadata", "labels");
    if (isJsonObject(labels) && labels["added-label"] === "yes") return ALLOWED;
    const patch = isJsonObject(labels)
      ? [{ op: "add", path: "/metadata/labels/added-label", value: "yes" }]
      : [{ op: "add", path: "/metadata/labels", value: { "added-label": "yes" } }];
    return { allowed: true, patch };
  },
  "/pods": admitPod,
  "/pods/attach": (request) => {
    const options = object(request);
    const isDenied =
      request["name"] === "to-be-attached-pod" && options["stdin"] === true && options["container"] === "container1";
    return isDenied ? { allowed: false, message: "attaching to pod 'to-be-attached-pod' is not allowed" } : ALLOWED;
  },
  "/mutating-pods": (request) => {
    const pod = object(request);
    if (at(pod, "metadata", "name") !== "webhook-to-be-mutated") return ALLOWED;
    if (namesOf(at(pod, "spec", "initContainers")).includes("webhook-added-init-container")) return ALLOWED;
    const added = [{ image: "webhook-added-image", name: "webhook-added-init-container", resources: {} }];
    return { allowed: true, patch: [{ op: "add", path: "/spec/initContainers", value: added }] };
  },
  "/mutating-pods-sidecar": (request, { argv }) => {
    const image = flagOf(argv, "sidecar-image") ?? "";
    if (image === "") return { allowed: false, message: "No image specified by the sidecar-image parameter" };
    if (namesOf(at(object(request), "spec", "containers")).includes("webhook-added-sidecar")) return ALLOWED;
    const value = { image, name: "webhook-added-sidecar", resources: {} };
    return { allowed: true, patch: [{ op: "add", path: "/spec/containers/-", value }] };
  },
  "/configmaps": (request) => admitData(request, "configmap"),
  "/custom-resource": (request) => admitData(request, "custom resource"),
  "/mutating-configmaps": mutateData,
  "/mutating-custom-resource": mutateData,
  "/crd": (request) => {
    const label = at(object(request), "metadata", "labels");
    const isDenied = isJsonObject(label) && label["webhook-e2e-test"] === "webhook-disallow";
    return isDenied ? { allowed: false, message: "the crd contains unwanted label" } : ALLOWED;
  },
};

export const webhook = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), 443)],
  stop: { status: 2 },
  certificate: (process) => contentOf(process, flagOf(process.argv, "tls-cert-file")),
  http: (process, request) => {
    const { path } = splitPath(request.path);
    if (path === "/readyz") return text(200, "ok");
    const rule = RULES[path];
    if (!rule) return text(404, "404 page not found\n");
    return review(request, (asked) => rule(asked, process));
  },
});

function review(request: HttpRequest, rule: (request: JsonObject) => Verdict): ServedAnswer {
  const sent = readJson(request);
  const asked = isJsonObject(sent) ? sent["request"] : undefined;
  if (!isJsonObject(sent) || !isJsonObject(asked)) return text(400, "Request could not be decoded\n");
  const { allowed, reason, message, patch, afterMs = 1 } = rule(asked);
  // The server never answers such a request.
  if (afterMs === Number.POSITIVE_INFINITY) return { type: "failed", why: "timeout", afterMs: 0 };
  const response: JsonObject = {
    uid: asked["uid"] ?? "",
    allowed,
    ...((reason ?? message) !== undefined && {
      status: { metadata: {}, ...(reason && { reason }), ...(message && { message }) },
    }),
    ...(patch !== undefined && { patch: btoa(bytesOfText(JSON.stringify(patch))), patchType: "JSONPatch" }),
  };
  return { ...json(200, { kind: sent["kind"] ?? "", apiVersion: sent["apiVersion"] ?? "", response }), afterMs };
}

function readJson({ body }: HttpRequest): JsonValue | undefined {
  try {
    return parseJson(textOfBytes(body));
  } catch {
    // Every error of the parser is an error of the body.
    return undefined;
  }
}

function object(request: JsonObject): JsonObject {
  return isJsonObject(request["object"]) ? request["object"] : {};
}

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);
}

function namesOf(list: JsonValue | undefined): JsonValue[] {
  return Array.isArray(list) ? list.map((entry) => at(entry, "name") ?? "") : [];
}

function admitPod(request: JsonObject): Verdict {
  const pod = object(request);
  const label = at(pod, "metadata", "labels", "webhook-e2e-test");
  const messages: string[] = [];
  if (label === "webhook-disallow") messages.push("the pod contains unwanted label;");
  if (label === "wait-forever") return { allowed: false, afterMs: Number.POSITIVE_INFINITY };
  for (const name of namesOf(at(pod, "spec", "containers"))) {
    if (String(name).includes("webhook-disallow")) messages.push("the pod contains unwanted container name;");
  }
  return messages.length > 0 ? { allowed: false, message: messages.join(" ") } : ALLOWED;
}

function admitData(request: JsonObject, what: string): Verdict {
  const operation = request["operation"];
  const source = operation === "DELETE" ? request["oldObject"] : request["object"];
  const value = at(source, "data", "webhook-e2e-test");
  const isConfigMap = what === "configmap";
  if (value === "webhook-disallow" && (operation === "CREATE" || operation === "UPDATE")) {
    return { allowed: false, reason: `the ${what} contains unwanted ${isConfigMap ? "key and value" : "data"}` };
  }
  if (value === "webhook-nondeletable" && operation === "DELETE") {
    return { allowed: false, reason: `the ${what} cannot be deleted because it contains unwanted key and value` };
  }
  return ALLOWED;
}

function mutateData(request: JsonObject): Verdict {
  const data = at(object(request), "data");
  const add = (path: string) => [{ op: "add", path: `/data/${path}`, value: "yes" }];
  if (at(data, "mutation-stage-1") === "yes") return { allowed: true, patch: add("mutation-stage-2") };
  if (at(data, "mutation-start") === "yes") return { allowed: true, patch: add("mutation-stage-1") };
  return ALLOWED;
}

/** Converts `stable.example.com` between v1 (hostPort) and v2 (host, port). */
export const conversionWebhook = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), 443)],
  stop: { status: 2 },
  certificate: (process) => contentOf(process, flagOf(process.argv, "tls-cert-file")),
  http: (_process, request) => {
    const { path } = splitPath(request.path);
    if (path === "/readyz") return text(200, "ok");
    if (path !== "/crdconvert") return text(404, "404 page not found\n");
    const sent = readJson(request);
    const asked = isJsonObject(sent) ? sent["request"] : undefined;
    if (!isJsonObject(sent) || !isJsonObject(asked)) return text(400, "failed to decode body\n");
    const objects = Array.isArray(asked["objects"]) ? asked["objects"] : [];
    const desired = String(asked["desiredAPIVersion"] ?? "");
    const convertedObjects: JsonValue[] = [];
    for (const entry of objects) {
      const result = isJsonObject(entry) ? convert(entry, desired) : "unexpected object";
      if (typeof result === "string") {
        const failure = { status: "Failure", message: result };
        return json(200, {
          kind: sent["kind"] ?? "",
          apiVersion: sent["apiVersion"] ?? "",
          response: { uid: asked["uid"] ?? "", convertedObjects: [], result: failure },
        });
      }
      convertedObjects.push(result);
    }
    const response = { uid: asked["uid"] ?? "", convertedObjects, result: { metadata: {}, status: "Success" } };
    return json(200, { kind: sent["kind"] ?? "", apiVersion: sent["apiVersion"] ?? "", response });
  },
});

function convert(source: JsonObject, desired: string): JsonObject | string {
  const from = source["apiVersion"];
  if (from === desired) return `conversion from a version to itself should not call the webhook: ${desired}`;
  const { hostPort, host, port, ...kept } = source;
  if (from === "stable.example.com/v1" && desired === "stable.example.com/v2") {
    if (hostPort === undefined) return { ...source, apiVersion: desired };
    const parts = String(hostPort).split(":");
    if (parts.length !== 2) return `invalid hostPort value \`${String(hostPort)}\``;
    return { ...kept, apiVersion: desired, host: parts[0] ?? "", port: parts[1] ?? "" };
  }
  if (from === "stable.example.com/v2" && desired === "stable.example.com/v1") {
    if (host === undefined && port === undefined) return { ...source, apiVersion: desired };
    return { ...kept, apiVersion: desired, hostPort: `${String(host ?? "")}:${String(port ?? "")}` };
  }
  return `unexpected conversion version ${JSON.stringify(desired)}`;
}
