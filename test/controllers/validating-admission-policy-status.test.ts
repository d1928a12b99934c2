/** The type checking result in a policy's status. */
import { expect, test } from "vitest";
import { validatingAdmissionPolicyStatus } from "../../src/controllers/validating-admission-policy-status.ts";
import { validatingAdmissionPolicyKind } from "../../src/kinds/admissionregistration/validating-admission-policy.ts";
import { TestCluster } from "../support/cluster.ts";

function statusOf(...expressions: string[]) {
  const cluster = new TestCluster({ controllers: [validatingAdmissionPolicyStatus] });
  const rule = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments", "*"] };
  cluster.create(validatingAdmissionPolicyKind, {
    kind: "ValidatingAdmissionPolicy",
    apiVersion: "admissionregistration.k8s.io/v1",
    metadata: { name: "p" },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: expressions.map((expression) => ({ expression })),
    },
    status: {},
  });
  cluster.advance(1_000);
  return cluster.get(validatingAdmissionPolicyKind, "p")!.status;
}

test("a policy with existing fields has an empty result", () => {
  const status = statusOf(
    "object.spec.replicas > 1 && has(object.metadata.labels.app) && object.?spec.?nosuch.hasValue() == false",
    "object.spec.template.spec.containers.all(c, c.image.startsWith('a') && c.ports.exists(p, p.containerPort == 1))",
    "request.operation == 'CREATE' || oldObject == null",
  );
  expect(status).toEqual({ observedGeneration: 1, typeChecking: {} });
});

test("unknown fields are reported", () => {
  expect(
    statusOf(
      "object.spec.replicas > 1",
      "object.replicas > 1",
      "object.spec.template.spec.containers.all(c, c.img == '')",
    ),
  ).toEqual({
    observedGeneration: 1,
    typeChecking: {
      expressionWarnings: [
        {
          fieldRef: "spec.validations[1].expression",
          warning:
            "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n",
        },
        {
          fieldRef: "spec.validations[2].expression",
          warning: expect.stringContaining("ERROR: <input>:1:46: undefined field 'img'"),
        },
      ],
    },
  });
});
