/** Images of an organization in pods: pulls, later changes of documents, programs. */
import { describe, expect, it } from "vitest";
import { beginFault, endFault } from "../../src/control-plane/faults.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { encodeBase64 } from "../../src/lib/encoding.ts";
import type { ImageDocument } from "../../src/lib/image-document.ts";
import { sha256Hex } from "../../src/platform/secrets.ts";
import { clusterWith, containerOf, podWith, waitingReason } from "./clusters.ts";
import { clusterOf, exec, imageOf, logOf, register, rows, SHOP } from "./own-images.ts";

const PULL_FAILED = /^(ErrImagePull|ImagePullBackOff)$/;

describe("a container of an organization's image", () => {
  it("runs a script above the base, with its files, variables, user and folder", () => {
    const image = imageOf({
      script: 'echo "$GREETING from $(id -u) in $(pwd)"\ncat /etc/shop/goods.txt\nexec sleep 3600\n',
      env: { GREETING: "hello" },
      user: "1000:1000",
      workingDir: "/srv",
      files: {
        "/etc/shop/goods.txt": { text: "äpfel\n", mode: "0640", owner: "1000:2000" },
        "/bin/linked": { base64: encodeBase64("#!/bin/sh\necho linked\n"), mode: "0755" },
      },
    });
    const cluster = clusterOf([image]);
    expect(containerOf(cluster)).toMatchObject({ ready: true, imageID: `${SHOP}@${image.digest}` });
    expect(Buffer.from(logOf(cluster), "latin1").toString()).toBe("hello from 1000 in /srv\näpfel\n");
    expect(exec(cluster, ["ls", "-ln", "/etc/shop/goods.txt"])).toMatch(/^-rw-r----- +1 1000 +2000 +7 /);
    expect(exec(cluster, ["linked"])).toBe("linked\n");
  });

  it("on a Debian base has files where the base's links lead", () => {
    const files = { "/bin/tool": { text: "#!/bin/bash\necho tool\n", mode: "0755" } };
    const cluster = clusterOf([imageOf({ base: "debian:12", files, cmd: ["sleep", "3600"] })]);
    expect(exec(cluster, ["/usr/bin/tool"])).toBe("tool\n");
  });

  it("runs a script of Python", () => {
    const script = "#!/usr/bin/env python3\nimport os\nprint('sum', sum(range(5)), os.environ['X'])\n";
    const cluster = clusterOf(
      [imageOf({ base: "python:3.12", script, env: { X: "y" } })],
      {},
      { restartPolicy: "Never" },
    );
    expect(logOf(cluster)).toBe("sum 10 y\n");
    expect(containerOf(cluster).state.terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
  });

  it("without entrypoint and script runs the base's", () => {
    const cluster = clusterOf([
      imageOf({ base: "nginx:1.27", files: { "/usr/share/nginx/html/index.html": { text: "mine" } } }),
    ]);
    expect(exec(cluster, ["curl", "-s", "http://localhost/"])).toBe("mine");
  });

  it("answers by method and path, prints lines at their times, and is ready after its delay", () => {
    const image = imageOf({
      env: { NAME: "Äpfel" },
      server: {
        ports: [9000],
        readyAfterMs: 5_000,
        log: [{ line: "starting {{env.NAME}}" }, { afterMs: 4_000, line: "loaded", stream: "stderr" }],
        answers: [
          { method: "GET", path: "/", body: "{{env.NAME}} {{method}} {{path}} {{query.q}} {{requests}}" },
          {
            method: "POST",
            path: "/",
            status: 201,
            headers: { "X-Id": "{{header.x-in}}" },
            body: '{"got":"{{body}}"}',
          },
          { path: "/slow/*", delayMs: 1_500, body: "slow" },
          { path: "/metrics", body: "shop_requests_total {{requests}}\n" },
        ],
        accessLog: "{{method}} {{path}} {{status}}",
      },
    });
    const cluster = clusterOf([image], {
      readinessProbe: { httpGet: { path: "/metrics", port: 9000 }, periodSeconds: 600 },
    });
    const lines = cluster
      .write((tx) =>
        containerAccess.readLog(
          tx,
          { pod: cluster.get(podKind, "p")!, container: "c" },
          { previous: false, timestamps: true },
        ),
      )
      .text.split("\n");
    const [first, second] = lines.map((line) => Date.parse(line.split(" ")[0]!));
    expect(second! - first!).toBe(4_000);
    expect(containerOf(cluster).ready).toBe(false);
    const url = "http://localhost:9000";
    const wget = (...args: string[]) => exec(cluster, ["wget", "-q", "-O-", ...args]);
    expect(Buffer.from(wget(`${url}/?q=x`), "latin1").toString()).toBe("Äpfel GET / x 1");
    expect(wget("--post-data=abc", `${url}/`)).toBe('{"got":"abc"}');
    expect(wget(`${url}/slow/a/b`)).toBe("slow");
    expect(wget(`${url}/metrics`)).toBe("shop_requests_total 4\n");
    expect(exec(cluster, ["wget", "-O-", `${url}/nothing`])).toContain("404 Not Found");
    expect(exec(cluster, ["wget", "-O-", "--post-data=a", `${url}/metrics/x`])).toContain("404 Not Found");
    expect(logOf(cluster)).toMatch(
      /GET \/ 200\nPOST \/ 201\nGET \/slow\/a\/b 200\nGET \/metrics 200\nGET \/nothing 404\n/,
    );
  });

  it("changes its health with time, also for a kubelet that skips equal rounds", () => {
    const image = imageOf({
      server: {
        answers: [
          { path: "/healthz", untilMs: 3_600_000, body: "ok" },
          { path: "/healthz", status: 500, body: "broken" },
        ],
      },
    });
    const cluster = clusterOf([image], {
      livenessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 10, failureThreshold: 3 },
    });
    cluster.advance(3_500_000);
    expect(containerOf(cluster)).toMatchObject({ restartCount: 0, ready: true });
    cluster.advance(3_600_000);
    expect(containerOf(cluster)).toMatchObject({ restartCount: 1 });
  });

  it.each([
    ["ends by itself", { exit: { afterMs: 5_000, code: 3, line: "out of {{env.WHAT}}" } }, 3, "out of milk\n"],
    ["refuses to start without a setting", { needs: { env: ["DB"], lines: ["set DB"], exitCode: 7 } }, 7, "set DB\n"],
  ] as const)("%s", (_title, server, exitCode, log) => {
    const image = imageOf({ env: { WHAT: "milk" }, server: server as ImageDocument["server"] & object });
    const cluster = clusterOf([image], {}, { restartPolicy: "Never" });
    expect(containerOf(cluster).state.terminated).toMatchObject({ exitCode, reason: "Error" });
    expect(logOf(cluster)).toBe(log);
  });

  it("ends at a signal as it says, and is killed where it takes too long", () => {
    const server = { signals: { TERM: { lines: ["closing"], afterMs: 9_000, exitCode: 4 } } };
    const cluster = clusterOf([imageOf({ server })]);
    const watched = { ...cluster.get(podKind, "p")! };
    cluster.delete(podKind, watched, { gracePeriodSeconds: 30 });
    cluster.advance(8_000);
    expect(logOf(cluster)).toBe("closing\n");
    expect(containerOf(cluster).state.running).toBeDefined();
    cluster.advance(3_000);
    expect(cluster.get(podKind, "p")?.status.containerStatuses?.[0]?.state.terminated?.exitCode ?? 4).toBe(4);
  });

  it("ends when its executable is replaced by any text", () => {
    const image = imageOf({
      server: { answers: [{ path: "/", body: "x" }], log: [{ afterMs: 100_000, line: "late" }] },
    });
    const cluster = clusterOf([image], {}, { restartPolicy: "Never" });
    exec(cluster, ["sh", "-c", `echo '{"answers":5,"log":7}' > /usr/local/bin/server`]);
    expect(exec(cluster, ["wget", "-O-", "http://localhost:8080/"])).toMatch(/refused/);
    cluster.advance(100_000);
    expect(containerOf(cluster).state.terminated).toMatchObject({ exitCode: 1 });
    expect(logOf(cluster)).toBe("the executable of this server was replaced\n");
  });

  it("is OOM-killed above its limit", () => {
    const cluster = clusterOf([imageOf({ server: { memoryBytes: 200_000_000 } })], {
      resources: { limits: { memory: "100Mi" } },
    });
    expect(containerOf(cluster).lastState.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });
});

describe("a document that changes", () => {
  const old = imageOf({ script: "echo old; sleep 100000" });
  const next = imageOf({ script: "echo new; sleep 100000" });

  it("does not change a running container, nor a restart with the image on the node", () => {
    const cluster = clusterOf([old], { imagePullPolicy: "IfNotPresent" });
    register(cluster, next);
    cluster.advance(3_600_000);
    expect(containerOf(cluster).imageID).toBe(`${SHOP}@${old.digest}`);
    expect(exec(cluster, ["cat", "/usr/local/bin/shop"])).toContain("echo old");
    cluster.create(podKind, podWith("q", { image: `${SHOP}:1.0`, imagePullPolicy: "IfNotPresent" }));
    cluster.advance(60_000);
    expect(logOf(cluster, "q")).toBe("old\n");
    expect(rows(cluster)).toEqual([`sandbar/images//${old.digest}`]);
  });

  it("is pulled by a later container with imagePullPolicy Always, and by digest while it is there", () => {
    const cluster = clusterOf([old], { imagePullPolicy: "Always" });
    register(cluster, next);
    cluster.create(podKind, podWith("q", { image: `${SHOP}:1.0`, imagePullPolicy: "Always" }));
    cluster.create(podKind, podWith("r", { image: `${SHOP}@${next.digest}` }));
    cluster.create(podKind, podWith("s", { image: `${SHOP}@${old.digest}` }));
    cluster.advance(60_000);
    expect(logOf(cluster, "p")).toBe("old\n");
    expect(logOf(cluster, "q")).toBe("new\n");
    expect(containerOf(cluster, "r").imageID).toBe(`${SHOP}@${next.digest}`);
    expect(waitingReason(cluster, "s")).toMatch(PULL_FAILED);
    expect(rows(cluster).sort()).toEqual([old, next].map(({ digest }) => `sandbar/images//${digest}`).sort());
    // The document of the first pod goes with its last user, when another one is pulled.
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    const third = imageOf({ script: "echo third; sleep 100000" });
    register(cluster, third);
    cluster.create(podKind, podWith("t", { image: `${SHOP}:1.0`, imagePullPolicy: "Always" }));
    cluster.advance(60_000);
    expect(rows(cluster).sort()).toEqual([next, third].map(({ digest }) => `sandbar/images//${digest}`).sort());
  });

  it("that is deleted leaves containers alone, and later pulls fail", () => {
    const cluster = clusterOf([old], { imagePullPolicy: "IfNotPresent" });
    cluster.images = new Map([[SHOP, [imageOf({}, { tags: ["2.0"] })]]]);
    cluster.create(podKind, podWith("q", { image: `${SHOP}:1.0`, imagePullPolicy: "IfNotPresent" }));
    cluster.create(podKind, podWith("r", { image: `${SHOP}:1.0`, imagePullPolicy: "Always" }));
    cluster.advance(60_000);
    expect(containerOf(cluster).state.running).toBeDefined();
    expect(logOf(cluster, "q")).toBe("old\n");
    expect(waitingReason(cluster, "r")).toMatch(PULL_FAILED);
    expect(cluster.events().join("\n")).toContain(`${SHOP}:1.0: not found`);
  });

  it("is another one after a change of the pod's image", () => {
    const cluster = clusterOf([old, imageOf({ script: "echo two; sleep 9999" }, { tags: ["2.0"] })]);
    cluster.update(podKind, cluster.get(podKind, "p")!, ({ spec }) => {
      spec.containers[0]!.image = `${SHOP}:2.0`;
    });
    cluster.advance(60_000);
    expect(containerOf(cluster)).toMatchObject({ restartCount: 1, image: `${SHOP}:2.0` });
    expect(logOf(cluster)).toBe("two\n");
    cluster.update(podKind, cluster.get(podKind, "p")!, ({ spec }) => {
      spec.containers[0]!.image = "nginx:1.27";
    });
    cluster.advance(60_000);
    expect(containerOf(cluster).imageID).toMatch(/^docker.io\/library\/nginx@sha256:/);
    expect(logOf(cluster)).toContain("nginx/1.27");
  });

  it("replaces an image of the catalogue by name and tag only", () => {
    const cluster = clusterWith({ unknownImages: "fail", nodes: [{}] });
    cluster.images = new Map([
      ["docker.io/library/nginx", [imageOf({ script: "echo mine; sleep 9999" }, { tags: ["1.27"] })]],
    ]);
    cluster.create(podKind, podWith("p", { image: "nginx:1.27" }));
    cluster.create(podKind, podWith("q", { image: "nginx:1.26" }));
    cluster.advance(60_000);
    expect(logOf(cluster)).toBe("mine\n");
    expect(containerOf(cluster, "q").state.running).toBeDefined();
    expect(logOf(cluster, "q")).not.toContain("mine");
  });
});

it("a registry that is down refuses its pulls, also of an image of one's own", () => {
  const cluster = clusterWith({ unknownImages: "fail", nodes: [{}] });
  register(cluster, imageOf({ script: "echo up; sleep 9999" }));
  const fault = { kind: "registry-down", registry: "registry.example.com" } as const;
  const begun = cluster.write((tx) => beginFault(tx, fault));
  cluster.create(podKind, podWith("p", { image: `${SHOP}:1.0` }));
  cluster.advance(60_000);
  expect(waitingReason(cluster)).toMatch(PULL_FAILED);
  expect(rows(cluster)).toEqual([]);
  expect(cluster.write((tx) => endFault(tx, begun!.fault.name))).toBe(true);
  cluster.advance(300_000);
  expect(logOf(cluster)).toBe("up\n");
});

describe("a private image", () => {
  const image = imageOf({ script: "echo open; sleep 99999" }, { accessHash: sha256Hex("bob:s3cret") });
  const secret = (auths: unknown) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull", namespace: "default" },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": encodeBase64(JSON.stringify({ auths })) },
  });

  it.each([
    ["no Secret", undefined, false],
    ["another registry", { "docker.io": { username: "bob", password: "s3cret" } }, false],
    ["a wrong password", { "registry.example.com": { username: "bob", password: "x" } }, false],
    ["user and password", { "registry.example.com": { username: "bob", password: "s3cret" } }, true],
    ["auth", { "https://registry.example.com/v1/": { auth: encodeBase64("bob:s3cret") } }, true],
    ["auth that is no base64", { "registry.example.com": { auth: "%%%" } }, false],
  ])("with %s", (_title, auths, expected) => {
    const cluster = clusterWith({ unknownImages: "fail", nodes: [{}] });
    register(cluster, image);
    if (auths) cluster.create(secretKind, secret(auths) as never);
    const spec = auths ? { imagePullSecrets: [{ name: "pull" }] } : {};
    cluster.create(podKind, podWith("p", { image: `${SHOP}:1.0` }, spec));
    cluster.advance(60_000);
    if (expected) expect(logOf(cluster)).toBe("open\n");
    else expect(waitingReason(cluster)).toMatch(PULL_FAILED);
    expect(JSON.stringify(cluster.events()).includes("pull access denied")).toBe(!expected);
  });
});
