import { describe, expect, it } from "vitest";
import { file } from "../../../src/images/tree.ts";
import type { Answer, Question } from "../../../src/shell/question.ts";
import { Container } from "./container.ts";

const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53";

function agnhost(args: readonly string[], options: ConstructorParameters<typeof Container>[1] = {}): Container {
  return new Container(AGNHOST, { ...options, args });
}

describe("agnhost netexec", () => {
  it.each([
    ["/hostname", "pod-1"],
    ["/hostName", "pod-1"],
    ["/clientip", "10.244.1.9:40000"],
    ["/echo?msg=hello+world", "hello world"],
    ["/echo?msg=no&code=500", "500 no"],
    ["/healthz", ""],
    ["/redirect?location=/echo&code=307", "307 "],
    ["/header?key=X-Test", "yes"],
    ["/dial?host=a&port=80", "400 request parameter not specified. <nil>\n"],
    ["/dial?host=a&port=80&request=hostname&protocol=ftp", "400 unsupported protocol. ftp\n"],
  ])("GET %s: %s", (path, expected) => {
    expect(agnhost(["netexec"]).get(path, { port: 8080, headers: { "x-test": "yes" } })).toBe(expected);
  });

  it("dials others as often as it is asked to", () => {
    const asked: Question[] = [];
    const network = (question: Question): Answer => {
      asked.push(question);
      return { type: "http", address: "10.0.0.7", status: 200, headers: {}, body: `pod-${asked.length}`, afterMs: 1 };
    };
    const container = agnhost(["netexec", "--http-port=8083"], { network });
    expect(container.get("/dial?host=10.0.0.7&port=80&request=hostname&tries=2", { port: 8083 })).toBe(
      '{"responses":["pod-1","pod-2"]}',
    );
    expect(asked[0]).toMatchObject({ host: "10.0.0.7", port: 80, path: "/hostname" });
  });

  it("exits with the code that a request names", () => {
    const container = agnhost(["netexec"]);
    expect(container.get("/exit?code=7&timeout=5s", { port: 8080 })).toBe("");
    expect(container.signalled).toEqual([{ pid: 1, signal: "URG" }]);
    expect(container.send("URG").status).toBe(7);
  });

  it("goes on for the time that a request to exit names", () => {
    const container = agnhost(["netexec"]);
    expect(container.http("/exit?code=4&wait=90s&timeout=5s", { port: 8080 })).toMatchObject({ afterMs: 90_000 });
    expect(container.send("URG").waits).toMatchObject({ for: [{}, { type: "time", atMs: container.nowMs + 90_000 }] });
    expect(container.get("/hostname", { port: 8080 })).toBe("pod-1");
    container.run(90_000);
    expect(container.send("URG").status).toBe(4);
  });

  it("keeps an uploaded file, which only its owner can read", () => {
    const container = agnhost(["netexec"]);
    const body = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncontent\r\n--b--\r\n';
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const answer = container.get("/upload", { port: 8080, method: "POST", headers, body });
    const path = /^201 \{"output":"(\/uploads\/upload\d+)"\}$/.exec(answer)?.[1] ?? "";
    expect(container.files.read(path)).toBe("content");
    expect(container.files.find(path)).toMatchObject({ mode: 0o700 });
    expect(container.get("/upload", { port: 8080 })).toBe('{"error":"Unable to upload file."}');
  });

  it("answers over UDP", () => {
    const container = agnhost(["netexec"]);
    const ask = (data: string) =>
      container.serve({ type: "connect", protocol: "udp", data, port: 8081, from: "10.0.0.9" });
    expect(ask("hostname")).toMatchObject({ data: "pod-1" });
    expect(ask("echo hi there")).toMatchObject({ data: "hi there" });
  });
});

describe("agnhost audit-proxy", () => {
  const post = (container: Container, body: string) => container.get("/", { port: 8080, method: "POST", body });

  it("prints each event of a list in one line", () => {
    const container = agnhost(["audit-proxy"]);
    const items = [{ auditID: "a" }, { auditID: "b" }];
    expect(post(container, JSON.stringify({ kind: "EventList", apiVersion: "audit.k8s.io/v1", items }))).toBe("");
    expect(container.out.split("\n")).toEqual([
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a"}',
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"b"}',
      "",
    ]);
  });

  it.each(["no", '{"kind":"Event","apiVersion":"audit.k8s.io/v1"}'])("refuses a body without a list: %s", (body) => {
    const container = agnhost(["audit-proxy"]);
    expect(post(container, body)).toBe("500 ");
    expect(container.out).toBe("");
    expect(container.err).toContain("failed decoding buf: [");
  });
});

describe("agnhost", () => {
  it("is alive for ten seconds with liveness", () => {
    const container = agnhost(["liveness"]);
    expect(container.get("/healthz")).toBe("ok");
    container.nowMs += 11_000;
    expect(container.get("/healthz")).toBe("500 error: 11");
  });

  it("pauses without arguments of the container, and ends at a signal", () => {
    const container = new Container(AGNHOST);
    expect(container.log).toBe("Paused\n");
    expect(container.send("TERM").status).toBe(0);
  });

  it.each([
    [["entrypoint-tester", "a", "b"], "[/agnhost entrypoint-tester a b]\n", 0],
    [["dns-suffix"], "default.svc.cluster.local,svc.cluster.local\n", 0],
    [["dns-server-list"], "10.96.0.10\n", 0],
    [["nonsense"], 'Error: unknown command "nonsense" for "app"\n', 1],
    [
      ["mounttest", "--file_mode=/data/a", "--file_perm=/data/a"],
      'mode of file "/data/a": -rw-r--r--\nperms of file "/data/a": -rw-r--r--\n',
      0,
    ],
    [["mounttest", "--file_mode=/data"], 'mode of file "/data": drwxr-xr-x\n', 0],
    [
      ["mounttest", "--file_content=/none"],
      'error reading file content for "/none": open /none: no such file or directory\n',
      1,
    ],
    [
      ["mounttest", "--new_file_0666=/data/new", "--file_owner=/data/new"],
      'content of file "/data/new": mount-tester new file\n\nowner UID of "/data/new": 0\nowner GID of "/data/new": 0\n',
      0,
    ],
  ])("%j", (args, expected, status) => {
    const container = agnhost(args, {
      files: {
        "/etc/resolv.conf": file("nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local\n"),
        "/data": { ...file(""), type: "directory", mode: 0o755 },
        "/data/a": file("content"),
      },
    });
    expect(container.log.startsWith(expected), container.log).toBe(true);
    expect(container.status).toBe(status);
  });

  it("reads a file until its content is right", () => {
    const container = agnhost(["mounttest", "--file_content_in_loop=/data/a", "--retry_time=20"], {
      files: { "/data": { ...file(""), type: "directory" } },
    });
    expect(container.status).toBe(1);
    expect(container.out.match(/Error reading file/g)).toHaveLength(10);
  });

  it("generates lines evenly", () => {
    const container = agnhost(["logs-generator", "--log-lines-total", "10", "--run-duration", "5s"]);
    expect(container.err.trim().split("\n")).toHaveLength(10);
    expect(container.err).toMatch(
      /^I0501 10:00:00\.000000 {7}1 logs_generator\.go:76\] 0 (GET|POST|PUT) \/api\/v1\/namespaces\//,
    );
    expect(container.status).toBe(0);
    expect(container.nowMs - Date.UTC(2026, 4, 1, 10)).toBe(5000);
  });

  it("serves values of variables with porter, and its name with serve-hostname", () => {
    const container = agnhost(["porter"], {
      env: { SERVE_PORT_80: "foo", SERVE_PORT_1080: "bar", SERVE_TLS_PORT_443: "baz" },
    });
    expect([80, 1080].map((port) => container.get("/", { port }))).toEqual(["foo", "bar"]);
    expect(container.get("/", { port: 443 })).toBe("400 Client sent an HTTP request to an HTTPS server.\n");
    const host = agnhost(["serve-hostname"]);
    expect(host.get("/", { port: 9376 })).toBe("pod-1");
    expect(host.err).toContain("Serving on port 9376.");
  });

  it("replies to health checks over gRPC until told otherwise", () => {
    const container = agnhost(["grpc-health-checking"]);
    expect(container.message("grpc-health", { service: "" }, 5000)).toMatchObject({ body: { status: "SERVING" } });
    container.get("/make-not-serving", { port: 8080 });
    expect(container.message("grpc-health", { service: "" }, 5000)).toMatchObject({ body: { status: "NOT_SERVING" } });
  });

  it("keeps the guestbook's entries and forwards them", () => {
    const container = agnhost(["guestbook", "--http-port=6379"]);
    expect(container.get("/set?key=messages&value=Hi")).toBe('{"message":"Updated"}');
    expect(container.get("/get?key=messages")).toBe('{"data":"Hi"}');
    const frontend = agnhost(["guestbook"], { network: (question) => container.asNetwork(question) });
    expect(frontend.get("/guestbook?cmd=set&key=messages&value=Two")).toBe('{"message":"Updated"}');
    expect(frontend.get("/guestbook?cmd=get&key=messages")).toBe('{"data":"Two"}');
    const replica = agnhost(["guestbook", "--replicaof", "agnhost-primary", "--http-port", "6379"], {
      network: (question) => container.asNetwork(question),
    });
    expect(replica.err).toContain("Registered to node: agnhost-primary");
    expect(replica.get("/get?key=messages")).toBe('{"data":"Two"}');
  });

  it("denies and changes objects as an admission webhook", () => {
    const container = agnhost(["webhook", "--port=8444"]);
    const review = (path: string, request: object) => {
      const body = JSON.stringify({
        kind: "AdmissionReview",
        apiVersion: "admission.k8s.io/v1",
        request: { uid: "u1", ...request },
      });
      return JSON.parse(
        container.get(path, { port: 8444, method: "POST", headers: { "content-type": "application/json" }, body }),
      ).response;
    };
    const data = (value: string) => ({ operation: "CREATE", object: { data: { "webhook-e2e-test": value } } });
    expect(review("/configmaps", data("webhook-disallow"))).toMatchObject({
      uid: "u1",
      allowed: false,
      status: { reason: "the configmap contains unwanted key and value" },
    });
    expect(review("/configmaps", data("fine"))).toEqual({ uid: "u1", allowed: true });
    const { patch } = review("/mutating-configmaps", {
      operation: "CREATE",
      object: { data: { "mutation-start": "yes" } },
    });
    expect(JSON.parse(atob(patch))).toEqual([{ op: "add", path: "/data/mutation-stage-1", value: "yes" }]);
    expect(container.get("/readyz", { port: 8444 })).toBe("ok");
  });

  it("converts objects between versions", () => {
    const container = agnhost(["crd-conversion-webhook", "--port=9443"]);
    const request = {
      uid: "u",
      desiredAPIVersion: "stable.example.com/v2",
      objects: [{ apiVersion: "stable.example.com/v1", kind: "E", hostPort: "localhost:8080" }],
    };
    const body = JSON.stringify({ kind: "ConversionReview", apiVersion: "apiextensions.k8s.io/v1", request });
    const answer = JSON.parse(container.get("/crdconvert", { port: 9443, method: "POST", body }));
    expect(answer.response.convertedObjects).toEqual([
      { apiVersion: "stable.example.com/v2", kind: "E", host: "localhost", port: "8080" },
    ]);
  });
});
