/** amqp-tools: amqp-declare-queue, amqp-publish, amqp-consume, amqp-get and amqp-delete-queue. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { isNameFailure } from "../../../shell/network-failure.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { Answer } from "../../../shell/question.ts";
import { baseName } from "../database-names.ts";
import { decode } from "../http.ts";
import { printLines } from "../log.ts";

const AMQP_PORT = 5672;
/** Pause between two looks at an empty queue, and between two signs of life while a command runs. */
const POLL_MS = 1000;
const HEARTBEAT_MS = 25_000;

interface Call {
  url: { host: string; port: number; user: string; password: string };
  values: Map<string, string>;
  flags: Set<string>;
  words: string[];
}

const VALUED: Readonly<Record<string, string>> = {
  u: "url",
  s: "server",
  q: "queue",
  r: "routing-key",
  e: "exchange",
  b: "body",
  c: "count",
  C: "content-type",
  p: "prefetch-count",
};
const FLAGS: Readonly<Record<string, string>> = { d: "durable", p: "persistent", A: "no-ack", l: "line-buffered" };
const LONG_VALUED = new Set([...Object.values(VALUED), "port", "username", "password", "vhost", "heartbeat"]);

/** `-p` is a flag of amqp-publish and has a value in amqp-consume. */
function callOf(process: ProcessView): Call {
  const { argv, env } = process;
  const isConsumer = baseName(process) === "amqp-consume";
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const words: string[] = [];
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    const [, long, text] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    const letter = /^-(\w)/.exec(arg)?.[1] ?? "";
    const name = letter === "p" && !isConsumer ? undefined : VALUED[letter];
    if (words.length > 0 || !arg.startsWith("-")) words.push(arg);
    else if (long !== undefined && LONG_VALUED.has(long)) values.set(long, text ?? argv[++i] ?? "");
    else if (long !== undefined) flags.add(long);
    else if (name !== undefined) values.set(name, arg.length > 2 ? arg.slice(2) : (argv[++i] ?? ""));
    else for (const each of arg.slice(1)) flags.add(FLAGS[each] ?? each);
  }
  const [, user = "guest", password = "guest", host = "localhost", port] =
    /^amqp:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/]*)(?::(\d+))?/.exec(values.get("url") ?? env["AMQP_URL"] ?? "") ?? [];
  const url = {
    host: values.get("server")?.replace(/:\d+$/, "") ?? host,
    port: Number(values.get("port") ?? port ?? AMQP_PORT),
    user: decode(values.get("username") ?? user),
    password: decode(values.get("password") ?? password),
  };
  return { url, values, flags, words };
}

function ask(
  process: ProcessView,
  { url: { host, port, user, password } }: Call,
  body: JsonObject,
): Answer | undefined {
  return process.ask({
    type: "message",
    host,
    port,
    protocol: "amqp",
    body: { ...body, user, password },
    timeoutMs: 10_000,
  });
}

/** The body, or the words of a failure. */
function replyOf(answer: Answer): { body: JsonObject } | { failure: string } {
  if (answer.type === "message" && isJsonObject(answer.body)) {
    const { error } = answer.body;
    if (!isJsonObject(error)) return { body: answer.body };
    const kind = error["code"] === 403 ? "logging in to AMQP server" : String(error["action"]);
    return {
      failure: `${kind}: server ${error["code"] === 404 || error["code"] === 406 ? "channel" : "connection"} error ${String(error["code"])}, message: ${String(error["text"])}`,
    };
  }
  const why = answer.type === "failed" ? answer.why : "reset";
  const reason = isNameFailure(why)
    ? "could not resolve hostname"
    : why === "timeout"
      ? "request timed out"
      : "a socket error occurred";
  return { failure: `opening socket to broker: ${reason}` };
}

/** A tool that asks once. */
function once(
  bodyOf: (call: Call) => JsonObject | string,
  done: (process: ProcessView, body: JsonObject) => number,
): Program {
  return {
    run(process) {
      const call = callOf(process);
      const body = bodyOf(call);
      if (typeof body === "string") return failed(process, body);
      const answer = ask(process, call, body);
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      const reply = replyOf(answer);
      return "failure" in reply ? failed(process, reply.failure) : { type: "exit", status: done(process, reply.body) };
    },
  };
}

function failed(process: ProcessView, message: string): Step {
  printLines(process, 2, [message]);
  return { type: "exit", status: 1 };
}

const amqpDeclareQueue = once(
  ({ values, flags }) => ({
    action: "declareQueue",
    queue: values.get("queue") ?? "",
    isDurable: flags.has("durable"),
  }),
  (process, body) => {
    printLines(process, 1, [String(body["name"])]);
    return 0;
  },
);

const amqpDeleteQueue = once(
  ({ values }) => {
    const queue = values.get("queue");
    return queue === undefined ? "queue name not specified" : { action: "deleteQueue", queue };
  },
  (process, body) => {
    printLines(process, 1, [String(body["count"])]);
    return 0;
  },
);

/** 2: the queue is empty. */
const amqpGet = once(
  ({ values }) => {
    const queue = values.get("queue");
    return queue === undefined ? "queue not specified" : { action: "get", queue };
  },
  (process, body) => {
    if (typeof body["body"] !== "string") return 2;
    process.write(1, body["body"]);
    return 0;
  },
);

const amqpPublish: Program = {
  run(process) {
    const call = callOf(process);
    const { values, flags } = call;
    if (!values.has("routing-key") && !values.has("exchange"))
      return failed(process, "neither exchange nor routing key specified");
    let content = values.get("body");
    if (content === undefined) {
      for (let piece = process.read(0); piece !== ""; piece = process.read(0)) {
        if (piece === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
        process.state["input"] = String(process.state["input"] ?? "") + piece;
      }
      content = String(process.state["input"] ?? "");
    }
    const answer = ask(process, call, {
      action: "publish",
      exchange: values.get("exchange") ?? "",
      routingKey: values.get("routing-key") ?? "",
      isPersistent: flags.has("persistent"),
      body: content,
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    const reply = replyOf(answer);
    return "failure" in reply ? failed(process, reply.failure) : { type: "exit", status: 0 };
  },
};

interface Consumer {
  id: string;
  received: number;
  /** The message that the command works on. */
  message?: number;
  child?: number;
  /** The answer to the last command, to be sent. */
  result?: "ack" | "reject";
  nextAtMs: number;
  isDeclared?: boolean;
}

/** Runs a command for each message, with the body as its input. It acknowledges what the command did with status 0. */
const amqpConsume: Program = {
  run(process) {
    const call = callOf(process);
    const { values, words } = call;
    if (!values.has("queue") && !values.has("exchange")) return failed(process, "queue name not specified");
    if (words.length === 0) return failed(process, "consuming command not specified");
    process.state["consumer"] ??= { id: String(process.random()), received: 0, nextAtMs: 0 };
    const consumer = process.state["consumer"] as unknown as Consumer;
    for (;;) {
      const step = consumer.child === undefined ? receive(process, call, consumer) : work(process, call, consumer);
      if (step) return step;
    }
  },
};

function receive(process: ProcessView, call: Call, consumer: Consumer): Step | undefined {
  const queue = call.values.get("queue") ?? "";
  const count = Number(call.values.get("count") ?? Number.POSITIVE_INFINITY);
  if (consumer.result !== undefined) {
    const body = { action: "acknowledge", queue, id: consumer.message ?? 0, isRejected: consumer.result === "reject" };
    if (!ask(process, call, body)) return { type: "wait", for: [{ type: "answer" }] };
    delete consumer.result;
    delete consumer.message;
  }
  if (consumer.received >= count) return { type: "exit", status: 0 };
  if (process.nowMs < consumer.nextAtMs) return { type: "wait", for: [{ type: "time", atMs: consumer.nextAtMs }] };
  const answer = ask(process, call, { action: "take", queue, consumer: consumer.id });
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  const reply = replyOf(answer);
  if ("failure" in reply) return failed(process, reply.failure);
  const { id, body } = reply.body;
  if (typeof id !== "number" || typeof body !== "string") {
    consumer.nextAtMs = process.nowMs + POLL_MS;
    return undefined;
  }
  consumer.received++;
  consumer.message = id;
  const [reader, writer] = process.pipe();
  process.write(writer, body);
  process.close(writer);
  consumer.child = process.spawn({ argv: call.words, fds: { 0: reader, 1: 1, 2: 2 } });
  process.close(reader);
  consumer.nextAtMs = process.nowMs + HEARTBEAT_MS;
  return undefined;
}

/** Waits for the command, and tells the broker that the consumer is alive. */
function work(process: ProcessView, call: Call, consumer: Consumer): Step | undefined {
  const { child = 0 } = consumer;
  const status = process.takeExit(child);
  if (status !== undefined) {
    delete consumer.child;
    consumer.result = status === 0 ? "ack" : "reject";
    consumer.nextAtMs = 0;
    return undefined;
  }
  if (process.nowMs >= consumer.nextAtMs) {
    if (!ask(process, call, { action: "heartbeat", consumer: consumer.id }))
      return { type: "wait", for: [{ type: "answer" }] };
    consumer.nextAtMs = process.nowMs + HEARTBEAT_MS;
  }
  return {
    type: "wait",
    for: [
      { type: "child", pid: child },
      { type: "time", atMs: consumer.nextAtMs },
    ],
  };
}

export const AMQP_TOOLS: Readonly<Record<string, Program>> = {
  "amqp-declare-queue": amqpDeclareQueue,
  "amqp-delete-queue": amqpDeleteQueue,
  "amqp-get": amqpGet,
  "amqp-publish": amqpPublish,
  "amqp-consume": amqpConsume,
};
