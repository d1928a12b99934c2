/**
 * CoreDNS: reads its Corefile, answers queries by its plugins, logs them, and reads the file again when it changes.
 * https://github.com/coredns/coredns (coremain/run.go, plugin/reload, plugin/loop)
 */
import { sha512 } from "@noble/hashes/sha2.js";
import { FileError } from "../../../files/errors.ts";
import { bytesOf } from "../../../lib/bytes.ts";
import {
  CLUSTER_ZONE_MESSAGE,
  DNS_MESSAGE,
  type DnsQuestion,
  type DnsRecord,
  type DnsReply,
} from "../../../lib/dns.ts";
import { toHex } from "../../../lib/encoding.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { metricsAnswer } from "../../base/metrics/page.ts";
import { text } from "../http.ts";
import { printLines } from "../log.ts";
import { flagOf, hasFlag, type MessageRequest, server } from "../server.ts";
import { answerQuery, type Configuration, configurationOf } from "./configuration.ts";
import { CorefileError } from "./corefile.ts";
import { countQuery, metricsOf } from "./metrics.ts";
import type { Query, World } from "./plugin.ts";

/** Served without a Corefile. */
const DEFAULT_COREFILE = ".:53 {\n  whoami\n}\n";
/** Characters of a Corefile that are read in a step. */
const CHARACTERS_PER_STEP = 500;

const running = server({
  ports: (process) => allPorts(loaded(process)),
  udpPorts: (process) => loaded(process).ports,
  logFd: 1,
  memoryBytes: () => 15_000_000,
  refuse: begin,
  ready: (process) => [...zoneLines(loaded(process)), ...reloadLines(process), ...versionLines(process)],
  stopping: (process) => [
    "[INFO] SIGTERM: Shutting down servers then terminating",
    ...lameduckLines(loaded(process).lameduckMs),
  ],
  stop: { ms: (process) => loaded(process).lameduckMs },
  servesWhileStopping: true,
  message: answerMessage,
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
  },
  http: (process, { port, path, headers }) => {
    const { healthPort, readyPort, metricsPort } = loaded(process);
    if (port === healthPort && path === "/health") return text(200, "OK");
    if (port === readyPort && path === "/ready") return text(200, "OK");
    if (port !== metricsPort || path !== "/metrics") return text(404, "404 page not found\n");
    return metricsAnswer(metricsOf(process, versionOf(process)), headers, process.nowMs);
  },
});

export const coredns: Program = {
  ...running,
  run(process) {
    const step = running.run(process);
    if (step.type !== "wait" || process.state["phase"] !== "up") return step;
    return loopStep(process) ?? followFile(process, step);
  },
};

// ---- The configuration

function pathOf({ argv }: ProcessView): string {
  return flagOf(argv, "conf") ?? "Corefile";
}

function fileOf({ files }: ProcessView, path: string): string | undefined {
  try {
    return files.read(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function parsed(process: ProcessView, corefile: string): Configuration {
  process.charge(Math.ceil(corefile.length / CHARACTERS_PER_STEP));
  const read = (path: string) => fileOf(process, path);
  return configurationOf({ text: corefile, path: pathOf(process), env: process.env, read });
}

/** The configuration with which it runs. Its text was valid, but files that it names may be gone. */
function loaded(process: ProcessView): Configuration {
  return parsed(process, String(process.state["corefile"]));
}

/** Reads the Corefile at the start. */
function begin(process: ProcessView): { lines: readonly string[]; status: number } | undefined {
  if (hasFlag(process.argv, "version")) return { lines: versionLines(process), status: 0 };
  const path = pathOf(process);
  const found = fileOf(process, path);
  if (found === undefined && flagOf(process.argv, "conf") !== undefined)
    return { lines: [`loading Caddyfile via flag: open ${path}: no such file or directory`], status: 1 };
  const corefile = found ?? DEFAULT_COREFILE;
  try {
    parsed(process, corefile);
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error;
    return { lines: [error.message], status: 1 };
  }
  load(process, corefile);
  return undefined;
}

function load(process: ProcessView, corefile: string): void {
  const { state, nowMs } = process;
  Object.assign(state, { corefile, seen: corefile, loadedAtMs: nowMs });
  delete state["reloadAtMs"];
  const { reload } = loaded(process);
  if (!reload) delete state["reloadEveryMs"];
  else state["reloadEveryMs"] = reload.intervalMs + jitterMs(process, reload.jitterMs);
}

/** Servers that start together look at their files at different times. */
function jitterMs(process: ProcessView, most: number): number {
  return most <= 0 ? 0 : (process.random() % most) - Math.floor(most / 2);
}

// ---- Reloading

/** A changed file is read at the next look. A wrong one changes nothing, and is not tried again. */
function followFile(process: ProcessView, step: Step & { type: "wait" }): Step {
  const { state, nowMs } = process;
  const everyMs = state["reloadEveryMs"];
  const path = pathOf(process);
  if (typeof everyMs !== "number") return step;
  const found = fileOf(process, path);
  const isChanged = found !== undefined && found !== state["seen"];
  if (isChanged && state["reloadAtMs"] === undefined) {
    const loadedAtMs = Number(state["loadedAtMs"]);
    state["reloadAtMs"] = loadedAtMs + (Math.floor((nowMs - loadedAtMs) / everyMs) + 1) * everyMs;
  }
  if (isChanged && Number(state["reloadAtMs"]) <= nowMs) {
    reload(process, found);
    return loopStep(process) ?? followFile(process, step);
  }
  const { reloadAtMs } = state;
  const isDue = typeof reloadAtMs === "number" && isChanged;
  return {
    type: "wait",
    for: [...step.for, { type: "file", path }, ...(isDue ? [{ type: "time" as const, atMs: reloadAtMs }] : [])],
  };
}

function reload(process: ProcessView, corefile: string): void {
  const { state } = process;
  const before = loaded(process);
  printLines(process, 1, ["[INFO] Reloading"]);
  try {
    parsed(process, corefile);
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error;
    state["seen"] = corefile;
    delete state["reloadAtMs"];
    printLines(process, 1, [
      `[ERROR] Restart failed: ${error.message}`,
      `[ERROR] plugin/reload: Corefile changed but reload failed: ${error.message}`,
    ]);
    return;
  }
  load(process, corefile);
  listenAgain(process, before);
  printLines(process, 1, [...lameduckLines(before.lameduckMs), ...reloadLines(process), "[INFO] Reloading complete"]);
}

function listenAgain(process: ProcessView, before: Configuration): void {
  const now = loaded(process);
  for (const port of allPorts(before)) if (!allPorts(now).includes(port)) process.stopListening(port);
  for (const port of allPorts(now)) if (!allPorts(before).includes(port)) process.listen(port, "tcp");
  for (const port of now.ports) if (!before.ports.includes(port)) process.listen(port, "udp");
}

function allPorts({ ports, healthPort, readyPort, metricsPort }: Configuration): number[] {
  const others = [healthPort, readyPort, metricsPort].filter((port) => port !== undefined);
  return [...new Set([...ports, ...others])];
}

/** A server that forwards to itself would answer nothing and ends. */
function loopStep(process: ProcessView): Step | undefined {
  const { loopTargets } = loaded(process);
  const own = [...process.host.podAddresses, process.env["KUBE_DNS_SERVICE_HOST"] ?? ""];
  if (!loopTargets.some((target) => target.startsWith("127.") || own.includes(target))) return undefined;
  const number = () => `${process.random()}${String(process.random()).padStart(9, "0")}`;
  const from = `127.0.0.1:${32_768 + (process.random() % 28_000)}`;
  printLines(process, 1, [
    `[FATAL] plugin/loop: Loop (${from} -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${number()}.${number()}."`,
  ]);
  return { type: "exit", status: 1 };
}

// ---- Queries

function answerMessage(process: ProcessView, { protocol, body, from, port }: MessageRequest) {
  if (protocol !== DNS_MESSAGE || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 0 } as const;
  const { name, record } = body as unknown as DnsQuestion;
  const { code, records } = replyTo(process, { name, record, from }, port);
  countQuery(process, { record, code, port });
  return { type: "message", body: { code, records } as unknown as JsonValue, afterMs: 0 } as const;
}

function replyTo(process: ProcessView, query: Query, port: number): DnsReply {
  try {
    return answerQuery(loaded(process), query, port, worldOf(process));
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error;
    return { code: "SERVFAIL", records: [] };
  }
}

function worldOf(process: ProcessView): World {
  return {
    address: process.host.podAddresses[0] ?? "127.0.0.1",
    random: () => process.random(),
    read: (path) => fileOf(process, path),
    log: (line) => printLines(process, 1, [line]),
    clusterRecords: ({ name, record }, zone) => {
      const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: apiPort = "443" } = process.env;
      const body = { name, record, zone } as unknown as JsonValue;
      const request = { host, port: Number(apiPort), protocol: CLUSTER_ZONE_MESSAGE, body };
      const answer = process.ask({ type: "message", ...request, timeoutMs: 5000 });
      if (answer?.type !== "message" || !Array.isArray(answer.body)) return undefined;
      return answer.body as unknown as DnsRecord[];
    },
    ask: ({ name, record }, at) => {
      const answer = process.ask({ type: "resolve", name: `${name}.`, record, server: at });
      if (answer?.type === "addresses") return { code: "NOERROR", records: answer.records as readonly DnsRecord[] };
      if (answer?.type !== "failed") return "silent";
      if (answer.why === "unknownName") return { code: "NXDOMAIN", records: [] };
      if (answer.why === "noRecord") return { code: "NOERROR", records: [] };
      return answer.why === "serverFailure" ? { code: "SERVFAIL", records: [] } : "silent";
    },
  };
}

// ---- Lines of the log

/** `.:53`, `example.org.:53`: the zones of each port. */
function zoneLines({ blocks }: Configuration): string[] {
  const lines = blocks.flatMap(({ zones, ports }) => zones.flatMap((zone) => ports.map((port) => `${zone}.:${port}`)));
  return [...new Set(lines)].sort();
}

function reloadLines(process: ProcessView): string[] {
  const { corefile, reloadEveryMs } = process.state;
  if (reloadEveryMs === undefined) return [];
  return [`[INFO] plugin/reload: Running configuration SHA512 = ${toHex(sha512(bytesOf(String(corefile))))}`];
}

function lameduckLines(lameduckMs: number): string[] {
  return lameduckMs > 0 ? [`[INFO] plugin/health: Going into lameduck mode for ${lameduckMs / 1000}s`] : [];
}

/** Of the image's tag. */
function versionOf({ env }: ProcessView): string {
  return env["COREDNS_VERSION"] ?? "1.14.1";
}

function versionLines(process: ProcessView): string[] {
  return [`CoreDNS-${versionOf(process)}`, "linux/amd64, go1.25.2, 1db4568"];
}
