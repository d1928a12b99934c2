import { describe, expect, it } from "vitest";
import { Server } from "./server.ts";

const CORE = "/api/v1/namespaces/default";

function warningsOf(target: string, body: object): string[] {
  const answer = new Server().post(`${target}?dryRun=All`, body);
  expect(answer.body).not.toMatchObject({ kind: "Status" });
  const header = answer.headers["warning"] ?? "";
  return [...header.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text!));
}

const podWith = (spec: object, metadata: object = {}) =>
  warningsOf(`${CORE}/pods`, { metadata: { name: "p", ...metadata }, spec: { containers: [container()], ...spec } });
const container = (more: object = {}) => ({ name: "c", image: "nginx", ...more });

describe("a pod with a probable mistake is accepted with a warning", () => {
  it("for names and labels", () => {
    expect(podWith({}, { name: "a.b" })[0]).toContain("metadata.name: this is used in the Pod's hostname, which can");
    expect(podWith({ nodeSelector: { "beta.kubernetes.io/os": "linux" } })).toEqual([
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
    const term = { matchExpressions: [{ key: "node-role.kubernetes.io/master", operator: "Exists" }] };
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    };
    expect(podWith({ affinity })).toEqual([
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0]" +
        '.key: node-role.kubernetes.io/master is use "node-role.kubernetes.io/control-plane" instead',
    ]);
  });

  it("for selectors that match nothing", () => {
    const spread = { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "DoNotSchedule" };
    const term = { topologyKey: "kubernetes.io/hostname" };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    expect(podWith({ topologySpreadConstraints: [spread], affinity })).toEqual([
      "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",
      "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: " +
        "a null labelSelector results in matching no pod",
    ]);
  });

  it("for duplicate entries", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "A", value: "$(A)2" },
      { name: "A", value: "$(A)" },
      { name: "B", value: "1" },
      { name: "B", value: "2" },
    ];
    const ports = [{ containerPort: 80 }, { containerPort: 80, name: "again" }, { containerPort: 81 }];
    const containers = [container({ env, ports }), container({ name: "d", ports: [{ containerPort: 81 }] })];
    const hostAliases = [{ ip: "10.0.0.1" }, { ip: "10.0.0.1" }];
    const imagePullSecrets = [{ name: "s" }, { name: "s" }];
    expect(podWith({ containers, hostAliases, imagePullSecrets })).toEqual([
      'spec.hostAliases[1].ip: duplicate ip "10.0.0.1"',
      'spec.imagePullSecrets[1].name: duplicate name "s"',
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].env[4]: hides previous definition of "B", which may be dropped when using apply',
      "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
      "spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[2]",
    ]);
  });

  it("for deprecated volumes and annotations and for fractional bytes", () => {
    const volumes = [{ name: "v", gitRepo: { repository: "r" } }];
    const resources = { limits: { memory: "100m" }, requests: { memory: "0" } };
    const annotations = {
      "scheduler.alpha.kubernetes.io/critical-pod": "",
      "container.seccomp.security.alpha.kubernetes.io/c": "runtime/default",
    };
    expect(podWith({ volumes, containers: [container({ resources })] }, { annotations })).toEqual([
      'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
      "spec.volumes[0].gitRepo: deprecated in v1.11",
      'metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    ]);
  });
});

describe("a template's warnings", () => {
  const labels = { app: "a" };
  const template = {
    metadata: { labels },
    spec: { containers: [container()], nodeSelector: { "beta.kubernetes.io/arch": "amd64" } },
  };
  const why = 'nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead';

  it("name their path in every kind with a template", () => {
    const spec = { selector: { matchLabels: labels }, template };
    const jobTemplate = { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } } };
    const cronJob = { metadata: { name: "c" }, spec: { schedule: "* * * * *", jobTemplate } };
    const apps = "/apis/apps/v1/namespaces/default";
    expect(warningsOf(`${apps}/deployments`, { metadata: { name: "d" }, spec })).toEqual([`spec.template.spec.${why}`]);
    expect(warningsOf("/apis/batch/v1/namespaces/default/cronjobs", cronJob)).toEqual([
      `spec.jobTemplate.spec.template.spec.${why}`,
    ]);
    const controller = { metadata: { name: "r" }, spec: { selector: labels, template } };
    expect(warningsOf(`${CORE}/replicationcontrollers`, controller)).toEqual([`spec.template.spec.${why}`]);
  });

  it("are repeated only when the spec changes", () => {
    const server = new Server();
    const target = "/apis/apps/v1/namespaces/default/deployments";
    server.post(target, { metadata: { name: "d" }, spec: { selector: { matchLabels: labels }, template } });
    const patch = (body: object, path = "") => server.patch(`${target}/d${path}`, body).headers["warning"];
    expect(patch({ metadata: { labels: { a: "b" } } })).toBeUndefined();
    expect(patch({ status: { observedGeneration: 5 } }, "/status")).toBeUndefined();
    expect(patch({ spec: { paused: true } })).toContain("deprecated since v1.14");
  });
});

describe("other kinds warn", () => {
  it.each([
    [
      `${CORE}/services`,
      {
        metadata: { name: "s" },
        spec: { clusterIP: "None", sessionAffinity: "ClientIP", selector: {}, ports: [{ port: 80 }] },
      },
      "spec.SessionAffinity is ignored for headless services",
    ],
    [
      `${CORE}/services`,
      {
        metadata: { name: "s" },
        spec: { type: "LoadBalancer", ports: [{ port: 80 }], loadBalancerSourceRanges: ["10.0.0.1/8"] },
      },
      'spec.loadBalancerSourceRanges[0]: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ],
    [
      `${CORE}/persistentvolumeclaims`,
      {
        metadata: { name: "c", annotations: { "volume.beta.kubernetes.io/storage-class": "x" } },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      },
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    ],
    [
      `${CORE}/serviceaccounts`,
      { metadata: { name: "a", annotations: { "kubernetes.io/enforce-mountable-secrets": "true" } } },
      "metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets",
    ],
    [
      "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
      {
        metadata: { name: "i", annotations: { "kubernetes.io/ingress.class": "nginx" } },
        spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } },
      },
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
    ],
    [
      "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
      {
        metadata: { name: "n" },
        spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.1.2.3/16" } }] }] },
      },
      'spec.ingress[0].from[0].ipBlock.cidr: CIDR value "10.1.2.3/16" is ambiguous in this context (should be "10.1.0.0/16" or "10.1.2.3/32"?)',
    ],
  ])("%s", (target, body, warning) => {
    expect(warningsOf(target, body)).toContain(warning);
  });
});

describe("the header of warnings", () => {
  const header = (fields: readonly string[]) => {
    const body = Object.fromEntries([["metadata", { name: "a" }], ...fields.map((field) => [field, 1])]);
    return new Server().post(`${CORE}/configmaps?dryRun=All`, body).headers["warning"] ?? "";
  };

  it("is encoded as bytes, without control characters", () => {
    const bytes = Uint8Array.from(header(["€", "a\nb", 'q"\\']), (character) => character.charCodeAt(0));
    expect(new TextDecoder().decode(bytes)).toBe(
      String.raw`299 - "unknown field \"€\"", 299 - "unknown field \"q\"\\\""`,
    );
  });

  it("has a size limit", () => {
    const names = Array.from({ length: 500 }, (_, i) => `${i}-${"x".repeat(400)}`);
    const text = header(names);
    expect(text.length).toBeLessThan(6000);
    expect(text.startsWith(`299 - "unknown field \\"0-${"x".repeat(200)}`)).toBe(true);
    expect(text.match(/299 - /g)?.length).toBe(4096 / 256);
  });

  it("names a hundred problems of a body at most", () => {
    const repeated = Array.from({ length: 5000 }, (_, i) => `"d${i}":"1","d${i}":"2"`).join(",");
    const text = `{"metadata":{"name":"a"},"data":{${repeated}}}`;
    const { body } = new Server().post(`${CORE}/configmaps?fieldValidation=Strict`, text);
    expect(body.message.split("duplicate field").length - 1).toBe(100);
  });
});
