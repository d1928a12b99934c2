/** Kyverno in a pod: its policies decide about writes through its webhooks. */
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { networkPolicyKind } from "../../src/kinds/networking/network-policy.ts";
import { createPolicy, kyvernoCluster, REQUIRE_TEAM, startKyverno } from "./kyverno-cluster.ts";
import { type Cluster, type Free, kindOf as kindIn } from "./operator-cluster.ts";

let cluster: Cluster;

const kindOf = (resource: `${string}/${string}`) => kindIn(cluster, resource);
const start = (name: string, image: string) => startKyverno(cluster, name, image);
const policy = (name: string, spec: string) => createPolicy(cluster, name, spec);

beforeEach(() => {
  cluster = kyvernoCluster();
});

function problemOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

function createPod(name: string, text: string): Free {
  return cluster.create(podKind, { metadata: { namespace: "default", name }, ...parse(text) } as never);
}

/** Policies as courses teach them: a pod that is refused, with the text of the rule, and one that is not. */
const TAUGHT = [
  {
    name: "disallow-latest-tag",
    validate: `
      message: An image tag is required, and latest is not allowed.
      foreach:
      - list: request.object.spec.containers
        pattern: { image: "*:* & !*:latest" }`,
    bad: "{ containers: [{ name: c, image: 'nginx:latest' }] }",
    good: "{ containers: [{ name: c, image: 'nginx:1.27' }] }",
    message:
      "validation failure: validation error: An image tag is required, and latest is not allowed. rule r failed at path /image/",
  },
  {
    name: "require-limits",
    validate: `
      message: CPU and memory limits are required.
      pattern:
        spec:
          containers:
          - resources: { limits: { memory: "?*", cpu: "<=2" } }`,
    bad: "{ containers: [{ name: c, image: nginx, resources: { limits: { memory: 1Gi, cpu: 2500m } } }] }",
    good: "{ containers: [{ name: c, image: nginx, resources: { limits: { memory: 1Gi, cpu: 500m } } }] }",
    message:
      "validation error: CPU and memory limits are required. rule r failed at path /spec/containers/0/resources/limits/cpu/",
  },
  {
    name: "disallow-privileged",
    validate: `
      message: Privileged mode is disallowed
      pattern:
        spec:
          =(initContainers): [{ =(securityContext): { =(privileged): "false" } }]
          containers: [{ =(securityContext): { =(privileged): "false" } }]`,
    bad: "{ containers: [{ name: c, image: nginx, securityContext: { privileged: true } }] }",
    good: "{ containers: [{ name: c, image: nginx, securityContext: { runAsUser: 1000 } }] }",
    message:
      "validation error: Privileged mode is disallowed. rule r failed at path /spec/containers/0/securityContext/privileged/",
  },
  {
    name: "restrict-registries",
    validate: `
      message: "Unknown registry of {{ request.object.metadata.name }}."
      pattern: { spec: { containers: [{ image: "ghcr.io/* | registry.k8s.io/*" }] } }`,
    bad: "{ containers: [{ name: c, image: 'docker.io/nginx' }] }",
    good: "{ containers: [{ name: c, image: 'registry.k8s.io/pause:3.10' }] }",
    message: "validation error: Unknown registry of bad. rule r failed at path /spec/containers/0/image/",
  },
  {
    name: "disallow-capabilities",
    validate: `
      message: Only NET_BIND_SERVICE may be added.
      deny:
        conditions:
          any:
          - key: "{{ request.object.spec.[initContainers, containers][].securityContext.capabilities.add[] }}"
            operator: AnyNotIn
            value: [NET_BIND_SERVICE]`,
    bad: "{ containers: [{ name: c, image: nginx, securityContext: { capabilities: { add: [SYS_ADMIN] } } }] }",
    good: "{ containers: [{ name: c, image: nginx, securityContext: { capabilities: { add: [NET_BIND_SERVICE] } } }] }",
    message: "Only NET_BIND_SERVICE may be added.",
  },
  {
    name: "no-host-path",
    validate: `
      message: Host paths are forbidden.
      pattern: { spec: { =(volumes): [{ X(hostPath): "null" }] } }`,
    bad: "{ volumes: [{ name: v, hostPath: { path: / } }], containers: [{ name: c, image: nginx }] }",
    good: "{ volumes: [{ name: v, emptyDir: {} }], containers: [{ name: c, image: nginx }] }",
    message: "validation error: Host paths are forbidden. rule r failed at path /spec/volumes/0/hostPath/",
  },
  {
    name: "run-as-non-root",
    validate: `
      message: Root is not allowed.
      anyPattern:
      - spec: { securityContext: { runAsNonRoot: true } }
      - spec: { containers: [{ securityContext: { runAsNonRoot: true } }] }`,
    bad: "{ containers: [{ name: c, image: nginx }] }",
    good: "{ securityContext: { runAsNonRoot: true }, containers: [{ name: c, image: nginx }] }",
    message:
      "validation error: Root is not allowed. rule r[0] failed at path /spec/securityContext/runAsNonRoot/ " +
      "rule r[1] failed at path /spec/containers/0/securityContext/",
  },
  {
    name: "cel",
    validate: `
      cel:
        variables: [{ name: names, expression: "object.spec.containers.map(c, c.name)" }]
        expressions:
        - expression: variables.names.all(n, n != 'root')
          message: no container is called root`,
    bad: "{ containers: [{ name: root, image: nginx }] }",
    good: "{ containers: [{ name: c, image: nginx }] }",
    message: "no container is called root",
  },
];

describe("policies that are often taught", () => {
  it.each(TAUGHT)("$name", ({ name, validate, bad, good, message }) => {
    const rule = `
- name: r
  match: { any: [{ resources: { kinds: [Pod] } }] }
  validate:${validate}`;
    policy(name, `validationFailureAction: Enforce\nrules:${rule}`);
    const text = problemOf(() => createPod("bad", `spec: ${bad}`));
    expect(text).toContain("resource Pod/default/bad was blocked due to the following policies \n\n");
    expect(parse(text.slice(text.indexOf(`${name}:`)))).toEqual({ [name]: { r: message } });
    expect(problemOf(() => createPod("good", `spec: ${good}`))).toBe("");
  });
});

describe("a ClusterPolicy that mutates", () => {
  it("adds what is missing, in containers that meet its conditions", () => {
    policy(
      "defaults",
      `
      rules:
      - name: labels
        match: { any: [{ resources: { kinds: [Pod] } }] }
        mutate:
          patchStrategicMerge:
            metadata: { labels: { +(team): "{{ request.namespace }}", +(app): unknown } }
            spec: { containers: [{ (image): "*:latest", imagePullPolicy: Always }] }
      - name: volume
        match: { any: [{ resources: { kinds: [Pod], names: ["with-*"] } }] }
        mutate:
          patchesJson6902: |-
            - { op: add, path: /metadata/annotations/example.com~1seen, value: "yes" }`,
    );
    const spec =
      "spec: { containers: [{ name: a, image: 'x:latest', imagePullPolicy: Never }, { name: b, image: 'y:1' }] }";
    createPod("with-labels", `metadata: { name: with-labels, namespace: default, labels: { app: shop } }\n${spec}`);
    const { metadata, spec: shown } = cluster.get(podKind, "with-labels") as Free;
    expect(metadata.labels).toEqual({ app: "shop", team: "default" });
    expect(metadata.annotations).toEqual({ "example.com/seen": "yes" });
    expect(shown.containers.map((each: Free) => [each.name, each.imagePullPolicy])).toEqual([
      ["a", "Always"],
      ["b", "IfNotPresent"],
    ]);
  });

  it("changes each element of a list", () => {
    policy(
      "registry",
      `
      rules:
      - name: prepend
        match: { any: [{ resources: { kinds: [Pod] } }] }
        mutate:
          foreach:
          - list: request.object.spec.containers
            patchStrategicMerge:
              spec:
                containers:
                - name: "{{ element.name }}"
                  image: >-
                    registry.k8s.io/{{images.containers."{{element.name}}".path}}:{{images.containers."{{element.name}}".tag}}`,
    );
    createPod("p", "spec: { containers: [{ name: a, image: pause }, { name: b, image: 'quay.io/x/y:2' }] }");
    const { containers } = cluster.get(podKind, "p")!.spec;
    expect(containers.map(({ image }) => image)).toEqual(["registry.k8s.io/pause:latest", "registry.k8s.io/x/y:2"]);
  });
});

const namespaceNamed = (name: string) =>
  cluster.create(namespaceKind, { metadata: { name, labels: { env: name } } } as never);

describe("a ClusterPolicy that generates", () => {
  const forNamespaces = (generate: string) => `
rules:
- name: g
  match: { any: [{ resources: { kinds: [Namespace], selector: { matchLabels: { env: "?*" } } } }] }
  generate:${generate}`;
  const DEFAULT_DENY = forNamespaces(`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    name: default-deny
    namespace: "{{request.object.metadata.name}}"
    synchronize: true
    data: { spec: { podSelector: {}, policyTypes: [Ingress, Egress] } }`);

  beforeEach(() => start("background", "ghcr.io/kyverno/background-controller:v1.15.0"));

  it("makes a NetworkPolicy for each new Namespace, and keeps it", () => {
    policy("deny", DEFAULT_DENY);
    namespaceNamed("shop");
    cluster.advance(10_000);
    const made = cluster.get(networkPolicyKind, "default-deny", "shop")!;
    expect(made.spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    expect(made.metadata.labels).toMatchObject({
      "app.kubernetes.io/managed-by": "kyverno",
      "generate.kyverno.io/policy-name": "deny",
      "generate.kyverno.io/trigger-kind": "Namespace",
    });
    expect(cluster.list(kindOf("kyverno.io/updaterequests"), "default")).toEqual([]);

    cluster.delete(networkPolicyKind, made);
    cluster.advance(10_000);
    const again = cluster.get(networkPolicyKind, "default-deny", "shop")!;
    expect(again.metadata.uid).not.toBe(made.metadata.uid);
    cluster.update(networkPolicyKind, again, (draft: Free) => {
      draft.spec.policyTypes = ["Ingress"];
    });
    cluster.advance(10_000);
    expect(cluster.get(networkPolicyKind, "default-deny", "shop")?.spec.policyTypes).toEqual(["Ingress", "Egress"]);
    cluster.advance(60_000);
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 60_000);
  });

  it("takes its objects along when it is deleted, and makes them for existing Namespaces if it says so", () => {
    namespaceNamed("old");
    policy("deny", `generateExisting: true\n${DEFAULT_DENY}`);
    cluster.advance(10_000);
    expect(cluster.get(networkPolicyKind, "default-deny", "old")).toBeDefined();
    const policies = kindOf("kyverno.io/clusterpolicies");
    cluster.delete(policies, cluster.get(policies, "deny", ""));
    cluster.advance(10_000);
    expect(cluster.get(networkPolicyKind, "default-deny", "old")).toBeUndefined();
  });

  it("clones a Secret, and follows its source", () => {
    const metadata = { name: "registry", namespace: "default" };
    cluster.create(secretKind, { metadata, type: "Opaque", data: { key: btoa("one") } } as never);
    policy(
      "sync",
      forNamespaces(`
    apiVersion: v1
    kind: Secret
    name: registry
    namespace: "{{request.object.metadata.name}}"
    synchronize: true
    clone: { namespace: default, name: registry }`),
    );
    namespaceNamed("shop");
    cluster.advance(10_000);
    expect(atob(cluster.get(secretKind, "registry", "shop")?.data?.["key"] ?? "")).toBe("one");
    cluster.update(secretKind, cluster.get(secretKind, "registry")!, (draft: Free) => {
      draft.data.key = btoa("two");
    });
    cluster.advance(10_000);
    expect(atob(cluster.get(secretKind, "registry", "shop")?.data?.["key"] ?? "")).toBe("two");
  });
});

describe("a policy", () => {
  it("excludes namespaces, and users by their roles", () => {
    const spec = REQUIRE_TEAM.replace(
      "  validate:",
      "  exclude: { any: [{ resources: { namespaces: [kube-*, default] } }] }\n  validate:",
    );
    policy("require-labels", spec);
    expect(problemOf(() => createPod("x", "spec: { containers: [{ name: c, image: nginx }] }"))).toBe("");
  });

  it("that only audits refuses nothing", () => {
    policy("require-labels", REQUIRE_TEAM.replace("Enforce", "Audit"));
    expect(problemOf(() => createPod("x", "spec: { containers: [{ name: c, image: nginx }] }"))).toBe("");
  });

  it("is refused if it reads the user in the background", () => {
    const spec = REQUIRE_TEAM.replace("label 'team' is required", "{{ request.userInfo.username }} must not");
    expect(problemOf(() => policy("p", spec))).toContain(
      'admission webhook "validate-policy.kyverno.svc" denied the request: only select variables are allowed in ' +
        "background mode. Set spec.background=false to disable background mode for this policy rule: variable " +
        "{{ request.userInfo.username }} is not allowed ",
    );
    expect(problemOf(() => policy("p", `background: false\n${spec}`))).toBe("");
  });

  it("is never due while nothing changes", () => {
    policy("require-labels", REQUIRE_TEAM);
    cluster.advance(60_000);
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 60_000);
  });
});

describe("a ClusterPolicy that validates", () => {
  it("denies with the policy, the rule and the path", () => {
    policy("require-labels", REQUIRE_TEAM);
    const found = cluster.get(kindOf("kyverno.io/clusterpolicies"), "require-labels", "");
    expect(found.status.conditions).toMatchObject([{ type: "Ready", status: "True" }]);
    expect(found.status.rulecount).toEqual({ validate: 1, generate: 0, mutate: 0, verifyimages: 0 });
    const bare = "spec: { containers: [{ name: c, image: 'nginx:1.27' }] }";
    expect(problemOf(() => createPod("x", bare))).toBe(
      'admission webhook "validate.kyverno.svc-fail" denied the request: \n\n' +
        "resource Pod/default/x was blocked due to the following policies \n\n" +
        "require-labels:\n" +
        "  check-team: 'validation error: label ''team'' is required. rule check-team failed at path /metadata/labels/'\n",
    );
    expect(
      problemOf(() => createPod("x", `metadata: { name: x, namespace: default, labels: { team: a } }\n${bare}`)),
    ).toBe("");
  });

  it("also denies controllers of pods, by a derived rule", () => {
    policy("require-labels", REQUIRE_TEAM);
    const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
    const spec = { replicas: 1, selector: { matchLabels: { app: "web" } }, template };
    const create = () =>
      cluster.create(deploymentKind, { metadata: { name: "web", namespace: "default" }, spec } as never);
    expect(problemOf(create)).toContain(
      "  autogen-check-team: 'validation error: label ''team'' is required. rule autogen-check-team failed at path /spec/template/metadata/labels/team/'\n",
    );
  });
});
