/** A status forged by a student with full rights does not last, and graders see its writer. */
import { beforeAll, describe, expect, test } from "vitest";
import { MERGE, pod, RUNNING, STUCK } from "./forgeries.ts";
import { School, type Student } from "./grading.ts";

const N = "/api/v1/namespaces/default";
const APPS = "/apis/apps/v1/namespaces/default";
let school: School;
let anna: Student;

beforeAll(async () => {
  school = await School.open();
  anna = await school.cluster();
  await anna.settle();
});

async function create(path: string, body: object): Promise<void> {
  const { status, text } = await anna.kubernetes(path, { method: "POST", body });
  expect(status, text).toBe(201);
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
const get = async (path: string): Promise<any> => (await anna.kubernetes(path)).body;

async function lie(path: string, status: object): Promise<void> {
  const call = { method: "PATCH", body: { status }, headers: MERGE };
  const reply = await anna.kubernetes(`${path}/status`, call);
  expect(reply.status, reply.text).toBe(200);
}

async function pass(seconds: number): Promise<void> {
  await school.sandbar.clock.pass(seconds * 1000);
}

describe("the status of a pod that a kubelet runs", () => {
  test("is written again within ten seconds", async () => {
    await create(`${N}/pods`, pod("stuck", STUCK));
    await anna.settle();
    const { status } = await get(`${N}/pods/stuck`);
    expect(status.containerStatuses[0].state.waiting.reason).toBe("CreateContainerConfigError");

    await lie(`${N}/pods/stuck`, RUNNING);
    expect((await get(`${N}/pods/stuck`)).status.phase).toBe("Running");
    expect(await anna.verdict({ cel: "pods.exists(p, statusWrittenBy(p) == 'user:kubernetes-admin')" })).toMatchObject({
      passed: true,
    });
    await pass(10);

    expect((await get(`${N}/pods/stuck`)).status).toEqual(status);
    const cel = "pods.filter(p, p.metadata.name == 'stuck').all(p, statusWrittenBy(p) == 'kubelet')";
    expect(await anna.verdict({ cel })).toMatchObject({ passed: true });
  });

  test("is written again when the pod has ended and when it was refused", async () => {
    await create(`${N}/pods`, pod("ended", { image: "busybox", command: ["true"] }, { restartPolicy: "Never" }));
    await create(`${N}/pods`, pod("refused", {}, { nodeName: "node-1", nodeSelector: { no: "such" } }));
    await anna.settle();
    for (const name of ["ended", "refused"]) {
      const { status } = await get(`${N}/pods/${name}`);
      expect(status.phase).toBe(name === "ended" ? "Succeeded" : "Failed");
      const statuses = name === "refused" ? RUNNING : { phase: "Running" };
      await lie(`${N}/pods/${name}`, { ...statuses, reason: "Lie", message: "lie" });
      await pass(10);
      expect((await get(`${N}/pods/${name}`)).status).toEqual(status);
    }
  });

  test("keeps the conditions of readiness gates, which clients write", async () => {
    await create(`${N}/pods`, pod("gated", {}, { readinessGates: [{ conditionType: "example.com/ok" }] }));
    await anna.settle();
    const ready = async () => {
      const { conditions } = (await get(`${N}/pods/gated`)).status;
      return conditions.find(({ type }: { type: string }) => type === "Ready").status;
    };
    expect(await ready()).toBe("False");
    const { conditions } = (await get(`${N}/pods/gated`)).status;
    await lie(`${N}/pods/gated`, { conditions: [...conditions, { type: "example.com/ok", status: "True" }] });
    await pass(30);
    expect(await ready()).toBe("True");
  });

  test("does not count when it was written before the kubelet had the pod", async () => {
    await create(`${N}/pods`, pod("early", STUCK, { nodeSelector: { late: "yes" } }));
    await anna.settle();
    await lie(`${N}/pods/early`, RUNNING);
    await pass(60);
    // As in Kubernetes: no kubelet manages the pod, so the forged status stays. Graders see its writer.
    const cel = (by: string) => `pods.filter(p, p.metadata.name == 'early').all(p, statusWrittenBy(p) == '${by}')`;
    expect((await get(`${N}/pods/early`)).status.phase).toBe("Running");
    expect(await anna.verdict({ cel: cel("user:kubernetes-admin") })).toMatchObject({ passed: true });
    const byObject = await anna.verdict({
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "early" }, status: { phase: "Running" } },
    });
    expect(byObject.evidence[0]).toMatchObject({ statusWrittenBy: "user:kubernetes-admin" });

    const labels = { metadata: { labels: { late: "yes" } } };
    await anna.kubernetes("/api/v1/nodes/node-1", { method: "PATCH", body: labels, headers: MERGE });
    await pass(60);
    const { status, spec } = await get(`${N}/pods/early`);
    expect(spec.nodeName).toBe("node-1");
    expect(status).toMatchObject({ phase: "Pending", containerStatuses: [{ ready: false }] });
    expect(await anna.verdict({ cel: cel("kubelet") })).toMatchObject({ passed: true });
  });

  test("is not trusted because of its field manager's name", async () => {
    const path = `${N}/pods/stuck/status?fieldManager=kubelet`;
    await anna.kubernetes(path, { method: "PATCH", body: { status: RUNNING }, headers: MERGE });
    const cel = "pods.filter(p, p.metadata.name == 'stuck').all(p, statusWrittenBy(p) == 'kubelet')";
    expect(await anna.verdict({ cel })).toMatchObject({ passed: false });
  });
});

describe("a node", () => {
  const READY = { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" };

  test("that a student creates has no kubelet: it becomes Unknown, and its pods never run", async () => {
    const status = { capacity: { cpu: "4", memory: "8Gi", pods: "110" }, conditions: [READY] };
    await create("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "fake" }, status });
    await create("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", {
      ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "fake" } },
      spec: { holderIdentity: "fake", leaseDurationSeconds: 40 },
    });
    await create(`${N}/pods`, pod("homeless", {}, { nodeName: "fake" }));
    await pass(40);
    expect((await get(`${N}/pods/homeless`)).status.phase).toBe("Pending");
    const [condition] = (await get("/api/v1/nodes/fake")).status.conditions;
    expect(condition).toMatchObject({ status: "True" });
    expect(condition.lastHeartbeatTime ?? null).toBeNull();

    // A write to the status counts as a heartbeat.
    await lie("/api/v1/nodes/fake", { conditions: [{ ...READY, message: "still here" }] });
    await lie(`${N}/pods/homeless`, RUNNING);
    await pass(30);
    expect((await get("/api/v1/nodes/fake")).status.conditions[0].status).toBe("True");
    await pass(40);
    const node = await get("/api/v1/nodes/fake");
    expect(node.status.conditions[0]).toMatchObject({ status: "Unknown", reason: "NodeStatusUnknown" });
    expect(node.spec.taints.map(({ key }: { key: string }) => key)).toContain("node.kubernetes.io/unreachable");
    await pass(320);
    expect((await get(`${N}/pods/homeless`)).metadata.deletionTimestamp).toBeDefined();
    expect(await anna.verdict({ cel: "nodes.all(n, statusWrittenBy(n) == 'kubelet')" })).toMatchObject({
      passed: false,
      message: expect.stringContaining("Node fake does not satisfy"),
    });
    await anna.kubernetes("/api/v1/nodes/fake", { method: "DELETE" });
  });

  test("with a kubelet has its true status again within ten seconds; added resources stay", async () => {
    const { status } = await get("/api/v1/nodes/node-2");
    await lie("/api/v1/nodes/node-2", {
      capacity: { cpu: "1000", "example.com/dongle": "4" },
      allocatable: { cpu: "1000" },
      conditions: [{ ...READY, status: "False" }],
      nodeInfo: { kubeletVersion: "v9.9.9" },
    });
    expect((await get("/api/v1/nodes/node-2")).status.capacity.cpu).toBe("1k");
    await pass(11);
    const after = (await get("/api/v1/nodes/node-2")).status;
    expect(after.capacity).toEqual({ ...status.capacity, "example.com/dongle": "4" });
    expect(after.allocatable).toEqual({ ...status.allocatable, "example.com/dongle": "4" });
    expect(after.nodeInfo).toEqual(status.nodeInfo);
    expect(after.conditions.map(({ status: value }: { status: string }) => value)).toEqual(
      status.conditions.map(({ status: value }: { status: string }) => value),
    );
    await pass(60);
    expect((await get("/api/v1/nodes/node-2")).spec.taints).toBeUndefined();
  });
});

describe("a status that a controller owns is written again", () => {
  const stuck = (app: string) => ({
    metadata: { labels: { app } },
    spec: { containers: [STUCK] },
  });
  const workload = (kind: string, name: string, more: object = {}) => ({
    ...{ apiVersion: "apps/v1", kind, metadata: { name } },
    spec: { selector: { matchLabels: { app: name } }, template: stuck(name), ...more },
  });
  const job = { template: { spec: { ...stuck("j").spec, restartPolicy: "Never" } } };
  const READY = { replicas: 2, readyReplicas: 2, availableReplicas: 2 };
  const storage = { accessModes: ["ReadWriteOnce"], storageClassName: "none" };

  /** Conditions without transition times, because the forged status was a transition, too. */
  function comparable(value: unknown): unknown {
    if (!Array.isArray(value)) return value;
    const items: { type?: string }[] = value.map((item) => ({ ...item, lastTransitionTime: undefined }));
    return items.toSorted((a, b) => (a.type ?? "").localeCompare(b.type ?? ""));
  }

  test.each<[string, object, object]>([
    [`${APPS}/deployments`, workload("Deployment", "d", { replicas: 2 }), { ...READY, updatedReplicas: 2 }],
    [`${APPS}/replicasets`, workload("ReplicaSet", "r", { replicas: 2 }), READY],
    [`${APPS}/statefulsets`, workload("StatefulSet", "s", { replicas: 2, serviceName: "s" }), READY],
    [
      `${APPS}/daemonsets`,
      workload("DaemonSet", "ds"),
      {
        numberReady: 3,
        numberAvailable: 3,
        desiredNumberScheduled: 3,
        currentNumberScheduled: 3,
        numberMisscheduled: 0,
      },
    ],
    [
      `${N}/replicationcontrollers`,
      {
        ...{ apiVersion: "v1", kind: "ReplicationController", metadata: { name: "rc" } },
        spec: { replicas: 2, selector: { app: "rc" }, template: stuck("rc") },
      },
      READY,
    ],
    [
      "/apis/batch/v1/namespaces/default/jobs",
      { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: job },
      { active: 7 },
    ],
    [
      "/apis/batch/v1/namespaces/default/cronjobs",
      {
        ...{ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "cj" } },
        spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: job } },
      },
      { active: [{ kind: "Job", name: "lie", namespace: "default" }] },
    ],
    [
      `${N}/persistentvolumeclaims`,
      {
        ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "claim" } },
        spec: { ...storage, resources: { requests: { storage: "1Gi" } } },
      },
      { phase: "Bound" },
    ],
    [
      "/api/v1/persistentvolumes",
      {
        ...{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "volume" } },
        spec: { ...storage, storageClassName: "other", capacity: { storage: "1Gi" }, hostPath: { path: "/x" } },
      },
      { phase: "Bound" },
    ],
    [
      "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
      {
        ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "h" } },
        spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" } },
      },
      { currentReplicas: 5, conditions: [{ type: "ScalingActive", status: "True", reason: "Lie" }] },
    ],
    [
      "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
      {
        ...{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "b" } },
        spec: { minAvailable: 1, selector: { matchLabels: { app: "d" } } },
      },
      { currentHealthy: 7, disruptionsAllowed: 6, expectedPods: 7, desiredHealthy: 1 },
    ],
    [
      `${N}/resourcequotas`,
      {
        ...{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" } },
        spec: { hard: { configmaps: "100" } },
      },
      { hard: { configmaps: "5" }, used: { configmaps: "99" } },
    ],
    [
      "/apis/apiregistration.k8s.io/v1/apiservices",
      {
        ...{ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", metadata: { name: "v1.nope.com" } },
        spec: {
          ...{ group: "nope.com", version: "v1", groupPriorityMinimum: 100, versionPriority: 100 },
          ...{ insecureSkipTLSVerify: true, service: { name: "x", namespace: "default" } },
        },
      },
      { conditions: [{ type: "Available", status: "True", reason: "Lie", message: "" }] },
    ],
  ])("%s", async (path, body, status) => {
    await create(path, body);
    await anna.settle();
    const own = `${path}/${(body as { metadata: { name: string } }).metadata.name}`;
    const before = (await get(own)).status;
    await lie(own, status);
    await pass(30);
    const after = (await get(own)).status;
    for (const field of Object.keys(status)) {
      expect({ [field]: comparable(after[field]) }).toEqual({ [field]: comparable(before[field]) });
    }
    const { kind, metadata } = await get(own);
    const cel = `objects.filter(o, o.kind == '${kind}' && o.metadata.name == '${metadata.name}')`;
    const by = await anna.verdict({ cel: `${cel}.all(o, !statusWrittenBy(o).startsWith('user:'))` });
    expect(by).toMatchObject({ passed: true });
  });

  test("a namespace's phase is refused unless it is true", async () => {
    const call = { method: "PATCH", body: { status: { phase: "Terminating" } }, headers: MERGE };
    const { status, body } = await anna.kubernetes("/api/v1/namespaces/default/status", call);
    expect(status).toBe(422);
    expect(body.message).toBe(
      'Namespace "default" is invalid: status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    );
  });

  test("EndpointSlices are written again, too", async () => {
    await create(`${N}/services`, {
      ...{ apiVersion: "v1", kind: "Service", metadata: { name: "web" } },
      spec: { selector: { app: "nobody" }, ports: [{ port: 80 }] },
    });
    await anna.settle();
    const slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
    const slice = (await get(slices)).items.find(({ metadata }: { metadata: { name: string } }) =>
      metadata.name.startsWith("web-"),
    );
    const fake = { endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: true } }], ports: [{ port: 80 }] };
    await anna.kubernetes(`${slices}/${slice.metadata.name}`, { method: "PATCH", body: fake, headers: MERGE });
    await pass(30);
    expect((await get(`${slices}/${slice.metadata.name}`)).endpoints).toEqual(slice.endpoints);
  });
});
