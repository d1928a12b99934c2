/** Webhooks of the conformance tests: their server in a pod, their configurations, and objects that they judge. */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { AGNHOST, named } from "./objects.ts";
import { deployServer, type ServerInPod } from "./server-in-pod.ts";

export const API = "admissionregistration.k8s.io/v1";
export const TYPES = {
  Mutating: "mutatingwebhookconfigurations",
  Validating: "validatingwebhookconfigurations",
} as const;
export type Kind = keyof typeof TYPES;
export const pathOf = (kind: Kind, name = "") => `/apis/${API}/${TYPES[kind]}${name === "" ? "" : `/${name}`}`;

let server: ServerInPod;

export async function deploy(c: ConformanceCluster): Promise<void> {
  const args = [
    "webhook",
    "--tls-cert-file=/certs/tls.crt",
    "--tls-private-key-file=/certs/tls.key",
    "-v=4",
    "--port=8444",
  ];
  const readinessProbe = { httpGet: { scheme: "HTTPS", path: "/readyz", port: 8444 }, periodSeconds: 1 };
  const containers = [{ name: "webhook", image: AGNHOST, args, readinessProbe }];
  server = await deployServer(c, "e2e-test-webhook", containers, 8444);
}

export const rule = (resources: string[], operations = ["CREATE"], apiGroups = [""], apiVersions = ["v1"]) => ({
  operations,
  apiGroups,
  apiVersions,
  resources,
});

export function hook(c: ConformanceCluster, path: string, rules: Json[], more: Json = {}): Json {
  return {
    name: `${path.slice(1).replaceAll("/", "-")}.k8s.io`,
    rules,
    clientConfig: { service: server.service(path), caBundle: server.caBundle },
    sideEffects: "None",
    admissionReviewVersions: ["v1", "v1beta1"],
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": c.namespace } },
    ...more,
  };
}

export async function register(c: ConformanceCluster, kind: Kind, webhooks: Json[], more: Json = {}): Promise<string> {
  const name = `e2e-${c.namespace}`;
  const object = { apiVersion: API, kind: `${kind}WebhookConfiguration`, metadata: { name, ...more }, webhooks };
  const { status, body } = await c.request("POST", pathOf(kind), object);
  expect([status, body.message]).toEqual([201, undefined]);
  return name;
}

export const post = (c: ConformanceCluster, object: Json) => c.request("POST", c.pathOf(object, true), object);
export const remove = (c: ConformanceCluster, kind: Kind, name: string) => c.request("DELETE", pathOf(kind, name));

export async function expectDenied(c: ConformanceCluster, object: Json, why: string): Promise<void> {
  const { status, body } = await post(c, object);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body.message).toContain(why);
}

export const DISALLOWED = { "webhook-e2e-test": "webhook-disallow" };
export const MUTATED = { "mutation-start": "yes", "mutation-stage-1": "yes" };

/** A definition whose objects have free `data`. */
export async function defined(
  c: ConformanceCluster,
  more: Json = {},
): Promise<{ path: (version?: string) => string; spec: Json }> {
  const kind = `E2e${c.namespace.replaceAll("-", "")}`;
  const plural = `${kind.toLowerCase()}s`;
  const group = "webhook.example.com";
  const data = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const openAPIV3Schema = { type: "object", properties: { data } };
  const spec = {
    ...{ group, scope: "Namespaced", names: { plural, singular: plural.slice(0, -1), kind, listKind: `${kind}List` } },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    ...more,
  };
  const definition = named("apiextensions.k8s.io/v1", "CustomResourceDefinition", { spec })(`${plural}.${group}`);
  expect((await post(c, definition)).status).toBe(201);
  const path = (version = "v1") => `/apis/${group}/${version}/namespaces/${c.namespace}/${plural}`;
  await c.eventually(async () => (await c.request("GET", path())).status === 200);
  return { path, spec };
}

export const customRule = ({ spec }: { spec: Json }, operations = ["CREATE", "UPDATE", "DELETE"]) =>
  rule([spec.names.plural], operations, [spec.group], ["*"]);
export const customObject = ({ spec }: { spec: Json }, name: string, data: Json, version = "v1"): Json => ({
  ...{ apiVersion: `${spec.group}/${version}`, kind: spec.names.kind, metadata: { name } },
  data,
});
