/** Definitions of custom resources, custom objects and admission policies, with which users extend the API server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Example } from "./vocabulary.ts";

const WEBSITES = join(import.meta.dirname, "../../examples/operator/crd.yaml");

const definition = (kind: string, schema: JsonObject, more: JsonObject = {}): JsonObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${kind.toLowerCase()}s.example.com` },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { kind, plural: `${kind.toLowerCase()}s` },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more }],
  },
});

const GADGET = definition("Gadget", {
  type: "object",
  "x-kubernetes-validations": [
    { rule: "self.spec.min <= self.spec.max", messageExpression: "'at most ' + string(self.spec.max)" },
  ],
  properties: {
    spec: {
      type: "object",
      "x-kubernetes-preserve-unknown-fields": true,
      properties: {
        min: { type: "integer", default: 1 },
        max: { type: "integer", default: 10 },
        tags: {
          type: "array",
          "x-kubernetes-list-type": "set",
          maxItems: 10,
          items: { type: "string", pattern: "^[a-z]+$" },
        },
        any: { "x-kubernetes-int-or-string": true },
        nothing: { type: "string", nullable: true },
        labels: { type: "object", additionalProperties: { type: "string", maxLength: 10 } },
        inner: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
      },
    },
  },
});

const POLICY = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: "few-replicas" },
  spec: {
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [
        { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["deployments"] },
      ],
    },
    variables: [{ name: "replicas", expression: "object.spec.?replicas.orValue(1)" }],
    validations: [
      {
        expression: "variables.replicas <= 5",
        messageExpression: "'no more than 5, not ' + string(variables.replicas)",
      },
    ],
    auditAnnotations: [{ key: "a", valueExpression: "'x'" }],
  },
};

const BINDING = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: "few-replicas" },
  spec: { policyName: "few-replicas", validationActions: ["Deny"], matchResources: { namespaceSelector: {} } },
};

const WEBHOOK = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "w.example.com" },
  webhooks: [
    {
      name: "w.example.com",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Ignore",
      clientConfig: { service: { name: "w", namespace: "default" } },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["secrets"] }],
      matchConditions: [{ name: "c", expression: "object.metadata.name != 'x'" }],
    },
  ],
};

const CRDS = "apiextensions.k8s.io/v1/customresourcedefinitions";
const ADMISSION = "admissionregistration.k8s.io/v1";

export const extensions: readonly Example[] = [
  { resource: CRDS, input: parse(readFileSync(WEBSITES, "utf8")) as JsonObject },
  { resource: CRDS, input: GADGET },
  { resource: `${ADMISSION}/validatingadmissionpolicies`, input: POLICY },
  { resource: `${ADMISSION}/validatingadmissionpolicybindings`, input: BINDING },
  { resource: `${ADMISSION}/validatingwebhookconfigurations`, input: WEBHOOK },
  ...["x", "blog"].map((name) => ({
    resource: "example.com/v1/websites",
    input: {
      apiVersion: "example.com/v1",
      kind: "Website",
      metadata: { name },
      spec: { host: "a.example.com", replicas: 2 },
    },
  })),
  {
    resource: "example.com/v1/gadgets",
    input: {
      apiVersion: "example.com/v1",
      kind: "Gadget",
      metadata: { name: "x" },
      spec: { min: 1, tags: ["a", "b"], any: "5%", nothing: null, labels: { a: "b" }, more: [1, { a: null }] },
    },
  },
];
