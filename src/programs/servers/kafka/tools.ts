/** kafka-topics, kafka-console-producer, kafka-console-consumer and kafka-consumer-groups. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { Answer } from "../../../shell/question.ts";
import { baseName } from "../database-names.ts";
import { plainTime, printLines } from "../log.ts";
import type { KafkaRecord, Log, Topic } from "./broker.ts";

const FLAGS = new Set([
  ...["create", "list", "describe", "delete", "alter", "from-beginning", "if-not-exists", "if-exists", "all-groups"],
  ...["all-topics", "help", "version", "reset-offsets", "execute", "to-earliest", "skip-message-on-error", "sync"],
]);
/** Pause of a consumer between two looks at a topic without new records, ms. */
const POLL_MS = 1000;

interface Call {
  values: Map<string, string>;
  properties: Map<string, string>;
  flags: Set<string>;
}

function callOf({ argv }: ProcessView): Call {
  const call: Call = { values: new Map(), properties: new Map(), flags: new Set() };
  for (let i = 1; i < argv.length; i++) {
    const [, name = "", attached] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(argv[i]!) ?? [];
    if (name === "") continue;
    if (FLAGS.has(name)) call.flags.add(name);
    else {
      const value = attached ?? argv[++i] ?? "";
      const [, key, setting] = /^([\w.]+)=([\s\S]*)$/.exec(value) ?? [];
      if (/property$|formatter-property/.test(name) && key !== undefined) call.properties.set(key, setting ?? "");
      else call.values.set(name, value);
    }
  }
  return call;
}

function ask(process: ProcessView, { values }: Call, body: JsonObject): Answer | undefined {
  const servers = values.get("bootstrap-server") ?? values.get("broker-list") ?? "localhost:9092";
  const [, host = "localhost", port = "9092"] = /^([^:,]*)(?::(\d+))?/.exec(servers) ?? [];
  return process.ask({ type: "message", host, port: Number(port), protocol: "kafka", body, timeoutMs: 10_000 });
}

/** The reply; a step to wait or end. */
function exchange(process: ProcessView, call: Call, body: JsonObject, what: string): JsonObject | Step {
  const answer = ask(process, call, body);
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  if (answer.type === "message" && isJsonObject(answer.body)) return { ...answer.body, type: "reply" };
  return failed(process, `Timed out waiting for a node assignment. Call: ${what}`, "TimeoutException");
}

function isStep(result: JsonObject | Step): result is Step {
  return result["type"] !== "reply";
}

function failed(process: ProcessView, message: string, exception: string): Step {
  const time = plainTime(process.nowMs).replace(".", ",");
  printLines(process, 1, [`Error while executing topic command : ${message}`]);
  printLines(process, 2, [
    `[${time}] ERROR org.apache.kafka.common.errors.${exception}: ${message}`,
    " (org.apache.kafka.tools.TopicCommand)",
  ]);
  return { type: "exit", status: 1 };
}

const DONE: Step = { type: "exit", status: 0 };

function missingOption(process: ProcessView, name: string): Step {
  printLines(process, 2, [`Missing required argument "[${name}]"`]);
  return { type: "exit", status: 1 };
}

function topics(process: ProcessView): Step {
  const call = callOf(process);
  const { values, flags } = call;
  if (!values.has("bootstrap-server")) return missingOption(process, "bootstrap-server");
  const topic = values.get("topic");
  if (flags.has("create") || flags.has("delete")) {
    if (topic === undefined) return missingOption(process, "topic");
    return flags.has("create") ? create(process, call, topic) : remove(process, call, topic);
  }
  const reply = exchange(process, call, { method: "topics" }, "listTopics");
  if (isStep(reply)) return reply;
  const all = (reply["topics"] ?? {}) as unknown as Record<string, Topic>;
  const names = Object.keys(all).sort();
  if (flags.has("list")) printLines(process, 1, names);
  else if (flags.has("describe")) {
    const chosen = topic === undefined ? names : names.filter((name) => topic.split(",").includes(name));
    if (chosen.length === 0 && topic !== undefined) {
      return failed(process, `Topic '${topic}' does not exist as expected`, "UnknownTopicOrPartitionException");
    }
    for (const name of chosen) printLines(process, 1, description(name, all[name]!));
  } else {
    const actions = "--list, --describe, --create, --alter or --delete";
    printLines(process, 2, [`Command must include exactly one action: ${actions}`]);
    return { type: "exit", status: 1 };
  }
  return DONE;
}

function description(name: string, { id, replication, partitions }: Topic): string[] {
  const counts = `PartitionCount: ${partitions.length}\tReplicationFactor: ${replication}`;
  const head = `Topic: ${name}\tTopicId: ${id}\t${counts}\tConfigs: segment.bytes=1073741824`;
  const rows = partitions.map(
    (_records, i) => `\tTopic: ${name}\tPartition: ${i}\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr: `,
  );
  return [head, ...rows];
}

function create(process: ProcessView, call: Call, topic: string): Step {
  const { values, flags } = call;
  const counts = {
    partitions: values.get("partitions") ?? null,
    replication: values.get("replication-factor") ?? null,
  };
  const reply = exchange(process, call, { method: "create", topic, ...counts }, "createTopics");
  if (isStep(reply)) return reply;
  if (reply["error"] === "exists") {
    if (flags.has("if-not-exists")) return DONE;
    return failed(process, `Topic '${topic}' already exists.`, "TopicExistsException");
  }
  if (reply["error"] === "replication") {
    const why = `Unable to replicate the partition ${String(reply["copies"])} time(s): The target replication factor of`;
    const message = `${why} ${String(reply["copies"])} cannot be reached because only 1 broker(s) are registered.`;
    return failed(process, message, "InvalidReplicationFactorException");
  }
  if (reply["error"] !== undefined) {
    return failed(
      process,
      "Number of partitions was set to an invalid non-positive value.",
      "InvalidPartitionsException",
    );
  }
  if (/[._]/.test(topic)) {
    const why = "Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide.";
    printLines(process, 1, [`WARNING: ${why} To avoid issues it is best to use either, but not both.`]);
  }
  printLines(process, 1, [`Created topic ${topic}.`]);
  return DONE;
}

function remove(process: ProcessView, call: Call, topic: string): Step {
  const reply = exchange(process, call, { method: "delete", topic }, "deleteTopics");
  if (isStep(reply)) return reply;
  if (reply["error"] === undefined || call.flags.has("if-exists")) return DONE;
  return failed(process, `Topic '${topic}' does not exist as expected`, "UnknownTopicOrPartitionException");
}

/** Sends each line of its input as a record. */
function producer(process: ProcessView): Step {
  const call = callOf(process);
  const topic = call.values.get("topic");
  if (topic === undefined) return missingOption(process, "topic");
  const { state } = process;
  for (;;) {
    if (isJsonObject(state["record"])) {
      const reply = exchange(process, call, { method: "produce", topic, records: [state["record"]] }, "produce");
      if (isStep(reply)) return reply;
      delete state["record"];
    }
    if (state["isPrompted"] !== true) process.write(1, ">");
    state["isPrompted"] = true;
    const line = process.read(0, { upTo: "\n" });
    if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    if (line === "") return DONE;
    state["isPrompted"] = false;
    const record = recordOf(line.replace(/\n$/, ""), call);
    if (typeof record === "string") {
      printLines(process, 2, [`org.apache.kafka.common.KafkaException: ${record}`]);
      return { type: "exit", status: 1 };
    }
    state["record"] = { ...record };
  }
}

function recordOf(line: string, { properties }: Call): KafkaRecord | string {
  if (properties.get("parse.key") !== "true") return { key: null, value: line };
  const separator = properties.get("key.separator") ?? "\t";
  const at = line.indexOf(separator);
  if (at < 0) return "No key separator found on line number 1";
  return { key: line.slice(0, at), value: line.slice(at + separator.length) };
}

/** Prints records until it has enough of them, its time is over, or a signal ends it. */
function consumer(process: ProcessView): Step {
  const call = callOf(process);
  const { values, flags, properties } = call;
  const topic = values.get("topic");
  if (topic === undefined) return missingOption(process, "topic");
  const { state } = process;
  state["seen"] ??= 0;
  state["heardAtMs"] ??= process.nowMs;
  const nextMs = Number(state["nextMs"] ?? 0);
  if (process.nowMs < nextMs) return { type: "wait", for: [{ type: "time", atMs: nextMs }] };
  const most = Number(values.get("max-messages") ?? Number.POSITIVE_INFINITY);
  const left = Math.min(500, most - Number(state["seen"]));
  const offsets = state["offsets"] ?? (flags.has("from-beginning") ? [] : null);
  const group = values.get("group") ?? null;
  const reply = exchange(process, call, { method: "fetch", topic, group, offsets, most: left }, "fetch");
  if (isStep(reply)) return reply;
  const records = (reply["records"] ?? []) as unknown as (KafkaRecord & { partition: number })[];
  if (reply["offsets"] !== undefined) state["offsets"] = reply["offsets"];
  const showsKey = properties.get("print.key") === "true";
  const shown = records.map(({ key, value }) =>
    showsKey ? `${key}${properties.get("key.separator") ?? "\t"}${value}` : value,
  );
  if (shown.length > 0) {
    printLines(process, 1, shown);
    state["heardAtMs"] = process.nowMs;
  }
  state["seen"] = Number(state["seen"]) + shown.length;
  const waitsMs = Number(values.get("timeout-ms") ?? Number.POSITIVE_INFINITY);
  const isLate = process.nowMs - Number(state["heardAtMs"]) >= waitsMs;
  if (Number(state["seen"]) >= most || isLate) {
    printLines(process, 2, [`Processed a total of ${String(state["seen"])} messages`]);
    return DONE;
  }
  const atMs = process.nowMs + (shown.length > 0 ? 1 : POLL_MS);
  state["nextMs"] = atMs;
  return { type: "wait", for: [{ type: "time", atMs }] };
}

function groups(process: ProcessView): Step {
  const call = callOf(process);
  const reply = exchange(process, call, { method: "groups" }, "listGroups");
  if (isStep(reply)) return reply;
  const log = reply as unknown as Log;
  const { values, flags } = call;
  if (flags.has("list")) {
    printLines(process, 1, Object.keys(log.groups).sort());
    return DONE;
  }
  const name = values.get("group") ?? "";
  const offsets = log.groups[name];
  if (!offsets) {
    printLines(process, 2, [`Error: Consumer group '${name}' does not exist.`]);
    return { type: "exit", status: 1 };
  }
  const rows = Object.entries(offsets).flatMap(([topic, nexts]) =>
    nexts.map((next, i) => {
      const end = log.topics[topic]?.partitions[i]?.length ?? 0;
      return [name, topic, String(i), String(next), String(end), String(end - next), "-", "-", "-"];
    }),
  );
  const names = [
    "GROUP",
    "TOPIC",
    "PARTITION",
    "CURRENT-OFFSET",
    "LOG-END-OFFSET",
    "LAG",
    "CONSUMER-ID",
    "HOST",
    "CLIENT-ID",
  ];
  const lines = [names, ...rows].map((row) => row.map((cell) => cell.padEnd(15)).join(" "));
  printLines(process, 1, ["", `Consumer group '${name}' has no active members.`, "", ...lines]);
  return DONE;
}

const TOOLS: Readonly<Record<string, (process: ProcessView) => Step>> = {
  "kafka-topics": topics,
  "kafka-console-producer": producer,
  "kafka-console-consumer": consumer,
  "kafka-consumer-groups": groups,
};

export const kafkaTool: Program = {
  run(process) {
    const tool = TOOLS[baseName(process).replace(/\.sh$/, "")];
    if (tool && !process.argv.includes("--version")) return tool(process);
    printLines(process, 1, ["4.1.1"]);
    return DONE;
  },
};

export const KAFKA_TOOLS = Object.keys(TOOLS);
