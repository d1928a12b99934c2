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

const POD = "object.spec.template.spec.containers";

test.each([
  "object.spec.replicas > 1.5 || object.spec.replicas >= 2",
  "oldObject == null || object.spec.replicas >= oldObject.spec.replicas || object == oldObject",
  "object.metadata.?labels.orValue({}).size() > 0 || object.metadata.labels['a'] == 'b' || 'a' in object.metadata.labels",
  `${POD}.exists(c, has(c.resources.limits) && quantity(c.resources.limits['cpu']).isLessThan(quantity('1')))`,
  `${POD}.map(c, c.name).size() > 0 && ${POD}[0].ports.filter(p, p.containerPort > 80).size() == 0`,
  "timestamp(object.metadata.creationTimestamp) > timestamp('2020-01-01T00:00:00Z')",
  "object.spec.strategy.rollingUpdate.maxSurge == 1 || object.spec.strategy.rollingUpdate.maxSurge == '25%'",
  "request.userInfo.username == 'a' || namespaceObject.metadata.name == 'b'",
])("%s has no warning", (expression) => {
  expect(statusOf(expression).typeChecking).toEqual({});
});

test.each([
  ["object.spec.replicas > '1'", "1:22: found no matching overload for '_>_' applied to '(int, string)'"],
  ["'got ' + object.spec.replicas == ''", "1:8: found no matching overload for '_+_' applied to '(string, int)'"],
  [`${POD}.all(c, c.image == 1)`, "found no matching overload for '_==_' applied to '(string, int)'"],
  [`${POD}[0].name.startsWith(1)`, "found no matching overload for 'startsWith' applied to 'string.(int)'"],
])("%s: values of another type are reported", (expression, warning) => {
  const { expressionWarnings = [] } = statusOf(expression).typeChecking ?? {};
  expect(expressionWarnings.map((each) => each.fieldRef)).toEqual(["spec.validations[0].expression"]);
  expect(expressionWarnings[0]!.warning).toContain(warning);
});
