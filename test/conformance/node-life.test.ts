/**
 * Tests of sig-node about the life of containers: hooks, probes, restarts, init containers, termination messages.
 * Kubernetes: test/e2e/common/node (lifecycle_hook, container_probe, runtime, init_container), test/e2e/node/pre_stop
 */
import { expect } from "vitest";
import { type ConformanceCluster, conditionOf, containerStatus, type Json, restarts } from "./cluster.ts";
import { AGNHOST, agnhost, alwaysPod, BUSYBOX, busybox, PAUSE, pod } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const OBSERVATION_MS = 4 * MINUTE_MS;

// ---- Lifecycle hooks

type Hook = "postStart" | "preStop";

/** A hook tells a server in another pod, over HTTP; through a sidecar if the hook itself is a request. */
async function hookStory(cluster: ConformanceCluster, hook: Hook, handler: (targetIp: string) => Json, image: string) {
  const server = alwaysPod("pod-handle-http-request", agnhost(["netexec"]));
  const { status, spec } = await cluster.createSync(server);
  const sidecar = {
    ...{ name: "container-redirect", image: AGNHOST, args: ["netexec", "--udp-port", "-1"], restartPolicy: "Always" },
    startupProbe: { httpGet: { path: "/echo?msg=startup", port: 8080 } },
  };
  const withHook = alwaysPod(
    "pod-with-hook",
    { image, lifecycle: { [hook]: handler(status.podIP) } },
    { initContainers: [sidecar], nodeName: undefined, nodeSelector: { "kubernetes.io/hostname": spec.nodeName } },
  );
  const seen = `GET /echo\\?msg=${hook.toLowerCase()}`;
  const isCalled = async () => new RegExp(seen).test(await cluster.log("pod-handle-http-request"));
  await cluster.createSync(withHook);
  if (hook === "postStart") await cluster.eventually(isCalled, 2 * MINUTE_MS);
  await cluster.deleteSync(withHook, { gracePeriodSeconds: 15 });
  if (hook === "preStop") await cluster.eventually(isCalled, 30 * SECOND_MS);
}

const execHook = (hook: Hook) => (ip: string) => ({
  exec: { command: ["sh", "-c", `curl http://${ip}:8080/echo?msg=${hook.toLowerCase()}`] },
});
const httpHook = (hook: Hook) => (ip: string) => ({
  httpGet: { path: `/dial?host=${ip}&port=8080&request=echo%3Fmsg%3D${hook.toLowerCase()}`, port: 8080 },
});

const hooks: Stories = {
  "Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart exec hook properly": (c) =>
    hookStory(c, "postStart", execHook("postStart"), AGNHOST),
  "Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop exec hook properly": (c) =>
    hookStory(c, "preStop", execHook("preStop"), AGNHOST),
  "Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart http hook properly": (c) =>
    hookStory(c, "postStart", httpHook("postStart"), PAUSE),
  "Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop http hook properly": (c) =>
    hookStory(c, "preStop", httpHook("preStop"), PAUSE),

  "PreStop should call prestop when killing a pod": async (cluster) => {
    const server = alwaysPod("server", agnhost(["nettest"], { ports: [{ containerPort: 8080 }] }));
    const { status } = await cluster.createSync(server);
    const command = ["wget", "-O-", '--post-data={"Source": "prestop"}', `http://${status.podIP}:8080/write`];
    const tester = alwaysPod("tester", {
      image: BUSYBOX,
      command: ["sleep", "600"],
      lifecycle: { preStop: { exec: { command } } },
    });
    await cluster.createSync(tester);
    await cluster.delete(tester);
    await cluster.eventually(async () => {
      const { text, status: code } = await cluster.request("GET", cluster.path("v1", "pods", "server", "proxy/read"));
      return code === 200 && JSON.parse(text).Received.prestop === 1;
    }, MINUTE_MS);
  },
};

// ---- Probes

/** The pod restarts as often as expected within the time, and no more often if that is never. */
async function livenessStory(
  cluster: ConformanceCluster,
  container: Json,
  expected: number,
  timeoutMs = OBSERVATION_MS,
) {
  const probed = alwaysPod("liveness", container);
  await cluster.createSync(probed);
  const endMs = cluster.nowMs + timeoutMs;
  let last = 0;
  while (cluster.nowMs < endMs && (expected === 0 || last < expected)) {
    const count = restarts(await cluster.get(probed));
    expect(count).toBeGreaterThanOrEqual(last);
    last = count;
    await cluster.pass(2 * SECOND_MS);
  }
  expect(last).toBe(expected);
}

const CAT_HEALTH = {
  exec: { command: ["cat", "/tmp/health"] },
  initialDelaySeconds: 15,
  timeoutSeconds: 5,
  failureThreshold: 1,
};
const grpcProbe = (port: number) => ({
  grpc: { port },
  initialDelaySeconds: 1,
  timeoutSeconds: 5,
  failureThreshold: 1,
});
const httpProbe = (path: string, port: number, more: Json) => ({ httpGet: { path, port }, ...more });
const liveness = (livenessProbe: Json) => agnhost(["liveness"], { livenessProbe });
const webserver = (more: Json) => agnhost(["test-webserver"], more);
const PROBING = "Probing container";

const probes: Stories = {
  [`${PROBING} with readiness probe should not be ready before initial delay and never restart`]: async (cluster) => {
    const probe = httpProbe("/", 80, { initialDelaySeconds: 15 });
    const seen = await cluster.createSync(alwaysPod("test-webserver", webserver({ readinessProbe: probe })));
    const ready = seen.status.conditions.find(({ type }: Json) => type === "Ready");
    const delayMs = Date.parse(ready.lastTransitionTime) - Date.parse(containerStatus(seen).state.running.startedAt);
    expect(delayMs).toBeGreaterThanOrEqual(15 * SECOND_MS);
    expect(restarts(seen)).toBe(0);
  },
  [`${PROBING} with readiness probe that fails should never be ready and never restart`]: async (cluster) => {
    const failing = alwaysPod("test-webserver", webserver({ readinessProbe: httpProbe("/", 81, {}) }));
    await cluster.create(failing);
    const endMs = cluster.nowMs + MINUTE_MS;
    while (cluster.nowMs < endMs) {
      expect(conditionOf(await cluster.get(failing), "Ready")).not.toBe("True");
      await cluster.pass(SECOND_MS);
    }
    expect(restarts(await cluster.get(failing))).toBe(0);
  },
  [`${PROBING} should be restarted with a exec "cat /tmp/health" liveness probe`]: (c) =>
    livenessStory(
      c,
      busybox("echo ok >/tmp/health; sleep 10; rm -rf /tmp/health; sleep 600", { livenessProbe: CAT_HEALTH }),
      1,
    ),
  [`${PROBING} should *not* be restarted with a exec "cat /tmp/health" liveness probe`]: (c) =>
    livenessStory(c, busybox("echo ok >/tmp/health; sleep 600", { livenessProbe: CAT_HEALTH }), 0),
  [`${PROBING} should be restarted with a /healthz http liveness probe`]: (c) =>
    livenessStory(c, liveness(httpProbe("/healthz", 8080, { initialDelaySeconds: 15, failureThreshold: 1 })), 1),
  [`${PROBING} should *not* be restarted with a tcp:8080 liveness probe`]: (c) =>
    livenessStory(c, liveness({ tcpSocket: { port: 8080 }, initialDelaySeconds: 15, failureThreshold: 1 }), 0),
  [`${PROBING} should have monotonically increasing restart count`]: (c) =>
    livenessStory(
      c,
      liveness(httpProbe("/healthz", 8080, { initialDelaySeconds: 5, failureThreshold: 1 })),
      5,
      14 * MINUTE_MS,
    ),
  [`${PROBING} should *not* be restarted with a /healthz http liveness probe`]: (c) => {
    const probe = httpProbe("/", 80, { initialDelaySeconds: 15, timeoutSeconds: 5, failureThreshold: 5 });
    return livenessStory(c, webserver({ livenessProbe: probe }), 0);
  },
  [`${PROBING} should *not* be restarted with a GRPC liveness probe`]: (c) =>
    livenessStory(c, agnhost(["grpc-health-checking"], { livenessProbe: grpcProbe(5000) }), 0),
  [`${PROBING} should be restarted with a GRPC liveness probe`]: (c) =>
    livenessStory(c, agnhost(["grpc-health-checking"], { livenessProbe: grpcProbe(2333) }), 1),
};

// ---- Restarts and termination messages

const COUNTING_SCRIPT = `
f=/restart-count/restartCount
count=$(echo 'hello' >> $f ; wc -l $f | awk {'print $1'})
if [ $count -eq 1 ]; then
	exit 1
fi
if [ $count -eq 2 ]; then
	exit 0
fi
while true; do sleep 1; done
`;

const BLACKBOX = "Container Runtime blackbox test";

async function messageStory(
  cluster: ConformanceCluster,
  line: string,
  phase: string,
  message: string,
  more: Json = {},
) {
  const ending = pod("termination-message", [{ ...busybox(""), command: ["/bin/sh", "-c"], args: [line], ...more }]);
  await cluster.create(ending);
  const seen = await cluster.phase(ending, phase);
  expect(containerStatus(seen).state.terminated.message ?? "").toBe(message);
}

const FALLBACK = { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "FallbackToLogsOnError" };

const terminations: Stories = {
  [`${BLACKBOX} when starting a container that exits should run with the expected status`]: async (cluster) => {
    const cases = [
      { name: "terminate-cmd-rpa", restartPolicy: "Always", phase: "Running", state: "running", count: 2, ready: true },
      {
        name: "terminate-cmd-rpof",
        restartPolicy: "OnFailure",
        phase: "Succeeded",
        state: "terminated",
        count: 1,
        ready: false,
      },
      {
        name: "terminate-cmd-rpn",
        restartPolicy: "Never",
        phase: "Failed",
        state: "terminated",
        count: 0,
        ready: false,
      },
    ];
    for (const { name, restartPolicy, phase, state, count, ready } of cases) {
      const counting = pod(
        name,
        [busybox(COUNTING_SCRIPT, { volumeMounts: [{ name: "restart-count", mountPath: "/restart-count" }] })],
        { restartPolicy, volumes: [{ name: "restart-count", emptyDir: { medium: "Memory" } }] },
      );
      await cluster.create(counting);
      await cluster.eventually(async () => restarts(await cluster.get(counting)) === count);
      const seen = await cluster.eventually(async () => {
        const now = await cluster.get(counting);
        return now.status.phase === phase && now;
      });
      expect(conditionOf(seen, "Ready") === "True").toBe(ready);
      expect(Object.keys(containerStatus(seen).state)).toEqual([state]);
      await cluster.deleteSync(counting);
    }
  },
  [`${BLACKBOX} on terminated container should report termination message if TerminationMessagePath is set as non-root user and at a non-default path`]:
    (c) =>
      messageStory(c, "/bin/echo -n DONE > /dev/termination-custom-log", "Succeeded", "DONE", {
        terminationMessagePath: "/dev/termination-custom-log",
        securityContext: { runAsUser: 10000 },
      }),
  [`${BLACKBOX} on terminated container should report termination message from log output if TerminationMessagePolicy FallbackToLogsOnError is set`]:
    (c) => messageStory(c, "/bin/echo -n DONE; /bin/false", "Failed", "DONE", FALLBACK),
  [`${BLACKBOX} on terminated container should report termination message as empty when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set`]:
    (c) => messageStory(c, "/bin/echo -n DONE; /bin/true", "Succeeded", "", FALLBACK),
  [`${BLACKBOX} on terminated container should report termination message from file when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set`]:
    (c) =>
      messageStory(c, "/bin/echo -n OK > /dev/termination-log; /bin/echo DONE; /bin/true", "Succeeded", "OK", FALLBACK),
};

// ---- Init containers

const initContainer = (name: string, command: string) => ({ name, image: BUSYBOX, command: [command] });
const INITS = [initContainer("init1", "/bin/true"), initContainer("init2", "/bin/true")];
const FAILING = [initContainer("init1", "/bin/false"), initContainer("init2", "/bin/true")];

async function completedInits(cluster: ConformanceCluster, seen: Json) {
  expect(conditionOf(seen, "Initialized")).toBe("True");
  for (const status of seen.status.initContainerStatuses) {
    expect(status.ready).toBe(true);
    expect(status.state.terminated.exitCode).toBe(0);
  }
  expect(seen.status.initContainerStatuses).toHaveLength(2);
  expect(cluster.namespace).toBe(seen.metadata.namespace);
}

const inits: Stories = {
  "InitContainer [NodeConformance] should invoke init containers on a RestartNever pod": async (cluster) => {
    const ending = pod("pod-init", [{ image: BUSYBOX, command: ["/bin/true"] }], { initContainers: INITS });
    await cluster.create(ending);
    await completedInits(cluster, await cluster.phase(ending, "Succeeded"));
  },
  "InitContainer [NodeConformance] should invoke init containers on a RestartAlways pod": async (cluster) => {
    const resources = { limits: { cpu: "100m" } };
    const running = alwaysPod("pod-init", { image: PAUSE, resources }, { initContainers: INITS });
    await cluster.create(running);
    await completedInits(cluster, await cluster.phase(running, "Running"));
  },
  "InitContainer [NodeConformance] should not start app containers if init containers fail on a RestartAlways pod":
    async (cluster) => {
      const failing = alwaysPod("pod-init", { image: PAUSE }, { initContainers: FAILING });
      await cluster.create(failing);
      const seen = await cluster.eventually(async () => {
        const now = await cluster.get(failing);
        const [first, second] = now.status.initContainerStatuses ?? [];
        expect(containerStatus(now)?.state?.running).toBeUndefined();
        if (second) expect(second.state.waiting).toBeDefined();
        return first?.restartCount >= 3 && now;
      });
      expect(seen.status.phase).toBe("Pending");
      expect(conditionOf(seen, "Initialized")).toBe("False");
      expect(seen.status.conditions.find(({ type }: Json) => type === "Initialized")).toMatchObject({
        reason: "ContainersNotInitialized",
        message: "containers with incomplete status: [init1 init2]",
      });
    },
  "InitContainer [NodeConformance] should not start app containers and fail the pod if init containers fail on a RestartNever pod":
    async (cluster) => {
      const failing = pod("pod-init", [{ ...busybox("true"), command: ["/bin/true"] }], {
        initContainers: [initContainer("init1", "/bin/true"), initContainer("init2", "/bin/false")],
      });
      await cluster.create(failing);
      const seen = await cluster.phase(failing, "Failed");
      expect(containerStatus(seen).state.waiting).toBeDefined();
      expect(conditionOf(seen, "Initialized")).toBe("False");
      expect(seen.status.conditions.find(({ type }: Json) => type === "Initialized")).toMatchObject({
        reason: "ContainersNotInitialized",
        message: "containers with incomplete status: [init2]",
      });
    },
};

stories("[sig-node]", { ...hooks, ...probes, ...terminations, ...inits });
