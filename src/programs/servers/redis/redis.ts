/** redis-server: its life, and commands of its clients. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, SignalName } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { type MessageRequest, server } from "../server.ts";
import { administer, type Caller, isAdministration } from "./administration.ts";
import { findCommand } from "./commands/registry.ts";
import { withoutEnd } from "./commands/streams.ts";
import { reserveMemory } from "./memory.ts";
import { optionsOf } from "./options.ts";
import { load, recordChange, save, saveIfDue } from "./persistence.ts";
import { answerServer, contact, propagate, synchronize } from "./replication.ts";
import { parseCommands, toResp } from "./resp.ts";
import { answerSentinel, beginSentinel } from "./sentinel.ts";
import {
  control,
  isListening,
  monitor,
  type Session,
  sessionOf,
  subscribe,
  takeMessages,
  takeQueue,
  wakeWaiting,
} from "./sessions.ts";
import { databases, logLine, optionsIn, primaryOf, versionNumber, versionOf } from "./state.ts";
import { RedisError, type Reply, Store } from "./store.ts";

export const redis = server({
  ports: (process) => [Number(optionsIn(process)["port"])].filter((port) => port > 0),
  logFd: 1,
  refuse: prepare,
  banner: (process) => [
    logLine(process, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"),
    logLine(
      process,
      `Redis version=${versionOf(process)}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started`,
    ),
    process.argv.length > 1
      ? logLine(process, "Configuration loaded")
      : logLine(
          process,
          "Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf",
          "#",
        ),
    logLine(process, "monotonic clock: POSIX clock_gettime"),
    logLine(
      process,
      `Running mode=${process.state["isSentinel"] === true ? "sentinel" : "standalone"}, port=${optionsIn(process)["port"]}.`,
    ),
  ],
  begin: (process) => {
    if (process.state["isSentinel"] === true) beginSentinel(process);
    else load(process, (args) => run(process, args, { session: undefined, db: 0 }));
  },
  ready: (process) =>
    process.state["isSentinel"] === true
      ? []
      : [logLine(process, "Server initialized"), logLine(process, "Ready to accept connections tcp")],
  inUse: (port) =>
    `# Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use\n# Failed listening on port ${port} (tcp), aborting.`,
  stopping: (process, signal) => stopLines(process, signal),
  stop: { ms: 20 },
  tick: (process) => contact(process) ?? saveIfDue(process),
  message: answer,
  raw: (process, { data = "" }) => {
    const session: Session = { name: "", watched: {}, channels: [], patterns: [], inbox: [], seenAtMs: process.nowMs };
    const replies = parseCommands(data).map((args) => toResp(perform(process, args, { session, db: 0 })));
    return { type: "connected", data: replies.join(""), afterMs: 1 };
  },
  memoryBytes: (process) => 8_000_000 + JSON.stringify(process.state["databases"] ?? {}).length * 2,
});

/** Reads options; the process ends if they are wrong. */
function prepare(process: ProcessView): { lines: readonly string[]; status: number } | undefined {
  const { argv, state } = process;
  if (argv.includes("--version") || argv.includes("-v")) {
    const line = `Redis server v=${versionOf(process)} sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=d0a4a7a7e0c7ac37`;
    return { lines: [line], status: 0 };
  }
  if (argv.includes("--sentinel") || /sentinel$/.test(argv[0] ?? "")) state["isSentinel"] = true;
  try {
    state["options"] = optionsOf(process);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { lines: [`Fatal error, can't open config file '${argv[1]}': ${error.message}`], status: 1 };
  }
  const options = optionsIn(process);
  const primary = /^(\S+) (\d+)$/.exec(options["replicaof"] ?? options["slaveof"] ?? "");
  if (primary) state["primary"] = { host: primary[1] ?? "", port: Number(primary[2]) };
  return undefined;
}

function stopLines(process: ProcessView, signal: SignalName): string[] {
  const lines = [
    logLine(process, `Received ${signal === "INT" ? "SIGINT" : "SIGTERM"} scheduling shutdown...`).replace(
      /:[MSX] /,
      ":signal-handler ",
    ),
    logLine(process, "User requested shutdown..."),
  ];
  if (optionsIn(process)["save"] !== "" && process.state["isSentinel"] !== true) {
    lines.push(logLine(process, "Saving the final RDB snapshot before exiting."));
    lines.push(
      save(process)
        ? logLine(process, "DB saved on disk")
        : logLine(process, "Error trying to save the DB, can't exit.", "#"),
    );
  }
  return [...lines, logLine(process, "Redis is now ready to exit, bye bye...", "#")];
}

/**
 * The body is `{ args, db, password?, session?, pushPort? }`, `{ poll }` of a session for its messages, or `{ replication }`
 * of another server. The answer is `{ reply }`, with `isListening` if messages follow and `waits` if the command waits for
 * data, with the words that the client sends `again`. The server sends messages, and the news that there is data, to `pushPort` of the client.
 */
function answer(process: ProcessView, { protocol, body, from }: MessageRequest): ServedAnswer {
  if (protocol !== "redis" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const reply = replyTo(process, body, from);
  // A command that takes long holds up all others, and its own answer.
  const busyMs = Math.max(0, Number(process.state["busyUntilMs"] ?? 0) - process.nowMs);
  return { type: "message", body: reply, afterMs: 1 + busyMs };
}

function replyTo(process: ProcessView, body: Record<string, JsonValue | undefined>, from: string): JsonValue {
  const { poll, replication, session: id } = body;
  const args = Array.isArray(body["args"]) ? body["args"].map(String) : [];
  const required = optionsIn(process)["requirepass"] ?? "";
  const isOpen = required === "" || body["password"] === required || /^(auth|hello|quit)$/i.test(args[0] ?? "");
  if (!isOpen) return { reply: { error: "NOAUTH Authentication required." }, error: "NOAUTH Authentication required." };
  if (isJsonObject(replication))
    return answerServer(process, replication, (write, db) => void apply(process, write, db));
  if (typeof poll === "string") return { reply: takeMessages(sessionOf(process, poll)) } as unknown as JsonValue;
  const session = typeof id === "string" ? sessionOf(process, id) : undefined;
  if (session && typeof body["pushPort"] === "number") session.push = { host: from, port: body["pushPort"] };
  const db = Number(body["db"] ?? 0);
  const reply = perform(process, args, { session, db });
  monitor(process, args, db, from);
  const waits = reply === null && isBlocking(args) && !session?.queued;
  if (session && waits) session.waitsFor = args.slice(1);
  const again = waits && /^XREAD$/i.test(args[0] ?? "") ? withoutEnd(storeOf(process, db), args) : args;
  return {
    reply,
    ...(session && isListening(session) && { isListening: true }),
    ...(waits && { waits: true, again }),
  } as unknown as JsonValue;
}

/** Commands whose client waits until there is data. */
function isBlocking([name = "", ...args]: readonly string[]): boolean {
  if (/^(BLPOP|BRPOP|BLMOVE|BRPOPLPUSH)$/i.test(name)) return true;
  return /^XREAD(GROUP)?$/i.test(name) && args.some((arg) => /^BLOCK$/i.test(arg));
}

/** Runs a command of a connection. */
function perform(process: ProcessView, [name = "", ...args]: readonly string[], caller: Caller): Reply {
  const { session, db } = caller;
  const upper = name.toUpperCase();
  process.state["commands"] = Number(process.state["commands"] ?? 0) + 1;
  try {
    if (process.state["isSentinel"] === true) return answerSentinel(process, [name, ...args]);
    if (session) {
      const own = control(process, session, upper, args, db) ?? subscribe(session, upper, args);
      if (own !== undefined) return own;
      if (upper === "EXEC") return execute(process, session, caller);
      if (session.queued) return queue(session, [name, ...args]);
    }
    return run(process, [name, ...args], caller);
  } catch (error) {
    if (error instanceof RedisError) return { error: error.message };
    throw error;
  }
}

function queue(session: Session, command: string[]): Reply {
  const problem = problemOf(command);
  if (problem !== undefined) {
    session.isSpoiled = true;
    return { error: problem };
  }
  session.queued?.push(command);
  return { status: "QUEUED" };
}

function execute(process: ProcessView, session: Session, caller: Caller): Reply {
  const taken = takeQueue(process, session);
  return "reply" in taken ? taken.reply : taken.commands.map((args) => perform(process, args, caller));
}

/** The refusal of a command that does not exist or has a wrong number of arguments. */
function problemOf([name = "", ...args]: readonly string[]): string | undefined {
  const command = findCommand(name.toUpperCase());
  if (!command)
    return isAdministration(name)
      ? undefined
      : `ERR unknown command '${name}', with args beginning with: ${args.map((arg) => `'${arg}' `).join("")}`;
  return args.length < command.args[0] || args.length > command.args[1]
    ? `ERR wrong number of arguments for '${name.toLowerCase()}' command`
    : undefined;
}

function run(process: ProcessView, [name = "", ...args]: readonly string[], caller: Caller): Reply {
  const own = administer(process, name, args, caller);
  if (own !== undefined) return own;
  const problem = problemOf([name, ...args]);
  if (problem !== undefined) throw new RedisError(problem);
  const primary = primaryOf(process);
  const isWrite = findCommand(name.toUpperCase())?.writes === true;
  if (primary) {
    if (isWrite) return { error: "READONLY You can't write against a read only replica." };
    const isStale = !synchronize(process, primary);
    if (isStale && optionsIn(process)["replica-serve-stale-data"] === "no")
      return { error: "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'." };
  } else if (isWrite) reserveMemory(process);
  const { reply, changes } = apply(process, [name, ...args], caller.db);
  if (changes > 0) {
    recordChange(process, [name, ...args], changes);
    if (process.state["phase"] === "up") propagate(process, [name, ...args], caller.db);
    wakeWaiting(process, args);
  }
  return reply;
}

/** Runs a command on the data. */
function apply(
  process: ProcessView,
  [name = "", ...args]: readonly string[],
  db: number,
): { reply: Reply; changes: number } {
  const all = databases(process);
  if (/^FLUSHALL$/i.test(name)) process.state["databases"] = {};
  if (/^FLUSHDB$/i.test(name)) all[db] = {};
  const command = findCommand(name.toUpperCase());
  if (!command) return { reply: null, changes: 0 };
  const store = storeOf(process, db);
  const reply = command.run(store, args, process);
  return { reply, changes: store.changes };
}

function storeOf(process: ProcessView, db: number): Store {
  const all = databases(process);
  all[db] ??= {};
  return new Store(all[db], process.nowMs, versionNumber(process));
}
