/** Validation of Ingresses and autoscalers: backends, classes, targets and statuses. */
import { expect, it } from "vitest";
import { Server } from "../apiserver/server.ts";

const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
const AUTOSCALERS = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";

const linesOf = (body: { details?: { causes?: { field: string; message: string }[] } }) =>
  (body.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);

function ingress(spec: object, annotations: object = {}): string[] {
  const metadata = { name: "x", annotations };
  const object = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec };
  return linesOf(new Server().post(INGRESSES, object).body);
}

it.each<[object, string[]]>([
  [{}, ['spec.defaultBackend: Invalid value: "": resource or service backend is required']],
  [{ service: { name: "1st", port: { number: 80 } } }, []],
  [
    { service: { name: "", port: {} } },
    [
      "spec.defaultBackend.service.name: Required value",
      "spec.defaultBackend: Required value: port name or number is required",
    ],
  ],
  [
    { service: { name: "a", port: { name: "http", number: 80 } } },
    ['spec.defaultBackend: Invalid value: "": cannot set both port name & port number'],
  ],
  [
    { resource: { kind: "", name: "a/b", apiGroup: "k8s.example.com" } },
    [
      "spec.defaultBackend.resource.kind: Required value: kind is required",
      "spec.defaultBackend.resource.name: Invalid value: \"a/b\": may not contain '/'",
    ],
  ],
])("an Ingress with the backend %j", (defaultBackend, problems) => {
  expect(ingress({ defaultBackend })).toEqual(problems);
});

it("an Ingress names its class and the Secrets of its certificates", () => {
  const defaultBackend = { service: { name: "a", port: { number: 80 } } };
  const annotations = { "kubernetes.io/ingress.class": "nginx" };
  expect(ingress({ defaultBackend, ingressClassName: "nginx" }, annotations)).toEqual([]);
  expect(ingress({ defaultBackend, ingressClassName: "other" }, annotations)).toEqual([
    'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": must match `ingressClassName` when both are specified',
  ]);
  expect(ingress({ defaultBackend, tls: [{ secretName: "A b" }] })).toEqual([
    expect.stringMatching(/^spec.tls\[0\].secretName: Invalid value: "A b": a lowercase RFC 1123 subdomain/),
  ]);
});

it("an autoscaler names its target's version, and its status has no negative numbers", () => {
  const server = new Server();
  const create = (name: string, apiVersion: string, behavior?: object) =>
    server.post(AUTOSCALERS, {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name },
      spec: { maxReplicas: 2, scaleTargetRef: { apiVersion, kind: "Deployment", name: "d" }, behavior },
    }).body;
  expect(linesOf(create("a", "a/b/c"))).toEqual([
    'spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
  ]);
  expect(linesOf(create("b", "apps/v1", { scaleUp: { tolerance: "-1" } }))).toEqual([
    'spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0',
  ]);
  create("c", "apps/v1");
  const { body } = server.patch(`${AUTOSCALERS}/c/status`, { status: { desiredReplicas: -1 } });
  expect(linesOf(body)).toEqual(["status.desiredReplicas: Invalid value: -1: must be greater than or equal to 0"]);
});
