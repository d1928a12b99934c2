/** Commands in containers with the JavaScript client (version 5 of the protocol), and as the Python client speaks (version 4). */
import { PassThrough } from "node:stream";
import tls from "node:tls";
import { CoreV1Api, Exec, KubeConfig, Log, PortForward, type V1Status } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { ApiClient } from "../../scripts/local/client.ts";
import { until } from "./session.ts";

const namespace = "default";

let kubeConfig: KubeConfig;
let core: CoreV1Api;

beforeAll(async () => {
  const { url, authorityPem, adminToken } = inject("sandbar");
  const api = new ApiClient(url, authorityPem);
  const post = async (path: string, token: string, body: unknown) =>
    JSON.parse(await api.expectOk(path, { method: "POST", token, body })) as { id: string; apiKey: { key: string } };
  const { apiKey } = await post("/v1/organizations", adminToken, { name: "streams" });
  const { id } = await post("/v1/clusters", apiKey.key, { latency: "instant" });
  kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(await api.expectOk(`/v1/clusters/${id}/kubeconfig`, { token: apiKey.key }));
  api.close();
  core = kubeConfig.makeApiClient(CoreV1Api);
  const spec = { containers: [{ name: "main", image: "nginx" }] };
  await until(async () => (await core.listNamespacedServiceAccount({ namespace })).items.length > 0);
  await core.createNamespacedPod({ namespace, body: { metadata: { name: "web" }, spec } });
  await until(async () => (await core.readNamespacedPod({ namespace, name: "web" })).status?.phase === "Running");
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authorityPem]);
});

afterAll(() => {
  tls.setDefaultCACertificates(tls.getCACertificates("bundled"));
});

/** Everything that a stream brings. */
function collected(stream: PassThrough): { text: string } {
  const all = { text: "" };
  stream.setEncoding("utf8").on("data", (text: string) => {
    all.text += text;
  });
  return all;
}

it("runs a command with the JavaScript client, with its input, output and exit code", async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const [out, err] = [collected(stdout), collected(stderr)];
  let status: V1Status | undefined;
  const command = ["sh", "-c", "cat; echo problem >&2; exit 3"];
  await new Exec(kubeConfig).exec(namespace, "web", "main", command, stdout, stderr, stdin, false, (given) => {
    status = given;
  });
  stdin.end("some input\n");
  await until(() => status !== undefined);
  expect([out.text, err.text]).toEqual(["some input\n", "problem\n"]);
  expect(status).toMatchObject({
    status: "Failure",
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: "3" }] },
  });
});

it("forwards ports with the JavaScript client", async () => {
  const exchange = async (port: number) => {
    const [output, errors, input] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const [received, problem] = [collected(output), collected(errors)];
    await new PortForward(kubeConfig).portForward(namespace, "web", [port], output, errors, input);
    input.write("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
    await until(() => received.text.includes("</html>") || problem.text !== "");
    return { received: received.text, problem: problem.text };
  };
  const { received, problem } = await exchange(80);
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Welcome to nginx![\s\S]*<\/html>\n$/);
  expect(problem).toBe("");
  expect((await exchange(81)).problem).toMatch(/^error forwarding port 81 to pod [\s\S]*connection refused/);
});

it("follows a log with the JavaScript client", async () => {
  const script = "for i in 1 2 3; do echo line $i; sleep 1; done";
  const spec = {
    restartPolicy: "Never",
    containers: [{ name: "main", image: "busybox", command: ["sh", "-c", script] }],
  };
  await core.createNamespacedPod({ namespace, body: { metadata: { name: "talks" }, spec } });
  await until(async () => (await core.readNamespacedPod({ namespace, name: "talks" })).status?.phase !== "Pending");
  const stream = new PassThrough();
  const log = collected(stream);
  let hasEnded = false;
  stream.on("end", () => {
    hasEnded = true;
  });
  await new Log(kubeConfig).log(namespace, "talks", "main", stream, { follow: true });
  await until(() => hasEnded);
  expect(log.text).toBe("line 1\nline 2\nline 3\n");
});

/** A WebSocket with the token as a subprotocol, as browsers send it. Texts by channel. */
async function connect(command: string[], protocol: string) {
  const { server } = kubeConfig.getCurrentCluster()!;
  const token = Buffer.from(kubeConfig.getCurrentUser()?.token ?? "").toString("base64url");
  const query = new URLSearchParams([["stdin", "true"], ...command.map((word) => ["command", word])]);
  const url = `${server.replace("https:", "wss:")}/api/v1/namespaces/${namespace}/pods/web/exec?${query}`;
  const socket = new WebSocket(url, [`base64url.bearer.authorization.k8s.io.${token}`, protocol]);
  socket.binaryType = "arraybuffer";
  const channels: Record<number, string> = {};
  let hasEnded = false;
  socket.addEventListener("message", ({ data }: { data: ArrayBuffer | string }) => {
    const bytes = Buffer.from(typeof data === "string" ? data : new Uint8Array(data));
    const isText = typeof data === "string";
    const channel = isText ? Number(data[0]) : bytes[0]!;
    const text = isText ? Buffer.from(data.slice(1), "base64").toString() : bytes.subarray(1).toString();
    channels[channel] = (channels[channel] ?? "") + text;
  });
  socket.addEventListener("close", () => {
    hasEnded = true;
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("the connection was refused")));
  });
  return { socket, channels, hasEnded: () => hasEnded };
}

it("speaks version 4, as the Python client does", async () => {
  const { socket, channels, hasEnded } = await connect(
    ["sh", "-c", "read x; echo got $x; exit 4"],
    "v4.channel.k8s.io",
  );
  expect(socket.protocol).toBe("v4.channel.k8s.io");
  socket.send(Buffer.concat([Buffer.from([0]), Buffer.from("a word\n")]));
  await until(hasEnded);
  expect(channels[1]).toBe("got a word\n");
  const status = JSON.parse(channels[3] ?? "{}") as V1Status;
  expect(status.message).toBe(
    "command terminated with non-zero exit code: error executing command [sh -c read x; echo got $x; exit 4], exit code 4",
  );
});

it("speaks base64, as old browsers do", async () => {
  const { socket, channels, hasEnded } = await connect(["sh", "-c", "read x; echo got $x"], "base64.channel.k8s.io");
  socket.send(`0${Buffer.from("a word\n").toString("base64")}`);
  await until(hasEnded);
  expect(channels).toEqual({ 1: "got a word\n" });
});

it("refuses a connection without a known protocol", async () => {
  await expect(connect(["ls"], "other")).rejects.toThrow("refused");
});

it.each(["binary.k8s.io", "base64.binary.k8s.io"])("reads a log over a WebSocket with %s", async (protocol) => {
  const { server } = kubeConfig.getCurrentCluster()!;
  const token = Buffer.from(kubeConfig.getCurrentUser()?.token ?? "").toString("base64url");
  const url = `${server.replace("https:", "wss:")}/api/v1/namespaces/${namespace}/pods/talks/log`;
  const socket = new WebSocket(url, [`base64url.bearer.authorization.k8s.io.${token}`, protocol]);
  socket.binaryType = "arraybuffer";
  let log = "";
  let hasEnded = false;
  socket.addEventListener("message", ({ data }: { data: ArrayBuffer | string }) => {
    log += Buffer.from(typeof data === "string" ? Buffer.from(data, "base64") : new Uint8Array(data)).toString();
  });
  socket.addEventListener("close", () => {
    hasEnded = true;
  });
  await until(() => hasEnded);
  expect(socket.protocol).toBe(protocol);
  expect(log).toBe("line 1\nline 2\nline 3\n");
});
