/** Checks of requests for logs and sessions, before any container is asked. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ContainerAccess, LogOptions } from "../../src/cluster/container-access.ts";
import { FAULT, nodeKeyOf } from "../../src/kinds/faults.ts";
import { type Asked, JANE, Server, START_MS } from "./server.ts";

const PODS = "/api/v1/namespaces/default/pods";
const NODE = "lab";

/** Remembers the options of the last log, and answers with a fixed text. */
class Recorder implements ContainerAccess {
  options: LogOptions | null = null;
  container = "";

  readLog: ContainerAccess["readLog"] = (_tx, { container }, options) => {
    this.options = options;
    this.container = container;
    return { text: "a log\n\xff", cursor: "7", isOver: false };
  };
  exec: ContainerAccess["exec"] = () => "s1";
  attach: ContainerAccess["attach"] = () => "s2";
  exchange: ContainerAccess["exchange"] = () => ({ stdout: "", stderr: "" });
  closeSession: ContainerAccess["closeSession"] = () => {};
  portProblem: ContainerAccess["portProblem"] = (_tx, _pod, port) => (port === 80 ? undefined : "refused");
  forward: ContainerAccess["forward"] = (_tx, _pod, _port, connection, { data = "" }) => {
    return { connection, data: `got ${data}`, afterMs: 0 };
  };
}

let server: Server;
let kubelets: Recorder;

beforeEach(() => {
  kubelets = new Recorder();
  server = new Server([], { containers: kubelets });
  const addresses = [{ type: "InternalIP", address: "172.18.0.3" }];
  server.post("/api/v1/nodes", { metadata: { name: NODE }, status: { addresses } });
  const account = { metadata: { name: "default" } };
  server.post("/api/v1/namespaces/default/serviceaccounts", account);
  server.post(PODS, pod("web", ["main"]));
  server.post(PODS, pod("two", ["a", "b"]));
  server.post(PODS, { ...pod("waits", ["main"]), spec: { containers: [{ name: "main", image: "nginx" }] } });
});

function pod(name: string, containers: string[]) {
  const spec = { nodeName: NODE, containers: containers.map((each) => ({ name: each, image: "nginx" })) };
  return { metadata: { name }, spec };
}

function session(target: string, asked: Asked = {}, method = "GET") {
  const outcome = server.outcome(method, target, asked);
  if (outcome.type !== "session") throw new Error(`no session but ${JSON.stringify(outcome)}`);
  return outcome.session;
}

function grant(verbs: string[], resources: string[]) {
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
  server.post(`${rbac}/roles`, { metadata: { name: "jane" }, rules: [{ apiGroups: [""], resources, verbs }] });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "jane" };
  const subjects = [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }];
  server.post(`${rbac}/rolebindings`, { metadata: { name: "jane" }, roleRef, subjects });
}

describe("a log", () => {
  it("is bytes of plain text, for every form that a client accepts", () => {
    const outcome = server.outcome("GET", `${PODS}/web/log`, { accept: "application/vnd.kubernetes.protobuf" });
    expect(outcome).toMatchObject({
      type: "response",
      response: { status: 200, headers: { "content-type": "text/plain" }, body: "a log\n\xff", isBytes: true },
    });
  });

  it("reads the options as Kubernetes converts them", () => {
    server.outcome("GET", `${PODS}/web/log?previous&timestamps=1&tailLines=5&limitBytes=9&sinceSeconds=60`);
    expect(kubelets.options).toEqual({
      ...{ previous: true, timestamps: true, tailLines: 5, limitBytes: 9 },
      sinceMs: START_MS - 60_000,
    });
    server.outcome("GET", `${PODS}/web/log?previous=False&timestamps=0`);
    expect(kubelets.options).toEqual({ previous: false, timestamps: false });
  });

  it("takes and shows times of the caller, who may be behind the cluster", () => {
    server.outcome("GET", `${PODS}/web/log?sinceTime=2026-01-01T00:00:00Z`, { offsetMs: 5000 });
    expect(kubelets.options).toMatchObject({ sinceMs: START_MS + 5000, offsetMs: 5000 });
  });

  it.each([
    ["tailLines=-1", "tailLines: Invalid value: -1: must be greater than or equal to 0"],
    ["limitBytes=0", "limitBytes: Invalid value: 0: must be greater than 0"],
    ["sinceSeconds=0", "sinceSeconds: Invalid value: 0: must be greater than 0"],
    ["stream=Stdout", "stream: Forbidden: may not be specified"],
    [
      "sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z",
      ": Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
    ],
  ])("is refused with %s", (query, why) => {
    const { status, body } = server.get(`${PODS}/web/log?${query}`);
    expect([status, body.message]).toEqual([422, `PodLogOptions "web" is invalid: ${why}`]);
  });

  it.each([
    ["tailLines=x", 'strconv.ParseInt: parsing "x": invalid syntax'],
    ["sinceTime=noon", 'parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"'],
  ])("is not understood with %s", (query, message) => {
    expect(server.get(`${PODS}/web/log?${query}`).body).toMatchObject({ code: 400, reason: "BadRequest", message });
  });

  it("needs the name of a container where there are several", () => {
    expect(server.get(`${PODS}/two/log`).body).toMatchObject({
      code: 400,
      message: "a container name must be specified for pod two, choose one of: [a b]",
    });
    expect(server.get(`${PODS}/two/log?container=c`).body.message).toBe("container c is not valid for pod two");
    server.outcome("GET", `${PODS}/two/log?container=b`);
    expect(kubelets.container).toBe("b");
  });

  it("is empty before the pod has a node", () => {
    expect(server.get(`${PODS}/waits/log`)).toMatchObject({ status: 200, text: "" });
    expect(kubelets.options).toBeNull();
  });

  it("of an unknown pod, or one whose node was deleted, is not found", () => {
    expect(server.get(`${PODS}/nope/log`).body.message).toBe('pods "nope" not found');
    server.delete(`/api/v1/nodes/${NODE}`);
    expect(server.get(`${PODS}/web/log`).body).toMatchObject({ code: 404, message: `nodes "${NODE}" not found` });
  });

  it("cannot be read from a node that is down", () => {
    server.tx.setPrivateState(nodeKeyOf(NODE), FAULT, { kind: "node-down", sinceMs: START_MS });
    const { status, body } = server.get(`${PODS}/web/log?tailLines=3&container=main`);
    const url = "https://172.18.0.3:10250/containerLogs/default/web/main?tailLines=3";
    const why = "dial tcp 172.18.0.3:10250: connect: no route to host";
    expect([status, body.message]).toEqual([500, `Get "${url}": ${why}`]);
    expect(body.reason).toBeUndefined();
  });

  it("that is followed goes on at its cursor, until its pod is another one", () => {
    const outcome = server.outcome("GET", `${PODS}/web/log?follow=true&tailLines=1`);
    if (outcome.type !== "log") throw new Error("no log");
    expect(outcome.log.first.text).toBe("a log\n\xff");
    outcome.log.next(server.tx, "7");
    expect(kubelets.options).toMatchObject({ cursor: "7" });
    server.delete(`${PODS}/web?gracePeriodSeconds=0`);
    server.post(PODS, pod("web", ["main"]));
    expect(() => outcome.log.next(server.tx, "7")).toThrow('pods "web" not found');
  });
});

describe("a session", () => {
  it("has both streams of output, or one with a terminal", () => {
    expect(session(`${PODS}/web/exec?command=ls&command=-l&stdout=false`)).toMatchObject({
      command: ["ls", "-l"],
      streams: { stdin: false, stdout: true, stderr: true, tty: false },
    });
    expect(session(`${PODS}/web/attach?stdin=true&tty=true&stderr=true`)).toMatchObject({
      command: [],
      streams: { stdin: true, stdout: true, stderr: false, tty: true },
    });
  });

  it("needs a node", () => {
    const { body } = server.get(`${PODS}/waits/exec?command=ls`);
    expect(body).toMatchObject({ code: 400, message: "pod waits does not have a host assigned" });
  });

  it("fails on its connection when the node is down", () => {
    server.tx.setPrivateState(nodeKeyOf(NODE), FAULT, { kind: "node-down", sinceMs: START_MS });
    const { open } = session(`${PODS}/web/exec?command=ls`);
    const url = "https://172.18.0.3:10250/exec/default/web/main?command=ls&error=1&output=1";
    const why = "dial tcp 172.18.0.3:10250: connect: no route to host";
    expect(() => open(server.tx)).toThrow(`error sending request: Post "${url}": ${why}`);
  });

  it("over a WebSocket needs the verbs get and create, and over POST only create", () => {
    grant(["get"], ["pods/exec"]);
    const target = `${PODS}/web/exec?command=ls`;
    expect(server.get(target, { user: JANE }).body).toMatchObject({
      code: 403,
      message: 'pods "web" is forbidden: ',
      details: { name: "web", kind: "pods" },
    });
    expect(server.post(target, undefined, { user: JANE }).body.message).toContain(
      'User "jane" cannot create resource "pods/exec" in API group "" in the namespace "default"',
    );
  });

  it("is open to a user with both verbs", () => {
    grant(["get", "create"], ["pods/exec"]);
    expect(session(`${PODS}/web/exec?command=ls`, { user: JANE }).command).toEqual(["ls"]);
    expect(session(`${PODS}/web/exec?command=ls`, { user: JANE }, "POST").command).toEqual(["ls"]);
    expect(server.get(`${PODS}/web/attach`, { user: JANE }).status).toBe(403);
  });
});

describe("a policy for connections", () => {
  it("sees the options, before the pod is looked up", () => {
    const policies = "/apis/admissionregistration.k8s.io/v1";
    const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CONNECT"], resources: ["pods/exec"] };
    const expression =
      "!('sh' in object.command) && has(object.stdin) == false && request.kind.kind == 'PodExecOptions'";
    server.post(`${policies}/validatingadmissionpolicies`, {
      metadata: { name: "no-shell" },
      spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression, message: "no shell" }] },
    });
    server.post(`${policies}/validatingadmissionpolicybindings`, {
      metadata: { name: "no-shell" },
      spec: { policyName: "no-shell", validationActions: ["Deny"] },
    });
    const why = "ValidatingAdmissionPolicy 'no-shell' with binding 'no-shell' denied request: no shell";
    const refused = server.get(`${PODS}/nope/exec?command=sh`);
    expect([refused.status, refused.body.message]).toEqual([422, `pods "nope" is forbidden: ${why}`]);
    expect(session(`${PODS}/web/exec?command=ls`).command).toEqual(["ls"]);
    expect(server.get(`${PODS}/web/exec?command=ls&stdin=true`).status).toBe(422);
    expect(session(`${PODS}/web/attach?stdin=true`).command).toEqual([]);
  });

  it("by a webhook that no container answers refuses the connection", () => {
    const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CONNECT"], resources: ["pods/exec"] };
    const webhook = {
      name: "exec.example.com",
      rules: [rule],
      clientConfig: { url: "https://hooks.example.com/exec" },
    };
    server.post("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", {
      metadata: { name: "exec" },
      webhooks: [{ ...webhook, admissionReviewVersions: ["v1"], sideEffects: "None" }],
    });
    const { status, body } = server.get(`${PODS}/web/exec?command=ls`);
    expect([status, body.reason]).toEqual([500, "InternalError"]);
    expect(body.message).toContain('failed calling webhook "exec.example.com"');
  });
});

describe("forwarded ports", () => {
  it("are those of the query, or named later", () => {
    const forward = (query: string, asked: Asked = {}) => {
      const outcome = server.outcome("GET", `${PODS}/web/portforward${query}`, asked);
      return outcome.type === "forward"
        ? outcome.forward.ports
        : outcome.type === "response" && outcome.response.status;
    };
    expect(forward("")).toEqual([]);
    expect(forward("?ports=80,81&ports=8080")).toEqual([80, 81, 8080]);
    for (const ports of ["0", "65536", "http", ""]) expect(forward(`?ports=${ports}`)).toBe(400);
    grant(["get"], ["pods/portforward"]);
    expect(forward("", { user: JANE })).toBe(403);
    expect(server.get(`${PODS}/waits/portforward`).body.message).toBe("pod waits does not have a host assigned");
    expect(server.get(`${PODS}/nope/portforward`).body.reason).toBe("NotFound");
  });
});

describe("a node's proxy", () => {
  const PROXY = `/api/v1/nodes/${NODE}/proxy`;

  it("shows the kubelet's configuration, and its health", () => {
    const { body } = server.get(`${PROXY}/configz`, { accept: "text/html" });
    expect(body.kubeletconfig).toMatchObject({ maxPods: 110, clusterDNS: ["10.96.0.10"], port: 10250 });
    expect(server.get(`${PROXY}/healthz`).text).toBe("ok");
    expect(server.get(`/api/v1/nodes/${NODE}:10250/proxy/healthz`).text).toBe("ok");
  });

  it("shows the node's pods and their statistics", () => {
    const startTime = new Date(START_MS).toISOString();
    const running = { name: "main", ready: true, restartCount: 0, image: "nginx", imageID: "", containerID: "c://7" };
    const containerStatuses = [{ ...running, state: { running: { startedAt: startTime } } }];
    server.patch(`${PODS}/web/status`, { status: { phase: "Running", startTime, containerStatuses } });
    expect(server.get(`${PROXY}/pods`).body.items.map((each: Named) => each.metadata.name)).toEqual(["two", "web"]);
    const { node, pods } = server.get(`${PROXY}/stats/summary`).body;
    expect(node).toMatchObject({ nodeName: NODE, cpu: { usageNanoCores: expect.any(Number) } });
    expect(node.fs).toMatchObject({ usedBytes: 6 * 1024 ** 3 });
    expect(pods).toHaveLength(1);
    expect(pods[0]).toMatchObject({ podRef: { name: "web" }, containers: [{ name: "main" }] });
  });

  it("shows the files of its containers' logs", () => {
    const { uid } = server.get(`${PODS}/web`).body.metadata;
    const status = { name: "main", ready: true, restartCount: 2, image: "nginx", imageID: "", containerID: "c://7" };
    server.patch(`${PODS}/web/status`, { status: { phase: "Running", containerStatuses: [status] } });
    expect(server.get(`${PROXY}/logs/`).text).toContain('<a href="pods/">pods/</a>');
    expect(server.get(`${PROXY}/logs/containers/`).text).toContain("web_default_main-7.log");
    server.get(`${PROXY}/logs/pods/default_web_${uid}/main/2.log`);
    expect(kubelets.options).toMatchObject({ timestamps: true, stream: "Stderr" });
    expect(server.get(`${PROXY}/logs/nope`)).toMatchObject({ status: 404, text: "404 page not found\n" });
    expect(server.get(`${PROXY}/containerLogs/default/web/main`).text).toBe("a log\n\xff");
  });

  it("is refused as by Kubernetes", () => {
    expect(server.get("/api/v1/nodes/nope/proxy/configz").body.message).toBe('nodes "nope" not found');
    expect(server.get(`${PROXY}/nope`)).toMatchObject({ status: 404, text: "404 page not found\n" });
    expect(server.get(`${PROXY}/configz`, { user: JANE }).status).toBe(403);
    const closed = server.get(`/api/v1/nodes/${NODE}:9/proxy/healthz`).body;
    expect(closed).toMatchObject({ code: 503, reason: "ServiceUnavailable" });
    server.tx.setPrivateState(nodeKeyOf(NODE), FAULT, { kind: "node-down", sinceMs: START_MS });
    const why = "error trying to reach service: dial tcp 172.18.0.3:10250: connect: no route to host";
    expect(server.get(`${PROXY}/configz`).body.message).toBe(why);
  });
});

interface Named {
  metadata: { name: string };
}
