/**
 * Servers of agnhost for tests of the network.
 * Kubernetes: test/images/agnhost (nettest, no-snat-test, no-snat-test-proxy, tcp-reset, port-forward-tester,
 * fakegitserver, http-echo)
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { dialError, parseDuration } from "../go.ts";
import { parameters, splitPath, text } from "../http.ts";
import { printLines, slashTime } from "../log.ts";
import { exitAfterAnswer, flagOf, portOf, server } from "../server.ts";

const NOT_FOUND = "404 page not found\n";
const NAMESPACE_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

function portFlag(fallback: number) {
  return ({ argv }: ProcessView) => portOf(flagOf(argv, "port"), fallback);
}

interface Tally {
  Hostname: string;
  Sent: JsonObject;
  Received: JsonObject;
  Errors: JsonValue;
  Log: JsonValue;
  StillContactingPeers: boolean;
}

/** Messages that this peer has received, and its errors. */
function tallyOf(process: ProcessView): Tally {
  process.state["tally"] ??= {
    ...{ Hostname: process.host.hostname, Sent: {}, Received: {}, Errors: null, Log: null },
    StillContactingPeers: true,
  };
  return process.state["tally"] as unknown as Tally;
}

/** Counts who wrote to it. It would write to the endpoints of its Service, which it asks the API server for. */
export const nettest = server({
  ports: (process) => [portFlag(8080)(process)],
  stop: { status: 0 },
  begin: (process) => {
    const { files, argv } = process;
    const own = files.find(NAMESPACE_FILE) ? files.read(NAMESPACE_FILE) : "";
    const namespace = flagOf(argv, "namespace") || own;
    const peers = `${namespace}/${flagOf(argv, "service") || "nettest"}`;
    tallyOf(process).Log = [`Unable to read the endpoints for ${peers}: the API server cannot be reached.`];
  },
  http: (process, { path: target, body, method }) => {
    const tally = tallyOf(process);
    const { path } = splitPath(target);
    if (path === "/read") return text(200, JSON.stringify(tally, null, "\t"));
    if (path === "/status") return text(200, tally.StillContactingPeers ? "running" : "pass");
    if (path === "/quit") {
      exitAfterAnswer(process, 0);
      return text(200, "Sending SIGTERM to self");
    }
    if (path !== "/write") return text(404, NOT_FOUND);
    if (method !== "POST") return text(405, `Wrong method, expecting POST\n`);
    const sent = readObject(body);
    if (!sent) return text(400, "Unable to decode JSON from body\n");
    const source = String(sent["Source"] ?? "");
    tally.Received[source] = Number(tally.Received[source] ?? 0) + 1;
    return text(200, `${JSON.stringify({ Hostname: tally.Hostname })}\n`);
  },
});

function readObject(text_: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text_) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function get(process: ProcessView, host: string, port: number, path: string): { body: string } | { error: string } {
  const answered = process.ask({
    ...{ type: "http", scheme: "http", host, port, method: "GET", path, body: "", timeoutMs: 30_000 },
    headers: { host: `${host}:${port}`, "user-agent": "Go-http-client/1.1" },
  });
  if (answered?.type === "http" && answered.status === 200) return { body: answered.body };
  if (answered?.type === "http") return { error: `unexpected status ${answered.status}` };
  const why = answered?.type === "failed" ? answered.why : "timeout";
  return { error: `Get "http://${host}:${port}${path}": ${dialError(why, host, port)}` };
}

/** Tells whether other pods see the pod's own address. */
export const noSnatTest = server({
  ports: (process) => [portFlag(8080)(process)],
  stop: { status: 2 },
  http: (process, { path: target, from }) => {
    const { path, query } = splitPath(target);
    if (path === "/whoami") return text(200, `${from}:40000`);
    if (path !== "/checknosnat") return text(404, NOT_FOUND);
    const own = process.env["POD_IP"] ?? "";
    const ips = (parameters(query).get("ips")?.[0] ?? "").split(",").filter((ip) => ip !== "");
    const problems = ips.flatMap((ip) => {
      const [host = "", port = "8080"] = ip.split(":");
      const seen = get(process, host, Number(port), "/whoami");
      if ("error" in seen) return [seen.error];
      const [address = ""] = seen.body.split(":");
      return address === own ? [] : [`Returned ip ${address} != my Pod ip ${own} == srcIP`];
    });
    return problems.length > 0 ? text(500, problems.join("\n")) : text(200, "");
  },
});

/** Passes `/checknosnat` on to a target. */
export const noSnatTestProxy = server({
  ports: (process) => [portFlag(31235)(process)],
  stop: { status: 2 },
  http: (process, { path: target }) => {
    const { path, query } = splitPath(target);
    if (path !== "/checknosnat") return text(404, NOT_FOUND);
    const value = (name: string) => parameters(query).get(name)?.[0] ?? "";
    const [host = "", port = "8080"] = value("target").split(":");
    const passed = get(process, host, Number(port), `/checknosnat?ips=${encodeURIComponent(value("ips"))}`);
    return "error" in passed ? text(500, `error querying target: ${passed.error}\n`) : text(200, "");
  },
});

/** Reads one byte and closes the connection, so a client that sent more sees a reset. */
export const tcpReset = server({
  ports: (process) => [portFlag(8080)(process)],
  ready: (process) => [`${slashTime(process.nowMs)} Listening on :${portFlag(8080)(process)}`],
  stop: { status: 2 },
  http: () => ({ type: "failed", why: "reset", afterMs: 1 }),
  raw: (_process, { data = "" }) =>
    data.length > 1 ? { type: "failed", why: "reset", afterMs: 1 } : { type: "connected", data: "", afterMs: 1 },
});

/** Answers one connection with chunks of `x`, as its variables say, and ends. */
export const portForwardTester = server({
  ports: ({ env }) => [Number(env["BIND_PORT"] ?? 0)],
  logFd: 1,
  stop: { status: 2 },
  raw: (process, { data }) => {
    const { env } = process;
    printLines(process, 1, ["Accepted client connection"]);
    const expected = env["EXPECTED_CLIENT_DATA"] ?? "";
    if (expected !== "") {
      if (data !== expected) {
        printLines(process, 1, [`Expected to read ${JSON.stringify(expected)}, but got ${JSON.stringify(data ?? "")}`]);
        exitAfterAnswer(process, 3);
        return { type: "failed", why: "reset", afterMs: 0 };
      }
      printLines(process, 1, ["Received expected client data"]);
    }
    const chunks = Number(env["CHUNKS"] ?? 0);
    const size = Number(env["CHUNK_SIZE"] ?? 0);
    printLines(process, 1, ["Done"]);
    exitAfterAnswer(process, 0);
    const afterMs = chunks * Number(env["CHUNK_INTERVAL"] ?? 0);
    return { type: "connected", data: "x".repeat(Math.min(chunks * size, MAX_SENT_BYTES)), afterMs };
  },
});

/** More than the tests ask for. */
const MAX_SENT_BYTES = 1024 * 1024;

const GIT_FILES: Readonly<Record<string, string>> = {
  "/": "I am a fake git server",
  "/HEAD": "ref: refs/heads/master\n",
  "/info/refs": "",
};

/** An empty repository over Git's plain HTTP. */
export const fakeGitserver = server({
  ports: () => [8000],
  stop: { status: 2 },
  http: (_process, request) => {
    const content = GIT_FILES[splitPath(request.path).path];
    return content === undefined ? text(404, NOT_FOUND) : text(200, content);
  },
});

/** Answers every path with one text. */
export const httpEcho = server({
  ports: (process) => [portFlag(80)(process)],
  stop: { status: 2 },
  http: ({ argv, host }) => {
    const delay = parseDuration(flagOf(argv, "delay") ?? "0s") ?? 0;
    return text(200, flagOf(argv, "text") ?? host.hostname, { afterMs: 1 + delay });
  },
});
