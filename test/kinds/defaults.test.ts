/**
 * Defaults within optional parts of objects, one row for each part. The values are those of Kubernetes' `defaults.go` and of the
 * `+default` marks of its API types.
 */
import { describe, expect, test } from "vitest";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { kindByPath } from "../../src/kinds/registry.ts";
import { create } from "./strategies.ts";

function made(resource: string, input: object): Record<string, never> {
  const [group = "", version = "", plural = ""] = resource.split("/");
  const kind = kindByPath(group, version, plural) as KindDefinition;
  const { object } = create(
    kind,
    { metadata: { name: "x" }, ...input },
    kind.namespaced ? { namespace: "default" } : {},
  );
  return object as never;
}

const pod = (spec: object) => made("/v1/pods", { spec: { containers: [{ name: "c", image: "i" }], ...spec } }) as never;
const container = (part: object) => pod({ containers: [{ name: "c", image: "i", ...part }] }) as never;
const volume = (source: object) => pod({ volumes: [{ name: "v", ...source }] }) as never;

const TIMES = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

describe("a container's", () => {
  test.each<[string, object, object]>([
    [
      "gRPC probe",
      { livenessProbe: { grpc: { port: 9 } } },
      { livenessProbe: { grpc: { port: 9, service: "" }, ...TIMES } },
    ],
    [
      "HTTP probe",
      { startupProbe: { httpGet: { port: 80 } } },
      { startupProbe: { httpGet: { port: 80, path: "/", scheme: "HTTP" }, ...TIMES } },
    ],
    [
      "probe with zeros",
      { readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 0, failureThreshold: 5 } },
      { readinessProbe: { tcpSocket: { port: 80 }, ...TIMES, failureThreshold: 5 } },
    ],
    [
      "hooks",
      {
        lifecycle: {
          postStart: { httpGet: { port: 1 } },
          preStop: { httpGet: { port: 2, path: "/a", scheme: "HTTPS" } },
        },
      },
      {
        lifecycle: {
          postStart: { httpGet: { port: 1, path: "/", scheme: "HTTP" } },
          preStop: { httpGet: { port: 2, path: "/a", scheme: "HTTPS" } },
        },
      },
    ],
    ["ports", { ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 80, protocol: "TCP" }] }],
    [
      "variables",
      {
        env: [
          { name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "B", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
          { name: "C", valueFrom: { fileKeyRef: { volumeName: "v", path: "p", key: "k" } } },
        ],
      },
      {
        env: [
          { name: "A", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
          { name: "B", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "0" } } },
          { name: "C", valueFrom: { fileKeyRef: { volumeName: "v", path: "p", key: "k", optional: false } } },
        ],
      },
    ],
    [
      "resources, of which nothing is finer than a thousandth",
      { resources: { limits: { cpu: "0.0001", memory: "64Mi" } } },
      { resources: { limits: { cpu: "1m", memory: "64Mi" }, requests: { cpu: "1m", memory: "64Mi" } } },
    ],
  ])("%s", (_part, input, expected) => {
    expect((container(input) as { spec: { containers: object[] } }).spec.containers[0]).toMatchObject(expected);
  });
});

describe("a volume's", () => {
  const CLAIM = { accessModes: ["ReadWriteOnce"], resources: {}, volumeMode: "Filesystem" };
  const RBD = { monitors: ["m"], image: "i" };
  const AZURE = { diskName: "d", diskURI: "u" };
  const SCALE = { gateway: "g", system: "s", secretRef: { name: "n" } };
  test.each<[string, object, object]>([
    ["absent source", {}, { emptyDir: {} }],
    ["secret", { secret: { secretName: "s" } }, { secret: { secretName: "s", defaultMode: 420 } }],
    ["config map", { configMap: { name: "c" } }, { configMap: { name: "c", defaultMode: 420 } }],
    [
      "downward API",
      { downwardAPI: { items: [{ path: "p", fieldRef: { fieldPath: "metadata.labels" } }] } },
      {
        downwardAPI: {
          defaultMode: 420,
          items: [{ path: "p", fieldRef: { apiVersion: "v1", fieldPath: "metadata.labels" } }],
        },
      },
    ],
    [
      "projection",
      { projected: { sources: [{ serviceAccountToken: { path: "t" } }, { secret: { name: "s" } }] } },
      {
        projected: {
          defaultMode: 420,
          sources: [{ serviceAccountToken: { path: "t", expirationSeconds: 3600 } }, { secret: { name: "s" } }],
        },
      },
    ],
    ["host path", { hostPath: { path: "/x" } }, { hostPath: { path: "/x", type: "" } }],
    ["image", { image: { reference: "r:1" } }, { image: { reference: "r:1", pullPolicy: "IfNotPresent" } }],
    [
      "claim template",
      { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"] } } } },
      { ephemeral: { volumeClaimTemplate: { metadata: {}, spec: CLAIM } } },
    ],
    [
      "iSCSI disk",
      { iscsi: { targetPortal: "p", iqn: "q", lun: 0 } },
      { iscsi: { targetPortal: "p", iqn: "q", lun: 0, iscsiInterface: "default" } },
    ],
    ["RBD image", { rbd: RBD }, { rbd: { ...RBD, pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" } }],
    [
      "Azure disk",
      { azureDisk: AZURE },
      { azureDisk: { ...AZURE, cachingMode: "ReadWrite", kind: "Shared", fsType: "ext4", readOnly: false } },
    ],
    ["ScaleIO volume", { scaleIO: SCALE }, { scaleIO: { ...SCALE, storageMode: "ThinProvisioned", fsType: "xfs" } }],
  ])("%s", (part, source, expected) => {
    const found = (volume(source) as { spec: { volumes: object[] } }).spec.volumes[0];
    expect(found).toEqual({ name: "v", ...expected });
    if (!/iSCSI|RBD|Azure|ScaleIO|host/.test(part)) return;
    expect(made("/v1/persistentvolumes", { spec: { ...source } })).toMatchObject({ spec: expected });
    const attachment = { spec: { attacher: "a", nodeName: "n", source: { inlineVolumeSpec: source } } };
    expect(made("storage.k8s.io/v1/volumeattachments", attachment)).toMatchObject({
      spec: { source: { inlineVolumeSpec: expected } },
    });
  });
});

describe("resources of a pod as a whole", () => {
  const ask = (cpu: string) => [{ name: "c", image: "i", resources: { requests: { cpu } } }];
  test.each<[string, object, object]>([
    [
      "come from its containers, then from its limits",
      { containers: ask("100m"), resources: { limits: { cpu: "1", memory: "1Gi" } } },
      { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "100m", memory: "1Gi" } },
    ],
    [
      "stay where there are no limits",
      { containers: ask("100m"), resources: { requests: { memory: "1Gi" } } },
      { requests: { memory: "1Gi" } },
    ],
    [
      "limit the huge pages of its containers",
      {
        containers: [{ name: "c", image: "i", resources: { limits: { "hugepages-2Mi": "4Mi" } } }],
        resources: { requests: { cpu: "1" } },
      },
      { limits: { "hugepages-2Mi": "4Mi" }, requests: { cpu: "1", "hugepages-2Mi": "4Mi" } },
    ],
  ])("%s", (_what, spec, expected) => {
    expect((pod(spec) as { spec: { resources: object } }).spec.resources).toEqual(expected);
  });
});

describe("other kinds", () => {
  const request = (part: object) => ({
    devices: { requests: [{ name: "r", exactly: { deviceClassName: "d", ...part } }] },
  });
  const workload = { selector: {}, template: { spec: { containers: [] } } };
  test.each<[string, string, object, object]>([
    [
      "a stateful set that names its strategy has no partition",
      "apps/v1/statefulsets",
      { spec: { ...workload, serviceName: "s", updateStrategy: { type: "RollingUpdate" } } },
      { spec: { updateStrategy: { type: "RollingUpdate" } } },
    ],
    [
      "a stateful set that does not has one",
      "apps/v1/statefulsets",
      { spec: { ...workload, serviceName: "s" } },
      { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } } },
    ],
    [
      "a claim's tolerations compare",
      "resource.k8s.io/v1/resourceclaims",
      { spec: request({ tolerations: [{ key: "k", value: "v" }] }) },
      {
        spec: request({
          allocationMode: "ExactCount",
          count: 1,
          tolerations: [{ key: "k", value: "v", operator: "Equal" }],
        }),
      },
    ],
    [
      "a flow schema without precedence",
      "flowcontrol.apiserver.k8s.io/v1/flowschemas",
      { spec: { matchingPrecedence: 0, priorityLevelConfiguration: { name: "p" } } },
      { spec: { matchingPrecedence: 1000 } },
    ],
    [
      "a priority level's queues",
      "flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations",
      { spec: { type: "Limited", limited: { limitResponse: { type: "Queue", queuing: {} } } } },
      {
        spec: {
          limited: {
            nominalConcurrencyShares: 30,
            lendablePercent: 0,
            limitResponse: { queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
          },
        },
      },
    ],
    [
      "a failure policy's conditions, and which pods are replaced with it",
      "batch/v1/jobs",
      {
        spec: {
          template: workload.template,
          podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }] },
        },
      },
      {
        spec: {
          podReplacementPolicy: "Failed",
          podFailurePolicy: { rules: [{ onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] },
        },
      },
    ],
    [
      "a policy's ports",
      "networking.k8s.io/v1/networkpolicies",
      { spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] } },
      { spec: { egress: [{ ports: [{ port: 53, protocol: "TCP" }] }], policyTypes: ["Ingress", "Egress"] } },
    ],
    [
      "an ingress class's parameters",
      "networking.k8s.io/v1/ingressclasses",
      { spec: { controller: "a/b", parameters: { kind: "K", name: "n" } } },
      { spec: { parameters: { scope: "Cluster" } } },
    ],
    [
      "a slice's ports",
      "discovery.k8s.io/v1/endpointslices",
      { addressType: "IPv4", endpoints: [], ports: [{ port: 80 }] },
      { ports: [{ name: "", port: 80, protocol: "TCP" }] },
    ],
    [
      "an autoscaler's behaviour",
      "autoscaling/v2/horizontalpodautoscalers",
      { spec: { maxReplicas: 2, scaleTargetRef: { kind: "K", name: "n" }, behavior: { scaleUp: { policies: [] } } } },
      {
        spec: {
          behavior: {
            scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max" },
            scaleDown: { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
          },
        },
      },
    ],
    [
      "a service's affinity",
      "/v1/services",
      { spec: { sessionAffinity: "ClientIP", ports: [{ port: 80 }] } },
      { spec: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } } },
    ],
    [
      "a limit range's containers",
      "/v1/limitranges",
      { spec: { limits: [{ type: "Container", max: { cpu: "2" }, min: { memory: "1Mi" } }] } },
      { spec: { limits: [{ default: { cpu: "2" }, defaultRequest: { cpu: "2", memory: "1Mi" } }] } },
    ],
    [
      "a webhook, its rules and its service",
      "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
      {
        webhooks: [
          { name: "w", clientConfig: { service: { name: "s", namespace: "n" } }, rules: [{ operations: ["*"] }] },
        ],
      },
      {
        webhooks: [
          {
            clientConfig: { service: { port: 443 } },
            failurePolicy: "Fail",
            matchPolicy: "Equivalent",
            namespaceSelector: {},
            objectSelector: {},
            reinvocationPolicy: "Never",
            rules: [{ scope: "*" }],
            timeoutSeconds: 10,
          },
        ],
      },
    ],
    [
      "a driver",
      "storage.k8s.io/v1/csidrivers",
      { spec: {} },
      {
        spec: {
          attachRequired: true,
          podInfoOnMount: false,
          storageCapacity: false,
          fsGroupPolicy: "ReadWriteOnceWithFSType",
          volumeLifecycleModes: ["Persistent"],
          requiresRepublish: false,
          seLinuxMount: false,
        },
      },
    ],
  ])("%s", (_what, resource, input, expected) => {
    expect(made(resource, input)).toMatchObject(expected);
  });

  test("a stateful set that names its strategy really has no partition", () => {
    const object = made("apps/v1/statefulsets", {
      spec: { ...workload, serviceName: "s", updateStrategy: { type: "RollingUpdate" } },
    }) as unknown as { spec: { updateStrategy: object } };
    expect(object.spec.updateStrategy).toEqual({ type: "RollingUpdate" });
  });
});
