/** The program nginx: reads its configuration, listens, answers and logs; `-t`, `-T`, `-s`, `-v`, `-g`, `-c`. */

import { FileError } from "../../../files/errors.ts";
import type { JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { count, isCounted } from "../../base/metrics/counters.ts";
import { wantsPoints } from "../../base/metrics/page.ts";
import { Names } from "../../base/users.ts";
import { appendLog, printLines, slashTime } from "../log.ts";
import { type HttpRequest, server } from "../server.ts";
import { answerRequest, type Outcome } from "./answer.ts";
import { all, ConfigError, type Directive, errno, last, readConfig } from "./config.ts";
import { finishedHeaders } from "./headers.ts";
import { REQUESTS } from "./requests.ts";
import { inherited, inheritedAll, listenPort } from "./select.ts";
import { keepCertificates, presentedCertificate, protocolMismatch, tlsProblem } from "./tls.ts";
import { interpolate } from "./variables.ts";

const DEFAULT_CONFIG = "/etc/nginx/nginx.conf";
const DEFAULT_FORMAT =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
/** Folders that the compiled-in paths of the official image name. */
const TEMPORARY = ["client_temp", "proxy_temp", "fastcgi_temp", "uwsgi_temp", "scgi_temp"];

const MAX_WORKERS = 8;
/** Pids that the commands of the image's entrypoint take before the workers start. */
const PIDS_OF_ENTRYPOINT = 28;

interface Options {
  config: string;
  globals: string;
  action: "run" | "test" | "dump" | "version" | "versionLong" | "help";
  signal?: string;
  problem?: string;
}

const running = server({
  ports: (process) => portsOf(configOf(process)),
  begin: takeWorkers,
  ready: (process) => [
    notice(process, 'using the "epoll" event method'),
    notice(process, `nginx/${versionOf(process)}`),
    notice(process, builtBy(process)),
    notice(process, `OS: Linux ${process.host.kernelRelease}`),
    notice(process, "getrlimit(RLIMIT_NOFILE): 1048576:1048576"),
    notice(process, "start worker processes"),
    ...workers(process).map((pid) => notice(process, `start worker process ${pid}`)),
  ],
  inUse: (port) => `nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)`,
  http: answer,
  certificate: (process, request) => presentedCertificate(process, httpOf(process), request),
  signals: { HUP: reload, USR1: (process) => printLines(process, 2, [notice(process, "reopening logs")]) },
  stopping: (process, signal) => {
    const isGraceful = signal === "QUIT";
    const number = isGraceful ? "3 (SIGQUIT)" : signal === "INT" ? "2 (SIGINT)" : "15 (SIGTERM)";
    return [
      notice(process, `signal ${number} received${isGraceful ? ", shutting down" : ", exiting"}`),
      ...workers(process).map(
        (pid) => `${stamp(process)} [notice] ${pid}#${pid}: ${isGraceful ? "gracefully shutting down" : "exiting"}`,
      ),
      notice(process, "exit"),
    ];
  },
  stop: { ms: 60 },
  memoryBytes: () => 9_000_000,
});

/** Workers of a server that is root run as the configuration's user. */
function takeWorkers(process: ProcessView): void {
  const wanted = last(configOf(process), "worker_processes")?.args[0] ?? "1";
  const count = wanted === "auto" ? process.host.cpus : Number.parseInt(wanted, 10) || 1;
  const shown = Math.min(Math.max(1, count), MAX_WORKERS);
  process.state["workers"] = shown;
  process.state["firstWorker"] = process.takePids(shown, process.pid + PIDS_OF_ENTRYPOINT);
  process.state["workerUid"] = workerUid(process);
}

function workerUid(process: ProcessView): number {
  const { uid } = process.credentials;
  const name = last(configOf(process), "user")?.args[0] ?? "nginx";
  return uid === 0 ? (new Names(process.files).findUser(name)?.uid ?? uid) : uid;
}

export const nginx: Program = {
  ...running,
  shows(process) {
    const { state, argv } = process;
    if (state["phase"] === undefined) return undefined;
    const uid = Number(state["workerUid"] ?? 0);
    return {
      title: `nginx: master process ${argv.join(" ")}`,
      workers: workers(process).map((pid) => ({ pid, uid, title: "nginx: worker process" })),
    };
  },
  run(process) {
    if (process.state["phase"] !== undefined) return running.run(process);
    const options = optionsOf(process.argv.slice(1));
    if (options.problem !== undefined) {
      printLines(process, 2, [`nginx: ${options.problem}`]);
      return { type: "exit", status: 1 };
    }
    if (options.signal !== undefined) return { type: "exit", status: sendSignal(process, options) };
    if (options.action !== "run") return { type: "exit", status: report(process, options) };
    const prepared = prepare(process, options);
    if (typeof prepared === "number") return { type: "exit", status: prepared };
    if (prepared === "wait") return { type: "wait", for: [{ type: "answer" }] };
    if (!isForeground(options, configOf(process)) && process.parentPid === 0) {
      // The first process starts the daemon and ends, and the container with it.
      return { type: "exit", status: 0 };
    }
    return running.run(process);
  },
};

function optionsOf(args: readonly string[]): Options {
  const options: Options = { config: DEFAULT_CONFIG, globals: "", action: "run" };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const takes = /^-([cgspe])(.*)$/.exec(arg);
    if (takes) {
      const value = takes[2] || args[++i];
      if (value === undefined) return { ...options, problem: `option "${arg}" requires parameter` };
      if (takes[1] === "c") options.config = value.startsWith("/") ? value : `/etc/nginx/${value}`;
      if (takes[1] === "g") options.globals = value;
      if (takes[1] === "s") options.signal = value;
    } else if (arg === "-t" || arg === "-tq" || arg === "-qt") options.action = "test";
    else if (arg === "-T") options.action = "dump";
    else if (arg === "-v") options.action = "version";
    else if (arg === "-V") options.action = "versionLong";
    else if (arg === "-h" || arg === "-?") options.action = "help";
    else if (arg !== "-q") return { ...options, problem: `invalid option: "${arg}"` };
  }
  return options;
}

/** Reads the configuration and makes the folders. A number: the exit status; `wait`: for a look-up of an upstream. */
function prepare(process: ProcessView, options: Options): number | "wait" | undefined {
  if (process.state["config"] === undefined) {
    const config = load(process, options.config);
    if (config === undefined) return 1;
    keep(process, config);
    process.state["path"] = options.config;
  }
  const missing = resolveUpstreams(process);
  if (missing === "wait") return "wait";
  if (missing !== undefined) return fail(process, `host not found in upstream "${missing}" in ${options.config}`);
  return makeFolders(process);
}

function load(process: ProcessView, path: string): Directive[] | undefined {
  try {
    const config = readConfig(process.files, path);
    if (!last(config, "events")) throw new ConfigError('no "events" section in configuration');
    const problem = tlsProblem(process.files, config);
    if (problem !== undefined) throw new ConfigError(problem);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(process, error.message);
    return undefined;
  }
}

function fail(process: ProcessView, message: string): number {
  printLines(process, 2, [`${stamp(process)} [emerg] ${id(process)}: ${message}`, `nginx: [emerg] ${message}`]);
  return 1;
}

/** The first host of `proxy_pass` or of an upstream that has no address. Names with variables are looked up later. */
function resolveUpstreams(process: ProcessView): string | "wait" | undefined {
  const { state } = process;
  const hosts = upstreamHosts(configOf(process));
  for (let done = Number(state["resolved"] ?? 0); done < hosts.length; done++) {
    const host = hosts[done] ?? "";
    const answer = process.ask({ type: "resolve", name: host, record: "A" });
    if (!answer) return "wait";
    if (answer.type !== "addresses") return host;
    state["resolved"] = done + 1;
  }
  return undefined;
}

function upstreamHosts(config: readonly Directive[]): string[] {
  const http = last(config, "http")?.block ?? [];
  const named = new Set(all(http, "upstream").map(({ args }) => args[0]));
  const targets: string[] = [];
  const visit = (block: readonly Directive[], parent: string) => {
    for (const { name, args, block: inner } of block) {
      if (name === "proxy_pass") targets.push((args[0] ?? "").replace(/^https?:\/\//, ""));
      if (name === "server" && parent === "upstream") targets.push(args[0] ?? "");
      if (inner) visit(inner, name);
    }
  };
  visit(config, "");
  const hosts = targets.filter((target) => !target.includes("$")).map((target) => target.replace(/[:/].*$/, ""));
  return [...new Set(hosts)].filter(
    (host) => host !== "" && !named.has(host) && !/^[\d.]+$|^localhost$|^unix$|^\[/.test(host),
  );
}

/** Folders of temporary files and the file of the process number, as at every start. */
function makeFolders(process: ProcessView): number | undefined {
  const { files } = process;
  const config = configOf(process);
  const http = last(config, "http")?.block;
  for (const name of TEMPORARY) {
    const own = last(http, name.replace("_temp", name === "client_temp" ? "_body_temp_path" : "_temp_path"))?.args[0];
    const path = own ?? `/var/cache/nginx/${name}`;
    try {
      if (!files.find(path)) files.makeDirectory(path, 0o700);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return fail(process, `mkdir() "${path}" failed (${errno(error)}: ${error.message})`);
    }
    const owner = workerUid(process);
    const entry = files.stat(path);
    if (entry.uid === owner) continue;
    try {
      files.setOwner(path, owner, entry.gid);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return fail(process, `chown("${path}", ${owner}) failed (${errno(error)}: ${error.message})`);
    }
  }
  const pidFile = last(config, "pid")?.args[0] ?? "/run/nginx.pid";
  try {
    files.write(pidFile, `${process.pid}\n`);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(process, `open() "${pidFile}" failed (${errno(error)}: ${error.message})`);
  }
}

/** Checks the configuration, or prints what the option asks for. Returns the exit status. */
function report(process: ProcessView, { action, config }: Options): number {
  const version = `nginx version: nginx/${versionOf(process)}`;
  if (action === "version" || action === "versionLong" || action === "help") {
    printLines(process, 2, action === "version" ? [version] : [version, builtBy(process)]);
    return 0;
  }
  if (load(process, config) === undefined) {
    printLines(process, 2, [`nginx: configuration file ${config} test failed`]);
    return 1;
  }
  printLines(process, 2, [
    `nginx: the configuration file ${config} syntax is ok`,
    `nginx: configuration file ${config} test is successful`,
  ]);
  if (action === "dump") printLines(process, 1, [`# configuration file ${config}:`, process.files.read(config)]);
  return 0;
}

const SIGNALS = { reload: "HUP", stop: "TERM", quit: "QUIT", reopen: "USR1" } as const;

function sendSignal(process: ProcessView, { signal = "", config }: Options): number {
  const name = SIGNALS[signal as keyof typeof SIGNALS];
  if (!name) {
    printLines(process, 2, [`nginx: invalid option: "-s ${signal}"`]);
    return 1;
  }
  const loaded = load(process, config);
  if (!loaded) return 1;
  const pidFile = last(loaded, "pid")?.args[0] ?? "/run/nginx.pid";
  try {
    const pid = Number(process.files.read(pidFile).trim());
    printLines(process, 2, [notice(process, "signal process started")]);
    if (process.kill(pid, name)) return 0;
    return fail(process, `kill(${pid}, ${name === "HUP" ? 1 : 15}) failed (3: No such process)`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 2, [`nginx: [error] open() "${pidFile}" failed (${errno(error)}: ${error.message})`]);
    return 1;
  }
}

/** A configuration with an error is not applied: the old one stays. */
function reload(process: ProcessView): void {
  printLines(process, 2, [
    notice(process, "signal 1 (SIGHUP) received, reconfiguring"),
    notice(process, "reconfiguring"),
  ]);
  const config = load(process, String(process.state["path"]));
  if (!config) return;
  const before = portsOf(configOf(process));
  keep(process, config);
  for (const port of before) if (!portsOf(config).includes(port)) process.stopListening(port);
  for (const port of portsOf(config)) if (!before.includes(port)) process.listen(port, "tcp");
  takeWorkers(process);
  printLines(process, 2, [
    notice(process, "start worker processes"),
    ...workers(process).map((pid) => notice(process, `start worker process ${pid}`)),
  ]);
}

function keep(process: ProcessView, config: readonly Directive[]): void {
  process.state["config"] = config as unknown as JsonValue;
  keepCertificates(process, config);
}

function httpOf(process: ProcessView): readonly Directive[] {
  return last(configOf(process), "http")?.block ?? [];
}

function configOf(process: ProcessView): Directive[] {
  return process.state["config"] as unknown as Directive[];
}

function portsOf(config: readonly Directive[]): number[] {
  const servers = ["http", "stream"].flatMap((name) =>
    all(last(config, name)?.block, "server").map((directive) => ({ name, directive })),
  );
  const ports = servers.flatMap(({ name, directive }) => {
    const listens = all(directive.block, "listen").filter(({ args }) => !args[0]?.startsWith("unix:"));
    return listens.length === 0 && name === "http" ? [80] : listens.map(listenPort);
  });
  return [...new Set(ports)];
}

function isForeground({ globals }: Options, config: readonly Directive[]): boolean {
  return /daemon\s+off/.test(globals) || last(config, "daemon")?.args[0] === "off";
}

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  // Reading the figures for samples of the past is no request.
  if (wantsPoints(request.headers)) return answerRequest(configOf(process), process, request).answer;
  if (isCounted(request.headers)) count(process, REQUESTS);
  process.state["connections"] = Number(process.state["connections"] ?? 0) + 1;
  const mismatch = protocolMismatch(httpOf(process), request, versionOf(process), process.nowMs);
  if (mismatch) return mismatch;
  const outcome = answerRequest(configOf(process), process, request);
  logErrors(process, request, outcome);
  if (outcome.answer.type !== "http") return outcome.answer;
  const finished = { ...outcome.answer, headers: finishedHeaders(outcome.answer.headers, process.nowMs) };
  logAccess(process, { ...outcome, answer: finished });
  return finished;
}

function logErrors(process: ProcessView, request: HttpRequest, { errors, scopes, exchange }: Outcome): void {
  const path =
    (inherited(scopes, "error_log") ?? last(configOf(process), "error_log"))?.args[0] ?? "/var/log/nginx/error.log";
  for (const error of errors) {
    const line = `${stamp(process)} [error] ${process.state["firstWorker"]}#${process.state["firstWorker"]}: *${process.state["connections"]} ${error}, client: ${request.from}, server: ${exchange.serverName}, request: "${request.method} ${request.path} HTTP/1.1", host: "${request.headers["host"] ?? request.host}"`;
    appendLog(process, path, line);
  }
}

function logAccess(process: ProcessView, { answer: given, scopes, exchange }: Outcome): void {
  if (given.type !== "http") return;
  const logs = inheritedAll(scopes, "access_log");
  const targets = logs.length > 0 ? logs : [{ name: "access_log", args: ["/var/log/nginx/access.log"] }];
  const { values, request } = exchange;
  values["status"] = String(given.status);
  values["body_bytes_sent"] = String(given.body.length);
  values["bytes_sent"] = String(given.body.length + 240);
  for (const { args } of targets) {
    if (args[0] === "off") continue;
    const format = all(scopes[0], "log_format").find((directive) => directive.args[0] === (args[1] ?? "combined"));
    const words = format?.args.slice(1).filter((word) => !word.startsWith("escape=")) ?? [DEFAULT_FORMAT];
    const shown = { ...exchange, values: withDashes(values, request.headers) };
    appendLog(process, interpolate(args[0] ?? "", exchange), interpolate(words.join(""), shown));
  }
}

/** Absent values are shown as a dash in the access log. */
function withDashes(values: Record<string, string>, headers: Readonly<Record<string, string>>): Record<string, string> {
  const shown: Record<string, string> = { ...values, remote_user: values["remote_user"] || "-" };
  for (const name of ["referer", "user-agent", "x-forwarded-for"]) {
    shown[`http_${name.replace(/-/g, "_")}`] = headers[name] || "-";
  }
  return shown;
}

function workers({ state }: ProcessView): number[] {
  return Array.from({ length: Number(state["workers"] ?? 0) }, (_, i) => Number(state["firstWorker"]) + i);
}

function versionOf({ env }: ProcessView): string {
  return env["NGINX_VERSION"] ?? "1.29.3";
}

function builtBy({ files }: ProcessView): string {
  const isAlpine = files.find("/etc/alpine-release") !== undefined;
  return isAlpine ? "built by gcc 15.2.0 (Alpine 15.2.0) " : "built by gcc 12.2.0 (Debian 12.2.0-14+deb12u1) ";
}

function stamp({ nowMs }: ProcessView): string {
  return slashTime(nowMs);
}

function id({ pid }: ProcessView): string {
  return `${pid}#${pid}`;
}

function notice(process: ProcessView, message: string): string {
  return `${stamp(process)} [notice] ${id(process)}: ${message}`;
}
