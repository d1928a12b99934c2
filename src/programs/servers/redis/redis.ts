/** redis-server: options, commands, expiry, snapshots and the append-only file in its folder, replicas. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, SignalName } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { printLines, timeParts } from "../log.ts";
import { exitAfterAnswer, type MessageRequest, server } from "../server.ts";
import { HASH_COMMANDS, LIST_COMMANDS, SET_COMMANDS, SORTED_SET_COMMANDS } from "./collections.ts";
import { info } from "./info.ts";
import { MEMORY_OPTIONS, memoryOf, optionsOf } from "./options.ts";
import { parseCommands, toResp } from "./resp.ts";
import { type Keyspace, matchesGlob, OK, RedisError, type Reply, Store } from "./store.ts";
import { type Command, STRING_COMMANDS } from "./strings.ts";

const DEFAULT_PORT = 6379;
const DATABASES = 16;

function optionsIn(process: ProcessView): Record<string, string> {
  return process.state["options"] as Record<string, string>;
}

/** `1:M 01 May 2026 10:00:00.000 * Ready to accept connections tcp` */
function line(process: ProcessView, message: string, level = "*"): string {
  const { day, monthName, year, clock, millis } = timeParts(process.nowMs);
  const role = process.state["primary"] === undefined ? "M" : "S";
  return `${process.pid}:${role} ${day} ${monthName} ${year} ${clock}.${millis} ${level} ${message}`;
}

export const redis = server({
  ports: (process) => [Number(optionsIn(process)["port"])].filter((port) => port > 0),
  logFd: 1,
  refuse: (process) => {
    if (process.argv.includes("--version") || process.argv.includes("-v")) {
      return {
        lines: [
          `Redis server v=${versionOf(process)} sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=d0a4a7a7e0c7ac37`,
        ],
        status: 0,
      };
    }
    try {
      process.state["options"] = optionsOf(process);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return { lines: [`Fatal error, can't open config file '${process.argv[1]}': ${error.message}`], status: 1 };
    }
    const primary = /^(\S+) (\d+)$/.exec(optionsIn(process)["replicaof"] ?? optionsIn(process)["slaveof"] ?? "");
    if (primary) process.state["primary"] = { host: primary[1] ?? "", port: Number(primary[2]) };
    return undefined;
  },
  banner: (process) => [
    line(process, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"),
    line(
      process,
      `Redis version=${versionOf(process)}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started`,
    ),
    process.argv.length > 1
      ? line(process, "Configuration loaded")
      : line(
          process,
          "Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf",
          "#",
        ),
    line(process, "monotonic clock: POSIX clock_gettime"),
    line(process, "Running mode=standalone, port=6379."),
  ],
  begin: load,
  ready: (process) => [line(process, "Server initialized"), line(process, "Ready to accept connections tcp")],
  inUse: (port) =>
    `# Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use\n# Failed listening on port ${port} (tcp), aborting.`,
  stopping: (process, signal) => stopLines(process, signal),
  stop: { ms: 20 },
  tick: snapshotIfDue,
  message: answer,
  raw: (process, { data = "" }) => {
    const replies = parseCommands(data).map((args) => toResp(execute(process, args, 0)));
    return { type: "connected", data: replies.join(""), afterMs: 1 };
  },
  memoryBytes: (process) => 8_000_000 + JSON.stringify(process.state["databases"] ?? {}).length * 2,
});

function versionOf({ env }: ProcessView): string {
  return env["REDIS_VERSION"] ?? "8.4.0";
}

function stopLines(process: ProcessView, signal: SignalName): string[] {
  const lines = [
    line(process, `Received ${signal === "INT" ? "SIGINT" : "SIGTERM"} scheduling shutdown...`).replace(
      ":M",
      ":signal-handler",
    ),
    line(process, "User requested shutdown..."),
  ];
  if (optionsIn(process)["save"] !== "") {
    lines.push(line(process, "Saving the final RDB snapshot before exiting."));
    lines.push(
      save(process)
        ? line(process, "DB saved on disk")
        : line(process, "Error trying to save the DB, can't exit.", "#"),
    );
  }
  return [...lines, line(process, "Redis is now ready to exit, bye bye...", "#")];
}

function databases(process: ProcessView): Record<string, Keyspace> {
  process.state["databases"] ??= {};
  return process.state["databases"] as unknown as Record<string, Keyspace>;
}

function snapshotPath(process: ProcessView): string {
  const { dir, dbfilename } = optionsIn(process);
  return `${(dir ?? "/data").replace(/\/$/, "")}/${dbfilename}`;
}

function appendPath(process: ProcessView): string {
  return `${(optionsIn(process)["dir"] ?? "/data").replace(/\/$/, "")}/appendonlydir/appendonly.aof.1.incr.aof`;
}

/** A snapshot begins as Redis' files do; the rest is JSON. */
const MAGIC = "REDIS0012";

function save(process: ProcessView): boolean {
  try {
    process.files.write(snapshotPath(process), MAGIC + JSON.stringify(databases(process)), 0o644);
    process.state["dirty"] = 0;
    process.state["savedAtMs"] = process.nowMs;
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** Reads the append-only file if it is on, and the snapshot otherwise. */
function load(process: ProcessView): void {
  const { state, files } = process;
  state["savedAtMs"] = state["startedAtMs"] = process.nowMs;
  const isAppending = optionsIn(process)["appendonly"] === "yes";
  try {
    if (isAppending) {
      if (!files.find(appendPath(process))) {
        const folder = appendPath(process).replace(/\/[^/]*$/, "");
        if (!files.find(folder)) files.makeDirectory(folder);
        files.write(appendPath(process), "");
        return;
      }
      for (const args of parseCommands(files.read(appendPath(process)))) run(process, args, 0);
      printLines(process, 1, [line(process, "DB loaded from append only file: 0.000 seconds")]);
      return;
    }
    if (!files.find(snapshotPath(process))) return;
    const content = files.read(snapshotPath(process));
    if (!content.startsWith(MAGIC)) return;
    state["databases"] = JSON.parse(content.slice(MAGIC.length));
    const keys = Object.keys(databases(process)["0"] ?? {}).length;
    printLines(process, 1, [
      line(process, "Loading RDB produced by version 8.4.0"),
      line(process, `Done loading RDB, keys loaded: ${keys}, keys expired: 0.`),
    ]);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 1, [line(process, `Can't open the append-only file: ${error.message}`, "#")]);
  }
}

/** Saves when enough has changed for long enough. Returns when to look again. */
function snapshotIfDue(process: ProcessView): number | undefined {
  const { state, nowMs } = process;
  const dirty = Number(state["dirty"] ?? 0);
  if (dirty === 0 || optionsIn(process)["save"] === "") return undefined;
  const points = [...(optionsIn(process)["save"] ?? "").matchAll(/(\d+) (\d+)/g)].map(([, seconds, changes]) => ({
    seconds: Number(seconds),
    changes: Number(changes),
  }));
  const due = points
    .filter(({ changes }) => dirty >= changes)
    .map(({ seconds }) => Number(state["savedAtMs"]) + seconds * 1000);
  if (due.length === 0) return undefined;
  const atMs = Math.min(...due);
  if (atMs > nowMs) return atMs;
  save(process);
  return undefined;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  ...STRING_COMMANDS,
  ...LIST_COMMANDS,
  ...HASH_COMMANDS,
  ...SET_COMMANDS,
  ...SORTED_SET_COMMANDS,
};

/** The body is `{ args, db, password? }`; the answer is `{ reply }`. */
function answer(process: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  if (protocol !== "redis" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const args = Array.isArray(body["args"]) ? body["args"].map(String) : [];
  const required = optionsIn(process)["requirepass"] ?? "";
  const isOpen = required === "" || body["password"] === required || /^(auth|hello|quit)$/i.test(args[0] ?? "");
  const reply = isOpen ? execute(process, args, Number(body["db"] ?? 0)) : { error: "NOAUTH Authentication required." };
  return { type: "message", body: { reply } as unknown as JsonValue, afterMs: 1 };
}

function execute(process: ProcessView, args: readonly string[], db: number): Reply {
  try {
    return run(process, args, db);
  } catch (error) {
    if (error instanceof RedisError) return { error: error.message };
    throw error;
  }
}

function run(process: ProcessView, [name = "", ...args]: readonly string[], db: number): Reply {
  const upper = name.toUpperCase();
  process.state["commands"] = Number(process.state["commands"] ?? 0) + 1;
  const own = administer(process, upper, args, db);
  if (own !== undefined) return own;
  const command = Object.hasOwn(COMMANDS, upper) ? COMMANDS[upper] : undefined;
  if (!command)
    throw new RedisError(
      `ERR unknown command '${name}', with args beginning with: ${args.map((arg) => `'${arg}' `).join("")}`,
    );
  if (args.length < command.args[0] || args.length > command.args[1])
    throw new RedisError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  const primary = process.state["primary"];
  if (isJsonObject(primary))
    return command.writes
      ? { error: "READONLY You can't write against a read only replica." }
      : askPrimary(process, primary, [name, ...args], db);
  const all = databases(process);
  all[db] ??= {};
  const store = new Store(all[db], process.nowMs);
  const reply = command.run(store, args, process);
  if (store.changes > 0) {
    process.state["dirty"] = Number(process.state["dirty"] ?? 0) + store.changes;
    if (process.state["phase"] === "up") appendCommand(process, [name, ...args]);
  }
  return reply;
}

/** A replica is as new as its primary. */
function askPrimary(process: ProcessView, primary: JsonObject, args: readonly string[], db: number): Reply {
  const { masterauth } = optionsIn(process);
  const body = { args: [...args], db, ...(masterauth !== undefined && { password: masterauth }) };
  const answered = process.ask({
    type: "message",
    host: String(primary["host"]),
    port: Number(primary["port"]),
    protocol: "redis",
    body,
    timeoutMs: 5000,
  });
  if (answered?.type !== "message" || !isJsonObject(answered.body))
    return { error: "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'." };
  return answered.body["reply"] as Reply;
}

function appendCommand(process: ProcessView, args: readonly string[]): void {
  if (optionsIn(process)["appendonly"] !== "yes") return;
  try {
    process.files.append(appendPath(process), toResp([...args]));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new RedisError(`MISCONF Errors writing to the AOF file: ${error.message}`);
  }
}

/** Commands on the server itself; undefined for all others. */
function administer(process: ProcessView, name: string, args: readonly string[], db: number): Reply | undefined {
  const options = optionsIn(process);
  switch (name) {
    case "PING":
      return args[0] ?? { status: "PONG" };
    case "ECHO":
      return args[0] ?? "";
    case "SELECT":
      return Number(args[0]) >= 0 && Number(args[0]) < DATABASES ? OK : { error: "ERR DB index is out of range" };
    case "AUTH":
      if ((options["requirepass"] ?? "") === "")
        return {
          error:
            "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
        };
      return args.at(-1) === options["requirepass"]
        ? OK
        : { error: "WRONGPASS invalid username-password pair or user is disabled." };
    case "QUIT":
    case "CLIENT":
    case "COMMAND":
    case "WAIT":
      return name === "COMMAND" ? [] : name === "WAIT" ? 0 : OK;
    case "FLUSHDB":
      databases(process)[db] = {};
      appendCommand(process, [name]);
      process.state["dirty"] = Number(process.state["dirty"] ?? 0) + 1;
      return OK;
    case "FLUSHALL":
      process.state["databases"] = {};
      appendCommand(process, [name]);
      process.state["dirty"] = Number(process.state["dirty"] ?? 0) + 1;
      return OK;
    case "CONFIG":
      return configure(process, args);
    case "INFO":
      return info(process, options, databases(process), args[0]?.toLowerCase());
    case "SAVE":
      return save(process) ? OK : { error: "ERR" };
    case "BGSAVE":
      save(process);
      return { status: "Background saving started" };
    case "LASTSAVE":
      return Math.floor(Number(process.state["savedAtMs"]) / 1000);
    case "TIME":
      return [String(Math.floor(process.nowMs / 1000)), String((process.nowMs % 1000) * 1000)];
    case "PUBLISH":
      return 0;
    case "ROLE":
      return isJsonObject(process.state["primary"])
        ? ["slave", String(process.state["primary"]["host"]), Number(process.state["primary"]["port"]), "connected", 0]
        : ["master", 0, []];
    case "REPLICAOF":
    case "SLAVEOF":
      if (args[0]?.toUpperCase() === "NO") delete process.state["primary"];
      else process.state["primary"] = { host: args[0] ?? "", port: Number(args[1] ?? DEFAULT_PORT) };
      return OK;
    case "SHUTDOWN":
      if (args[0]?.toUpperCase() !== "NOSAVE") save(process);
      exitAfterAnswer(process, 0);
      return OK;
    default:
      return undefined;
  }
}

function configure(process: ProcessView, [verb = "", name = "", value]: readonly string[]): Reply {
  const options = optionsIn(process);
  switch (verb.toUpperCase()) {
    case "GET":
      return Object.entries(options)
        .filter(([each]) => matchesGlob(name.toLowerCase(), each))
        .flat();
    case "SET":
      if (!Object.hasOwn(options, name))
        return { error: `ERR Unknown option or number of arguments for CONFIG SET - '${name}'` };
      options[name] = MEMORY_OPTIONS.has(name) ? memoryOf(value ?? "") : (value ?? "");
      return OK;
    case "RESETSTAT":
      return OK;
    case "REWRITE":
      return { error: "ERR The server is running without a config file" };
    default:
      return { error: `ERR unknown subcommand '${verb}'. Try CONFIG HELP.` };
  }
}
