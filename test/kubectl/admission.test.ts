/** Admission with kubectl: a policy with parameters, a namespace with a Pod Security level, an unreachable webhook. */
import { expect, it } from "vitest";
import { describeEveryKubectl } from "./harness.ts";

const POLICY = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: replica-limit}
spec:
  paramKind: {apiVersion: v1, kind: ConfigMap}
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
  variables:
  - {name: most, expression: "int(params.data.most)"}
  validations:
  - expression: object.spec.replicas <= variables.most
    messageExpression: "'at most ' + string(variables.most) + ' replicas'"
    reason: Forbidden
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: replica-limit}
spec:
  policyName: replica-limit
  validationActions: [Deny]
  paramRef: {name: limits, parameterNotFoundAction: Deny}
  matchResources:
    namespaceSelector: {matchLabels: {limited: "yes"}}
---
apiVersion: v1
kind: Namespace
metadata: {name: limited, labels: {limited: "yes"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: limits, namespace: limited}
data: {most: "3"}
`;

const MUTATION = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: team}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
  reinvocationPolicy: Never
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: 'Object{metadata: Object.metadata{labels: {"by": request.userInfo.username}}}'
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: team}
spec: {policyName: team}
`;

const WEBHOOK = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hooks}
webhooks:
- name: check.example.com
  clientConfig: {service: {namespace: default, name: hook, path: /check}}
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}
  sideEffects: None
  admissionReviewVersions: [v1]
`;

describeEveryKubectl(
  "admission",
  (session) => {
    it("a policy limits requests by its binding and parameters", async () => {
      const { write, ok, run } = session();
      await write("policy.yaml", POLICY);
      await ok("apply -f policy.yaml");
      expect(await run("create deployment web --image=nginx --replicas=4 -n limited")).toMatchObject({
        exitCode: 1,
        stderr:
          'error: failed to create deployment: deployments.apps "web" is forbidden: ValidatingAdmissionPolicy ' +
          "'replica-limit' with binding 'replica-limit' denied request: at most 3 replicas\n",
      });
      await ok("create deployment web --image=nginx --replicas=3 -n limited");
      expect((await run("scale deployment web --replicas=9 -n limited")).exitCode).toBe(0);
      expect(await ok("create deployment web --image=nginx --replicas=4")).toBe("deployment.apps/web created\n");
      expect((await ok("get validatingadmissionpolicies")).split("\n")[1]?.split(/\s+/).slice(0, 3)).toEqual([
        "replica-limit",
        "1",
        "v1/ConfigMap",
      ]);
      expect(await ok("explain validatingadmissionpolicy.spec.failurePolicy")).toContain("failurePolicy");
    });

    it("a policy with an error is refused with the error's position", async () => {
      const { write, run } = session();
      await write("bad.yaml", POLICY.replace("object.spec.replicas <=", "objekt.spec.replicas <="));
      const { stderr, exitCode } = await run("apply -f bad.yaml");
      expect(exitCode).toBe(1);
      expect(stderr).toContain("undeclared reference to 'objekt'");
    });

    it("a mutating policy adds its fields", async () => {
      const { write, ok } = session();
      await write("mutation.yaml", MUTATION);
      await ok("apply -f mutation.yaml");
      await ok("create configmap made");
      expect(await ok("get configmap made -o jsonpath={.metadata.labels.by}")).not.toBe("");
      await ok("delete -f mutation.yaml");
    });

    it("a namespace's level keeps pods out, and warns of templates", async () => {
      const { ok, run } = session();
      await ok("create namespace strict");
      await ok("run loose --image=nginx -n strict");
      const labelled = await run("label namespace strict pod-security.kubernetes.io/enforce=restricted");
      expect(labelled.stdout).toBe("namespace/strict labeled\n");
      expect(labelled.stderr).toContain(
        'Warning: existing pods in namespace "strict" violate the new PodSecurity enforce level "restricted:latest"\n' +
          "Warning: loose: allowPrivilegeEscalation != false",
      );
      expect((await run("run web --image=nginx -n strict")).stderr).toContain(
        'Error from server (Forbidden): pods "web" is forbidden: violates PodSecurity "restricted:latest": ' +
          'allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)',
      );
      const deployed = await run("create deployment web --image=nginx -n strict");
      expect(deployed.stdout).toBe("deployment.apps/web created\n");
      expect(deployed.stderr).toContain('Warning: would violate PodSecurity "restricted:latest"');
      await expect
        .poll(() => ok("get events -n strict -o jsonpath={.items[*].message}"), { timeout: 10_000 })
        .toMatch(
          /Error creating: pods "web-[a-z0-9]+-[a-z0-9]+" is forbidden: violates PodSecurity "restricted:latest"/,
        );
    });

    it("an unreachable webhook refuses requests until it is removed", async () => {
      const { write, ok, run } = session();
      await write("hooks.yaml", WEBHOOK);
      await ok("apply -f hooks.yaml");
      expect((await run("create secret generic s")).stderr).toBe(
        'error: failed to create secret Internal error occurred: failed calling webhook "check.example.com": failed to ' +
          'call webhook: Post "https://hook.default.svc:443/check?timeout=10s": service "hook" not found\n',
      );
      await ok("delete validatingwebhookconfiguration hooks");
      await ok("create secret generic s");
    });
  },
  { ends: true },
);
