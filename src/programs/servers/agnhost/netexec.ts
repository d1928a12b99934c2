/**
 * agnhost netexec: the server of the network tests.
 * Kubernetes: test/images/agnhost/netexec/netexec.go
 */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView, SignalName } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { describeSignal } from "../../../shell/signals.ts";
import { compactJson } from "../../kubectl/printers/compact-json.ts";
import { dialError, formatTime, parseDuration, pathError } from "../go.ts";
import { parameters, splitPath, text } from "../http.ts";
import { printLines, slashTime } from "../log.ts";
import { exitAfterAnswer, flagOf, type HttpRequest, portOf, server, wakeAfterAnswer } from "../server.ts";

function log(process: ProcessView, line: string): void {
  printLines(process, 2, [`${slashTime(process.nowMs)} ${line}`]);
}

function httpPort({ argv }: ProcessView): number {
  return portOf(flagOf(argv, "http-port"), 8080);
}

function udpPorts({ argv }: ProcessView): number[] {
  const port = flagOf(argv, "udp-port");
  return port === "-1" ? [] : [portOf(port, 8081)];
}

export const netexec = server({
  ports: (process) => [httpPort(process)],
  udpPorts,
  ready: (process) => [
    `${slashTime(process.nowMs)} Started HTTP server on port ${httpPort(process)}`,
    ...udpPorts(process).map((port) => `${slashTime(process.nowMs)} Started UDP server on port  ${port}`),
  ],
  stop: { status: 2 },
  tick,
  http: answer,
  raw: (process, { data = "", from }) => {
    const [word = "", ...rest] = data.trim().split(" ");
    const reply = { hostname: process.host.hostname, clientip: `${from}:40000`, echo: rest.join(" ") }[
      word.toLowerCase()
    ];
    return { type: "connected", data: reply ?? "", afterMs: 1 };
  },
});

type Handler = (process: ProcessView, values: (name: string) => string, request: HttpRequest) => ServedAnswer;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "/clientip": (process, _, { from }) => {
    log(process, "GET /clientip");
    return text(200, `${from}:40000`);
  },
  "/hostname": (process) => {
    log(process, "GET /hostname");
    return text(200, process.host.hostname);
  },
  "/hostName": (process) => {
    log(process, "GET /hostName");
    return text(200, process.host.hostname);
  },
  "/healthz": (process) => {
    log(process, "GET /healthz");
    return text(200, "");
  },
  "/echo": (process, value) => {
    const [message, code] = [value("msg"), value("code")];
    log(process, `GET /echo?msg=${message}&code=${code}`);
    if (code !== "" && !/^[+-]?\d+$/.test(code)) {
      return text(200, `argument 'code' must be an integer or empty, got ${JSON.stringify(code)}\n`);
    }
    return text(code === "" ? 200 : Number(code), message);
  },
  "/header": (process, value, { headers }) => {
    const key = value("key");
    log(process, `GET /header?key=${key}`);
    return text(200, headers[key.toLowerCase()] ?? "");
  },
  "/redirect": (process, value) => {
    const [location, code] = [value("location"), value("code")];
    log(process, `${location} redirect with code ${code}`);
    return text(code === "" ? 302 : Number(code), "", { headers: { location } });
  },
  "/exit": exit,
  "/shutdown": (process) => {
    log(process, "GET /shutdown");
    exitAfterAnswer(process, 0);
    return { type: "failed", why: "reset", afterMs: 0 };
  },
  "/dial": dial,
  "/upload": upload,
  "/shell": shell,
};

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const override = flagOf(process.argv, "http-override");
  const { path, query } = splitPath(override ?? request.path);
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  const found = parameters(isForm ? `${request.body}&${query}` : query);
  const handler = HANDLERS[path];
  if (handler) return handler(process, (name) => found.get(name)?.[0] ?? "", request);
  log(process, "GET /");
  return text(200, `NOW: ${formatTime(process.nowMs)} m=+0.000000001`);
}

function exit(process: ProcessView, value: (name: string) => string): ServedAnswer {
  const [code, timeout, wait] = [value("code"), value("timeout"), value("wait")];
  log(process, `GET /exit?code=${code}&timeout=${timeout}&wait=${wait}`);
  for (const [name, text_] of [
    ["timeout", timeout],
    ["wait", wait],
  ] as const) {
    if (text_ !== "" && parseDuration(text_) === undefined) {
      return text(200, `argument '${name}' must be a valid golang duration or empty, got ${JSON.stringify(text_)}\n`);
    }
  }
  if (code !== "" && !/^\d+$/.test(code)) {
    return text(200, `argument 'code' must be an integer [0-127] or empty, got ${JSON.stringify(code)}\n`);
  }
  log(
    process,
    `Will begin shutdown in ${wait || "0s"}, allowing ${timeout || "0s"} for connections to close, then will exit with ${Number(code)}`,
  );
  const afterMs = parseDuration(wait || "0s") ?? 0;
  if (afterMs > 0) endLater(process, Number(code), afterMs);
  else exitAfterAnswer(process, Number(code) & 0xff);
  const isAbrupt = (parseDuration(timeout || "0s") ?? 0) === 0;
  return isAbrupt ? { type: "failed", why: "reset", afterMs } : text(200, "", { afterMs });
}

/** The server goes on answering until the delay is over. */
function endLater(process: ProcessView, code: number, delayMs: number): void {
  process.state["end"] ??= { code, atMs: process.nowMs + delayMs };
  wakeAfterAnswer(process);
}

/** Ends the server at the instant that a request has named. */
function tick(process: ProcessView): number | undefined {
  const end = process.state["end"] as { code: number; atMs: number } | undefined;
  if (end === undefined || end.atMs > process.nowMs) return end?.atMs;
  exitAfterAnswer(process, end.code & 0xff);
  return undefined;
}

function dial(process: ProcessView, value: (name: string) => string): ServedAnswer {
  const [host, port, request, protocol, tries] = ["host", "port", "request", "protocol", "tries"].map(value);
  log(process, `GET /dial?host=${host}&protocol=${protocol}&port=${port}&request=${request}&tries=${tries}`);
  const count = tries === "" ? 1 : Number(tries);
  if (!Number.isInteger(count))
    return text(400, `tries parameter is invalid. strconv.Atoi: parsing ${JSON.stringify(tries)}: invalid syntax\n`);
  if (!request) return text(400, "request parameter not specified. <nil>\n");
  const kind = (protocol || "http").toLowerCase();
  if (!["http", "udp", "sctp"].includes(kind)) return text(400, `unsupported protocol. ${protocol}\n`);
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < Math.min(count, MAX_TRIES); i++) {
    const result = dialOnce(process, kind, host ?? "", Number(port), request);
    if ("error" in result) errors.push(result.error);
    else responses.push(result.body);
  }
  const output = { ...(responses.length > 0 && { responses }), ...(errors.length > 0 && { errors }) };
  return text(200, JSON.stringify(output));
}

/** More tries than the tests use would let one request run for long. */
const MAX_TRIES = 500;

function dialOnce(
  process: ProcessView,
  kind: string,
  host: string,
  port: number,
  request: string,
): { body: string } | { error: string } {
  const answered =
    kind === "http"
      ? process.ask({
          type: "http",
          scheme: "http",
          host,
          port,
          method: "GET",
          path: `/${request}`,
          headers: { host: `${host}:${port}`, "user-agent": "Go-http-client/1.1" },
          body: "",
          timeoutMs: 5000,
        })
      : process.ask({ type: "connect", protocol: "udp", host, port, data: request, timeoutMs: 5000 });
  if (answered?.type === "http") return { body: answered.body };
  if (answered?.type === "connected" && answered.data !== "") return { body: answered.data };
  const why = answered?.type === "failed" ? answered.why : "timeout";
  if (kind !== "http")
    return { error: `reading from udp connection failed. err:'read udp ${host}:${port}: i/o timeout'` };
  return { error: `Get "http://${host}:${port}/${request}": ${dialError(why, host, port)}` };
}

/** The first file of a form is stored below /uploads. */
function upload(process: ProcessView, _: (name: string) => string, request: HttpRequest): ServedAnswer {
  log(process, "GET /upload");
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers["content-type"] ?? "")?.[1];
  const parts = boundary ? request.body.split(`--${boundary}`) : [];
  const part = parts.find((each) => /name="file"/.test(each));
  const content = part?.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, "");
  if (content === undefined || content === "") return text(200, JSON.stringify({ error: "Unable to upload file." }));
  const name = `/uploads/upload${process.random()}`;
  try {
    if (!process.files.find("/uploads")) process.files.makeDirectory("/uploads");
    process.files.write(name, content, 0o700);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return text(200, JSON.stringify({ error: "Unable to open file for write" }));
  }
  log(process, `Wrote upload to ${name}`);
  return text(201, JSON.stringify({ output: name }));
}

/** A client that waits for longer gives up. */
const SHELL_MS = 300_000;

/** Runs a command in the container. */
function shell(process: ProcessView, value: (name: string) => string): ServedAnswer {
  const command = value("shellCommand") || value("cmd");
  log(process, `GET /shell?cmd=${command}`);
  const printed: { error?: string; output?: string } = {};
  let afterMs = 1;
  try {
    const result = process.runCommand?.(["/bin/sh", "-c", command], SHELL_MS);
    if (!result) return { type: "failed", why: "timeout", afterMs: SHELL_MS };
    afterMs += result.tookMs;
    const problem = result.signal ? `signal: ${signalText(result.signal)}` : `exit status ${result.status}`;
    if (result.status !== 0) printed.error = problem;
    if (result.output !== "") printed.output = result.output;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printed.error = pathError("fork/exec", error);
  }
  const fields = Object.entries(printed).map(([name, text_]) => `${name}:${text_}`);
  printLines(process, 2, [`${slashTime(process.nowMs + afterMs)} Output: map[${fields.join(" ")}]`]);
  return text(200, compactJson(printed), { afterMs });
}

/** A signal as Go names it. */
function signalText(name: SignalName): string {
  return describeSignal(name).toLowerCase();
}
