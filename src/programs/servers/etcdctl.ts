/** etcdctl 3.6: keys, watches, health, members and snapshots of an etcd server. etcdutl is the same for snapshots. */
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import type { Answer } from "../../shell/question.ts";
import { resolvePath } from "../base/paths.ts";
import { hexOf, MEMBER, tableText } from "./etcd-text.ts";
import { printLines } from "./log.ts";

const VALUED = new Set([
  ...["endpoints", "cacert", "cert", "key", "user", "password", "dial-timeout", "command-timeout", "write-out"],
  ...["limit", "order", "sort-by", "rev", "lease", "data-dir", "discovery-srv", "name", "initial-cluster"],
  ...["initial-advertise-peer-urls", "initial-cluster-token", "wal-dir", "keepalive-time", "keepalive-timeout"],
]);
const SHORT: Readonly<Record<string, string>> = { w: "write-out" };
/** Pause between two looks of a watch, ms. */
const POLL_MS = 1000;

interface Call {
  words: string[];
  values: Map<string, string>;
  flags: Set<string>;
}

function callOf({ argv }: ProcessView): Call {
  const call: Call = { words: [], values: new Map(), flags: new Set() };
  for (let i = 1; i < argv.length; i++) {
    const [, dashes = "", typed = "", text] = /^(--?)([\w-]+)(?:=([\s\S]*))?$/.exec(argv[i]!) ?? [];
    const name = dashes === "-" ? (SHORT[typed] ?? typed) : typed;
    if (dashes === "") call.words.push(argv[i]!);
    else if (VALUED.has(name)) call.values.set(name, text ?? argv[++i] ?? "");
    else if (text !== "false") call.flags.add(name);
  }
  return call;
}

function endpointOf({ env }: ProcessView, { values }: Call): { text: string; host: string; port: number } {
  const text = (values.get("endpoints") ?? env["ETCDCTL_ENDPOINTS"] ?? "127.0.0.1:2379").split(",")[0]!;
  const [, host = "127.0.0.1", port = "2379"] = /^(?:https?:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(text) ?? [];
  return { text, host, port: Number(port) };
}

function ask(process: ProcessView, call: Call, body: JsonObject): Answer | undefined {
  const { host, port } = endpointOf(process, call);
  return process.ask({ type: "message", host, port, protocol: "etcd", body, timeoutMs: 5000 });
}

type Command = (process: ProcessView, call: Call, reply: JsonObject) => number | Step;

interface Exchange {
  /** The request; undefined for a command that asks nothing. A text is a problem. */
  request(call: Call, process: ProcessView): JsonObject | string;
  show: Command;
}

export const etcdctl: Program = {
  run(process) {
    const call = callOf(process);
    const [first = "", second = ""] = call.words;
    if (first === "version") {
      printLines(process, 1, ["etcdctl version: 3.6.6", "API version: 3.6"]);
      return { type: "exit", status: 0 };
    }
    const name = Object.hasOwn(COMMANDS, `${first} ${second}`) ? `${first} ${second}` : first;
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined;
    if (!command) return unknownCommand(process, first);
    if (name === "watch" && typeof process.state["again"] === "number" && process.nowMs < process.state["again"])
      return { type: "wait", for: [{ type: "time", atMs: process.state["again"] }] };
    const parts = { ...call, words: call.words.slice(name.split(" ").length) };
    const request = command.request(parts, process);
    if (typeof request === "string") return problem(process, request, 128);
    if (Object.keys(request).length === 0) return ended(command.show(process, parts, {}));
    const answer = ask(process, parts, request);
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    if (answer.type !== "message" || !isJsonObject(answer.body)) return unreachable(process, parts, name);
    return ended(command.show(process, parts, answer.body));
  },
};

function ended(result: number | Step): Step {
  return typeof result === "number" ? { type: "exit", status: result } : result;
}

function problem(process: ProcessView, message: string, status: number): Step {
  printLines(process, 2, [`Error: ${message}`]);
  return { type: "exit", status };
}

function unknownCommand(process: ProcessView, name: string): Step {
  if (name !== "") return problem(process, `unknown command "${name}" for "etcdctl"`, 1);
  printLines(process, 1, [
    "NAME:",
    "\tetcdctl - A simple command line client for etcd3.",
    "",
    "USAGE:",
    "\tetcdctl [flags]",
  ]);
  return { type: "exit", status: 0 };
}

function unreachable(process: ProcessView, call: Call, name: string): Step {
  const { text } = endpointOf(process, call);
  const error = "context deadline exceeded";
  if (name === "endpoint health") {
    printLines(process, 2, [`${text} is unhealthy: failed to commit proposal: ${error}`, "Error: unhealthy cluster"]);
    return { type: "exit", status: 1 };
  }
  const time = new Date(process.nowMs).toISOString().replace("Z", "000Z");
  const facts = { level: "warn", ts: time, caller: "flags/flag.go:93", msg: "retrying of unary invoker failed", error };
  printLines(process, 2, [JSON.stringify(facts)]);
  return problem(process, error, 1);
}

interface KeyValue {
  key: string;
  value: string;
  createRevision: number;
  modRevision: number;
}

function keysOf(reply: JsonObject): KeyValue[] {
  return Array.isArray(reply["kvs"]) ? (reply["kvs"] as unknown as KeyValue[]) : [];
}

function range({ words: [key, end], flags }: Call): JsonObject | string {
  if (key === undefined) return "get command needs one argument as key and an optional argument as range_end";
  const all = flags.has("from-key") ? { from: true } : {};
  return { method: "range", key, isPrefix: flags.has("prefix"), ...(end !== undefined && { end }), ...all };
}

function showKeys(process: ProcessView, { flags, values }: Call, reply: JsonObject): number {
  const limit = Number(values.get("limit") ?? 0);
  let kvs = keysOf(reply);
  if (/^desc/i.test(values.get("order") ?? "")) kvs = [...kvs].reverse();
  if (limit > 0) kvs = kvs.slice(0, limit);
  if (values.get("write-out") === "json") {
    const shown = kvs.map(({ key, value, createRevision, modRevision }) => ({
      ...{ key: btoa(key), create_revision: createRevision, mod_revision: modRevision, version: 1 },
      ...(flags.has("keys-only") ? {} : { value: btoa(value) }),
    }));
    printLines(process, 1, [`{"header":${headerOf(reply)},"kvs":${JSON.stringify(shown)},"count":${shown.length}}`]);
    return 0;
  }
  if (flags.has("count-only")) return 0;
  for (const { key, value } of kvs) {
    if (flags.has("print-value-only")) printLines(process, 1, [value]);
    else printLines(process, 1, [key, flags.has("keys-only") ? "" : value]);
  }
  return 0;
}

/** As text: the ids are larger than the integers of a double. */
function headerOf(reply: JsonObject): string {
  const ids = '"cluster_id":14841639068965178418,"member_id":10276657743932975437';
  return `{${ids},"revision":${Number(reply["revision"])},"raft_term":2}`;
}

/** Prints changes of the keys since the last look, and looks again. */
function watch(process: ProcessView, _call: Call, reply: JsonObject): Step {
  const { state } = process;
  const before = isJsonObject(state["seen"]) ? (state["seen"] as Record<string, number>) : undefined;
  const kvs = keysOf(reply);
  for (const { key, value, modRevision } of before ? kvs : []) {
    if (before![key] !== modRevision) printLines(process, 1, ["PUT", key, value]);
  }
  for (const key of Object.keys(before ?? {})) {
    if (!kvs.some((each) => each.key === key)) printLines(process, 1, ["DELETE", key, ""]);
  }
  state["seen"] = Object.fromEntries(kvs.map(({ key, modRevision }) => [key, modRevision]));
  state["again"] = process.nowMs + POLL_MS;
  return { type: "wait", for: [{ type: "time", atMs: process.nowMs + POLL_MS }] };
}

function health(process: ProcessView, call: Call): number {
  const { text } = endpointOf(process, call);
  if (call.values.get("write-out") === "table") {
    const rows = [[text, "true", "2.1ms", ""]];
    printLines(process, 1, tableText(["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows));
  } else if (call.values.get("write-out") === "json") {
    printLines(process, 1, [JSON.stringify([{ endpoint: text, health: true, took: "2.1ms" }])]);
  } else printLines(process, 1, [`${text} is healthy: successfully committed proposal: took = 2.1ms`]);
  return 0;
}

function status(process: ProcessView, call: Call, reply: JsonObject): number {
  const { text } = endpointOf(process, call);
  const { memberId, version } = MEMBER;
  const revision = Number(reply["revision"]);
  if (call.values.get("write-out") === "table") {
    const names = ["ENDPOINT", "ID", "VERSION", "DB SIZE", "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX"];
    const row = [text, memberId, version, "20 kB", "true", "false", "2", String(revision + 3)];
    const more = ["RAFT APPLIED INDEX", "ERRORS"];
    printLines(process, 1, tableText([...names, ...more], [[...row, String(revision + 3), ""]]));
  } else {
    const facts = [text, memberId, version, "20 kB", "true", "false", 2, revision + 3, revision + 3];
    printLines(process, 1, [`${facts.join(", ")}, `]);
  }
  return 0;
}

function members(process: ProcessView, call: Call, reply: JsonObject): number {
  const { memberId } = MEMBER;
  const name = String(reply["name"] ?? "default");
  const [peer, client] = [String(reply["peerUrl"]), String(reply["clientUrl"])];
  if (call.values.get("write-out") === "table") {
    const names = ["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"];
    printLines(process, 1, tableText(names, [[memberId, "started", name, peer, client, "false"]]));
  } else printLines(process, 1, [`${memberId}, started, ${name}, ${peer}, ${client}, false`]);
  return 0;
}

function saveSnapshot(process: ProcessView, { words: [path] }: Call, reply: JsonObject): number {
  const file = resolvePath(process.cwd, path!);
  process.files.write(
    file,
    `${JSON.stringify({ format: "etcd", revision: reply["revision"], kvs: reply["kvs"] })}\n`,
    0o600,
  );
  printLines(process, 1, [`Snapshot saved at ${path}`, "Server version 3.6.0"]);
  return 0;
}

function snapshotOf(process: ProcessView, path: string): JsonObject | undefined {
  const file = resolvePath(process.cwd, path);
  if (process.files.find(file)?.type !== "file") return undefined;
  const content = process.files.read(file);
  if (!content.startsWith('{"format":"etcd"')) return undefined;
  return JSON.parse(content) as JsonObject;
}

function snapshotStatus(process: ProcessView, { words: [path = ""], values }: Call): number {
  const snapshot = snapshotOf(process, path);
  if (!snapshot) {
    printLines(process, 2, [`Error: stat ${path}: no such file or directory`]);
    return 1;
  }
  const { length } = keysOf(snapshot);
  const cells = [
    hexOf(process.files.read(resolvePath(process.cwd, path))),
    String(snapshot["revision"]),
    String(length),
    "20 kB",
  ];
  if (values.get("write-out") === "table") {
    printLines(process, 1, tableText(["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE"], [cells]));
  } else printLines(process, 1, [cells.join(", ")]);
  return 0;
}

/** Writes the data folder of a server that begins with the keys of the snapshot. */
function restoreSnapshot(process: ProcessView, { words: [path = ""], values }: Call): number {
  const snapshot = snapshotOf(process, path);
  const folder = values.get("data-dir") ?? "default.etcd";
  const fail = (message: string) => {
    printLines(process, 2, [`Error: ${message}`]);
    return 1;
  };
  if (!snapshot) return fail(`open ${path}: no such file or directory`);
  const target = resolvePath(process.cwd, folder);
  if (process.files.find(`${target}/member`)) return fail(`data-dir "${folder}" not empty or could not be read`);
  for (const each of ["", "/member", "/member/snap"]) {
    if (!process.files.find(target + each)) process.files.makeDirectory(target + each, 0o700);
  }
  const keys = Object.fromEntries(keysOf(snapshot).map(({ key, ...rest }) => [key, rest]));
  process.files.write(`${target}/member/snap/db`, JSON.stringify({ revision: snapshot["revision"], keys }), 0o600);
  const facts = { level: "info", msg: "restored snapshot", path, "data-dir": folder };
  printLines(process, 2, [JSON.stringify(facts)]);
  return 0;
}

const NO_REQUEST = () => ({});
const ALL = () => ({ method: "range", key: "", isPrefix: true });

const COMMANDS: Readonly<Record<string, Exchange>> = {
  "endpoint health": { request: ALL, show: health },
  "endpoint status": { request: ALL, show: status },
  "member list": { request: () => ({ method: "members" }), show: members },
  put: {
    request: ({ words: [key, value] }, process) => {
      if (key === undefined) return "put command needs 1 argument and input from stdin or 2 arguments";
      const text = value ?? process.read(0, {}) ?? "";
      return { method: "put", key, value: text };
    },
    show: (process) => {
      printLines(process, 1, ["OK"]);
      return 0;
    },
  },
  get: { request: range, show: showKeys },
  del: {
    request: ({ words: [key, end], flags }) =>
      key === undefined
        ? "del command needs one argument as key and an optional argument as range_end"
        : { method: "delete", key, isPrefix: flags.has("prefix"), ...(end !== undefined && { end }) },
    show: (process, _call, reply) => {
      printLines(process, 1, [String(reply["deleted"])]);
      return 0;
    },
  },
  watch: { request: (call) => range(call), show: watch },
  "snapshot save": {
    request: ({ words: [path] }) => (path === undefined ? "snapshot save expects one argument" : ALL()),
    show: saveSnapshot,
  },
  "snapshot status": { request: NO_REQUEST, show: snapshotStatus },
  "snapshot restore": { request: NO_REQUEST, show: restoreSnapshot },
  defrag: {
    request: ALL,
    show: (process, call) => {
      printLines(process, 1, [`Finished defragmenting etcd member[${endpointOf(process, call).text}]. took 12.5ms`]);
      return 0;
    },
  },
};
