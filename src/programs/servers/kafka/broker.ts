/** A Kafka broker: topics with partitions, records, and offsets of groups, in one file of its log folder. */
import { FileError } from "../../../files/errors.ts";
import { MAX_BROKER_BYTES, MAX_BROKER_MESSAGES } from "../../../lib/container-limits.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { plainTime } from "../log.ts";
import { type MessageRequest, server } from "../server.ts";
import { listenersOf, nodesOf, settingOf } from "./settings.ts";

export interface KafkaRecord {
  key: string | null;
  value: string;
}

export interface Topic {
  id: string;
  replication: number;
  /** Records of each partition; their place is their offset. */
  partitions: KafkaRecord[][];
}

export interface Log {
  topics: Record<string, Topic>;
  /** Next offset by group, topic and partition. */
  groups: Record<string, Record<string, number[]>>;
}

function pathOf(process: ProcessView): string {
  const folder = settingOf(process, "log.dirs") ?? settingOf(process, "log.dir") ?? "/tmp/kraft-combined-logs";
  return `${folder.split(",")[0]}/sandbar-log.json`;
}

function open(process: ProcessView): void {
  const path = pathOf(process);
  const content = process.files.find(path)?.type === "file" ? process.files.read(path) : "";
  process.state["log"] = content === "" ? { topics: {}, groups: {} } : (JSON.parse(content) as JsonObject);
}

function save(process: ProcessView, log: Log): void {
  process.state["log"] = log as unknown as JsonObject;
  const path = pathOf(process);
  const folder = path.slice(0, path.lastIndexOf("/"));
  try {
    if (!process.files.find(folder)) process.files.makeDirectory(folder, 0o755);
    process.files.write(path, JSON.stringify(log));
  } catch (error) {
    // Without a folder that can be written, the records live as long as the broker.
    if (!(error instanceof FileError)) throw error;
  }
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function newTopic(process: ProcessView, partitions: number, replication: number): Topic {
  const id = Array.from({ length: 22 }, () => LETTERS[process.random() % 64]).join("");
  return { id, replication, partitions: Array.from({ length: partitions }, () => []) };
}

type Method = (process: ProcessView, log: Log, body: JsonObject) => JsonObject;

const METHODS: Readonly<Record<string, Method>> = {
  topics: (_process, log) => ({ topics: log.topics as unknown as JsonObject }),

  create: (process, log, { topic, partitions, replication }) => {
    const name = String(topic);
    const [count, copies] = [Number(partitions ?? 1), Number(replication ?? 1)];
    if (Object.hasOwn(log.topics, name)) return { error: "exists" };
    if (copies > Math.max(1, nodesOf(process).length)) return { error: "replication", copies };
    if (!(count > 0)) return { error: "partitions" };
    log.topics[name] = newTopic(process, Math.min(count, 1000), copies);
    save(process, log);
    return {};
  },

  delete: (process, log, { topic }) => {
    if (!Object.hasOwn(log.topics, String(topic))) return { error: "unknown" };
    delete log.topics[String(topic)];
    for (const offsets of Object.values(log.groups)) delete offsets[String(topic)];
    save(process, log);
    return {};
  },

  produce: (process, log, { topic, records }) => {
    const name = String(topic);
    const isNew = !Object.hasOwn(log.topics, name);
    const target = log.topics[name] ?? newTopic(process, 1, 1);
    log.topics[name] = target;
    for (const record of (records ?? []) as unknown as KafkaRecord[]) append(target, record);
    const all = Object.values(log.topics).flatMap(({ partitions }) => partitions.flat());
    const bytes = all.reduce((sum, { value }) => sum + value.length, 0);
    if (all.length > MAX_BROKER_MESSAGES || bytes > MAX_BROKER_BYTES) return { error: "full" };
    save(process, log);
    return { isNew };
  },

  /** Records from the offsets on, and with a group from its offsets, which then move. */
  fetch: (process, log, { topic, offsets, group, most }) => {
    const target = log.topics[String(topic)];
    if (!target) return { error: "unknown" };
    const ends = target.partitions.map((records) => records.length);
    const known = typeof group === "string" ? log.groups[group]?.[String(topic)] : undefined;
    const from = known ?? ((Array.isArray(offsets) ? offsets : ends) as number[]);
    const next = [...ends.map((_end, i) => from[i] ?? 0)];
    const found: JsonObject[] = [];
    for (const [partition, records] of target.partitions.entries()) {
      while (found.length < Number(most ?? 500) && next[partition]! < records.length) {
        const offset = next[partition]!;
        next[partition] = offset + 1;
        found.push({ ...records[offset], partition, offset });
      }
    }
    if (typeof group === "string") {
      log.groups[group] = { ...log.groups[group], [String(topic)]: next };
      save(process, log);
    }
    return { records: found, offsets: next };
  },

  groups: (_process, log) => ({
    groups: log.groups as unknown as JsonObject,
    topics: log.topics as unknown as JsonObject,
  }),
};

/** Records with a key stay together; the others take turns. */
function append({ partitions }: Topic, record: KafkaRecord): void {
  const total = partitions.reduce((sum, records) => sum + records.length, 0);
  let hash = 0;
  for (const character of record.key ?? "") hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  partitions[(record.key === null ? total : hash) % partitions.length]!.push(record);
}

function answer(process: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  const method = isJsonObject(body) ? METHODS[String(body["method"])] : undefined;
  if (protocol !== "kafka" || !isJsonObject(body) || !method) return { type: "failed", why: "reset", afterMs: 0 };
  const [first = "localhost"] = nodesOf(process);
  if (!/^(localhost|127\..*)$/.test(first) && first.split(".")[0] !== process.host.hostname)
    return passOn(process, first, body);
  const log = JSON.parse(JSON.stringify(process.state["log"])) as Log;
  return { type: "message", body: method(process, log, body), afterMs: 5 };
}

/** The first node of a cluster holds all topics; the others ask it. */
function passOn(process: ProcessView, host: string, body: JsonObject): ServedAnswer {
  const answered = process.ask({ type: "message", host, port: 9092, protocol: "kafka", body, timeoutMs: 10_000 });
  if (answered?.type !== "message") return { type: "failed", why: "reset", afterMs: 1 };
  return { type: "message", body: answered.body, afterMs: 5 };
}

export const kafka = server({
  ports: listenersOf,
  logFd: 1,
  startMs: 6000,
  begin: open,
  message: answer,
  stop: { status: 143, ms: 1500 },
  memoryBytes: () => 700 * 1024 * 1024,
  ready: (process) => {
    const time = plainTime(process.nowMs).replace(".", ",");
    const line = (text: string) => `[${time}] INFO ${text}`;
    return [
      line("Kafka version: 4.1.1 (org.apache.kafka.common.utils.AppInfoParser)"),
      line("[KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)"),
    ];
  },
});
