/** zkCli.sh: one command of its arguments, or the lines of its input. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines, timeParts } from "../log.ts";
import type { Node } from "./tree.ts";

const EXIT = /^(quit|close|exit)$/;

interface Call {
  host: string;
  port: number;
  words: string[];
}

function callOf({ argv }: ProcessView): Call {
  const words = argv.slice(1);
  let [host, port] = ["localhost", 2181];
  if (words[0] === "-server") {
    const [name = "", number] = (words[1] ?? "").split(",")[0]?.split(":") ?? [];
    [host, port] = [name, Number(number ?? 2181)];
    words.splice(0, 2);
  }
  return { host, port, words };
}

export const zkCli: Program = {
  run(process): Step {
    const { host, port, words } = callOf(process);
    const { state } = process;
    if (state["isConnected"] !== true) {
      printLines(process, 1, [`Connecting to ${host}:${port}`]);
      state["isConnected"] = true;
    }
    for (;;) {
      const given = words.length > 0 ? words : wordsOfInput(process);
      if (given === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      if (given === "end" || EXIT.test(given[0] ?? "")) return { type: "exit", status: 0 };
      const request = requestOf(given);
      if ("problem" in request) {
        printLines(process, 1, [String(request["problem"])]);
        delete state["line"];
        if (words.length > 0) return { type: "exit", status: 1 };
        continue;
      }
      const answer = process.ask({
        type: "message",
        host,
        port,
        protocol: "zookeeper",
        body: request,
        timeoutMs: 10_000,
      });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      delete state["line"];
      if (answer.type !== "message" || !isJsonObject(answer.body)) {
        printLines(process, 2, [`KeeperErrorCode = ConnectionLoss for ${String(request["path"])}`]);
        return { type: "exit", status: 1 };
      }
      if (state["isGreeted"] !== true) {
        printLines(process, 1, ["", "WATCHER::", "", "WatchedEvent state:SyncConnected type:None path:null"]);
        state["isGreeted"] = true;
      }
      const isDone = show(process, given, answer.body);
      if (words.length > 0) return { type: "exit", status: isDone ? 0 : 1 };
    }
  },
};

function wordsOfInput(process: ProcessView): string[] | "end" | undefined {
  const { state } = process;
  if (state["line"] === undefined) {
    if (state["hasPrompted"] !== true)
      process.write(1, `[zk: localhost:2181(CONNECTED) ${Number(state["count"] ?? 0)}] `);
    state["hasPrompted"] = true;
    const line = process.read(0, { upTo: "\n" });
    if (line === undefined) return undefined;
    if (line === "") return "end";
    state["count"] = Number(state["count"] ?? 0) + 1;
    delete state["hasPrompted"];
    state["line"] = line;
  }
  const words = String(state["line"]).match(/"[^"]*"|\S+/g) ?? [];
  if (words.length === 0) delete state["line"];
  return words.length === 0 ? wordsOfInput(process) : words.map((word) => word.replace(/^"(.*)"$/, "$1"));
}

function requestOf([verb = "", ...args]: readonly string[]): JsonObject {
  const flags = args.filter((arg) => /^-[a-zA-Z]$/.test(arg));
  const [path = "", data, third] = args.filter((arg) => !/^-[a-zA-Z]$/.test(arg));
  const version = flags.includes("-v") ? third : undefined;
  switch (verb) {
    case "create":
      if (path === "") return { problem: "create [-s] [-e] [-c] [-t ttl] path [data] [acl]" };
      return { action: "create", path, data: data ?? "", isSequential: flags.includes("-s") };
    case "set":
      if (data === undefined) return { problem: "set [-s] [-v version] path data" };
      return { action: "set", path, data, ...(version !== undefined && { version: Number(version) }) };
    case "delete":
    case "deleteall":
    case "rmr":
      return { action: verb === "rmr" ? "deleteall" : verb, path };
    case "get":
    case "stat":
    case "ls":
    case "ls2":
      return path.startsWith("/") ? { action: "get", path } : { problem: `${verb} [-s] [-w] path` };
    default:
      return { problem: `Command not found: Command not found ${verb}` };
  }
}

/** Shows a reply; false: it is a refusal. */
function show(process: ProcessView, [verb = "", ...args]: readonly string[], reply: JsonObject): boolean {
  const { problem, path, children } = reply;
  const isOld = /^3\.4/.test(process.env["ZOO_VERSION"] ?? "");
  if (typeof problem === "string") {
    printLines(process, isOld ? 2 : 1, [problem]);
    return false;
  }
  const node = reply["node"] as unknown as Node | undefined;
  const names = Array.isArray(children) ? children.map(String) : [];
  const withStat = args.includes("-s") || isOld;
  if (verb === "create") printLines(process, 1, [`Created ${String(path)}`]);
  if (verb === "get" && node) printLines(process, 1, [node.data === "" ? "null" : node.data]);
  if (verb.startsWith("ls")) printLines(process, 1, [`[${names.join(", ")}]`]);
  const shows = verb === "stat" || verb === "ls2" || ((verb === "get" || (verb === "ls" && !isOld)) && withStat);
  if (node && shows) printLines(process, 1, statLines(node, names.length));
  return true;
}

function statLines(node: Node, childCount: number): string[] {
  const time = (atMs: number) => {
    const { dayName, monthName, day, clock, year } = timeParts(atMs);
    return `${dayName} ${monthName} ${day} ${clock} UTC ${year}`;
  };
  const hex = (zxid: number) => `0x${zxid.toString(16)}`;
  return [
    `cZxid = ${hex(node.createdZxid)}`,
    `ctime = ${time(node.createdAtMs)}`,
    `mZxid = ${hex(node.modifiedZxid)}`,
    `mtime = ${time(node.modifiedAtMs)}`,
    `pZxid = ${hex(node.childZxid)}`,
    `cversion = ${node.childVersion}`,
    `dataVersion = ${node.version}`,
    "aclVersion = 0",
    "ephemeralOwner = 0x0",
    `dataLength = ${node.data.length}`,
    `numChildren = ${childCount}`,
  ];
}
