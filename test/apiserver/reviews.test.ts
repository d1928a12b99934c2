/** Reviews and token requests: the metadata that is sent with them, and the messages of refusals. */
import { describe, expect, test } from "vitest";
import { Server } from "./server.ts";

const AUTHORIZATION = "/apis/authorization.k8s.io/v1";
const RESOURCE = { namespace: "default", verb: "get", resource: "pods" };

function review(kind: string, spec: object, metadata?: object) {
  const plural = `${kind.toLowerCase()}s`;
  const path = kind.startsWith("Local")
    ? `${AUTHORIZATION}/namespaces/default/${plural}`
    : `${AUTHORIZATION}/${plural}`;
  return new Server().post(path, { apiVersion: "authorization.k8s.io/v1", kind, metadata, spec });
}

function causes(outcome: ReturnType<typeof review>): string[] {
  return outcome.body.details.causes.map(({ field, message }: Record<string, string>) => `${field}: ${message}`);
}

describe("a review", () => {
  test("prints its spec in the internal form", () => {
    const nonResourceAttributes = { path: "/x", verb: "get" };
    expect(
      causes(review("SubjectAccessReview", { user: "u", resourceAttributes: RESOURCE, nonResourceAttributes })),
    ).toEqual([
      'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination with resourceAttributes',
    ]);
    expect(causes(review("LocalSubjectAccessReview", { user: "u", nonResourceAttributes }))).toEqual([
      'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: disallowed on this kind of request',
    ]);
  });

  test("accepts only well-formed selectors", () => {
    const asked = (part: object) =>
      causes(review("SelfSubjectAccessReview", { resourceAttributes: { ...RESOURCE, ...part } }));
    expect(asked({ fieldSelector: {} })).toEqual([
      "spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is " +
        "specified, requirements or rawSelector is required",
    ]);
    expect(asked({ fieldSelector: { rawSelector: "a=b", requirements: [{ operator: "In" }] } })).toEqual([
      'spec.resourceAttributes.fieldSelector.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements',
      "spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified",
      "spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ]);
    expect(asked({ labelSelector: { requirements: [{ key: "a", operator: "Exists", values: ["b"] }] } })).toEqual([
      "spec.resourceAttributes.labelSelector.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' " +
        "or 'DoesNotExist'",
    ]);
    // Newer clients may know more operators.
    const unknown = { labelSelector: { requirements: [{ key: "a", operator: "Newer", values: [] }] } };
    expect(review("SelfSubjectAccessReview", { resourceAttributes: { ...RESOURCE, ...unknown } }).status).toBe(201);
  });

  test("must have no metadata except system fields; the refusal prints it with the managedFields", () => {
    const refused = review("SelfSubjectAccessReview", { resourceAttributes: RESOURCE }, { name: "x" });
    expect(causes(refused)[0]).toMatch(
      /^metadata: Invalid value: \{"name":"x","managedFields":\[.*\]\}: must be empty$/,
    );
    const system = { uid: "u", creationTimestamp: "2020-01-01T00:00:00Z", namespace: "elsewhere" };
    expect(review("SelfSubjectAccessReview", { resourceAttributes: RESOURCE }, system).status).toBe(201);
  });

  test("of a namespace must be in that namespace", () => {
    const spec = { user: "u", resourceAttributes: RESOURCE };
    expect(review("LocalSubjectAccessReview", spec).body.metadata.namespace).toBe("default");
    expect(review("LocalSubjectAccessReview", spec, { namespace: "other" }).body).toMatchObject({
      code: 400,
      message: "the namespace of the provided object does not match the namespace sent on the request",
    });
  });
});

test.each(["serviceaccounts/default/token", "pods/p/eviction", "pods/p/binding"])(
  "a request to %s must name the namespace of its path, if any",
  (path) => {
    const body = { metadata: { namespace: "other" }, spec: {} };
    expect(new Server().post(`/api/v1/namespaces/default/${path}`, body).body).toMatchObject({
      code: 400,
      message: "the namespace of the provided object does not match the namespace sent on the request",
    });
  },
);
