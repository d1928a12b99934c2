/** mongosh and mongo: `--eval`, a script of the input, or a terminal. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { decode } from "../http.ts";
import { printLines } from "../log.ts";
import { type Chain, inspect, ScriptError, ScriptReader } from "./script.ts";

/** JSON. */
interface ShellState {
  host: string;
  port: number;
  user?: string;
  password?: string;
  database: string;
  isQuiet: boolean;
  /** Lines that are to run. */
  pending: string[];
  readsInput: boolean;
  asked?: { command: JsonObject; database: string; show: string };
  status: number;
  hasPrompted: boolean;
}

export const mongosh: Program = {
  run(process) {
    if (process.argv.includes("--version")) {
      printLines(process, 1, ["2.5.10"]);
      return { type: "exit", status: 0 };
    }
    process.state["shell"] ??= begin(process) as unknown as JsonObject;
    return advance(process, process.state["shell"] as unknown as ShellState);
  },
};

const VALUED = /^(--host|--port|--eval|-u|--username|-p|--password|--authenticationDatabase|-f|--file)$/;

function begin({ argv, isTerminal, files }: ProcessView): ShellState {
  const values: Record<string, string> = {};
  const words: string[] = [];
  for (let i = 1; i < argv.length; i++) {
    const [, name = "", value] = /^(--[\w-]+)=([\s\S]*)$/.exec(argv[i] ?? "") ?? [undefined, argv[i] ?? ""];
    if (VALUED.test(name))
      values[name.replace(/^-u$/, "--username").replace(/^-p$/, "--password")] = value ?? argv[++i] ?? "";
    else if (!name.startsWith("-")) words.push(name);
  }
  const target = words[0] ?? "";
  const uri = /^(?:mongodb:\/\/)?(?:([^:@/]+):([^@/]*)@)?([^:/?@]+)?(?::(\d+))?(?:\/([^?]*))?/.exec(target) ?? [];
  const isName = target !== "" && !/[:/.]/.test(target);
  const user = values["--username"] ?? (uri[1] && decode(uri[1]));
  const password = values["--password"] ?? (uri[2] && decode(uri[2]));
  const script = values["--eval"] ?? (values["--file"] === undefined ? undefined : files.read(values["--file"]));
  return {
    host: values["--host"] ?? (isName ? "127.0.0.1" : uri[3] || "127.0.0.1"),
    port: Number(values["--port"] ?? uri[4] ?? 27_017),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    database: (isName ? target : uri[5]) || "test",
    isQuiet: argv.includes("--quiet"),
    pending: script === undefined ? [] : [script],
    readsInput: script === undefined,
    asked: { command: { login: 1 }, database: "admin", show: "login" },
    status: 0,
    hasPrompted: !isTerminal(0),
  };
}

function advance(process: ProcessView, state: ShellState): Step {
  for (;;) {
    const { asked } = state;
    if (asked) {
      const { host, port, user, password } = state;
      const body = {
        command: asked.command,
        database: asked.database,
        ...(user !== undefined && { user, password: password ?? "" }),
      };
      const answer = process.ask({ type: "message", host, port, protocol: "mongo", body, timeoutMs: 30_000 });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      delete state.asked;
      if (answer.type !== "message" || !isJsonObject(answer.body)) {
        const why = answer.type === "failed" ? answer.why : "reset";
        const address = "address" in answer ? answer.address : host;
        const reason =
          why === "unknownName" || why === "noRecord"
            ? `getaddrinfo ENOTFOUND ${host}`
            : why === "timeout"
              ? "Server selection timed out after 30000 ms"
              : `connect ECONNREFUSED ${address}:${port}`;
        printLines(process, 2, [`${why === "timeout" ? "MongoServerSelectionError" : "MongoNetworkError"}: ${reason}`]);
        return { type: "exit", status: 1 };
      }
      const { error } = answer.body;
      if (typeof error === "string") {
        printLines(process, 2, [`MongoServerError: ${error}`]);
        if (!process.isTerminal(0) || asked.show === "login") return { type: "exit", status: 1 };
      } else if (asked.show !== "login") printLines(process, 1, shown(asked.show, answer.body));
      continue;
    }
    const step = next(process, state);
    if (step) return step;
  }
}

function next(process: ProcessView, state: ShellState): Step | undefined {
  const text = state.pending.shift();
  if (text !== undefined) {
    try {
      perform(process, state, text);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      printLines(process, 2, [error.message]);
      if (!process.isTerminal(0)) return { type: "exit", status: 1 };
    }
    return undefined;
  }
  if (!state.readsInput) return { type: "exit", status: state.status };
  if (!state.hasPrompted) process.write(1, `${state.database}> `);
  state.hasPrompted = true;
  const line = process.read(0, { upTo: "\n" });
  if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
  if (line === "" || /^\s*(exit|quit(\(\))?)\s*;?\s*$/.test(line)) return { type: "exit", status: 0 };
  state.hasPrompted = !process.isTerminal(0);
  state.pending.push(line);
  return undefined;
}

/** Performs the first statement; the others become pending. */
function perform(process: ProcessView, state: ShellState, text: string): void {
  const [, verb = "", what = "", rest = ""] = /^\s*(use|show)\s+(\w+)\s*;?\s*(?:\n|$)([\s\S]*)$/.exec(text) ?? [];
  if (rest.trim() !== "") state.pending.unshift(rest);
  if (verb === "use") {
    state.database = what;
    printLines(process, 1, [`switched to db ${what}`]);
    return;
  }
  if (verb === "show") {
    const isDatabases = /^(dbs|databases)$/.test(what);
    if (!isDatabases && what !== "collections" && what !== "tables")
      throw new ScriptError(`MongoshInvalidInputError: [COMMON-10001] '${what}' is not a valid argument for "show".`);
    const command: JsonObject = isDatabases ? { listDatabases: 1 } : { listCollections: 1 };
    state.asked = { command, database: state.database, show: isDatabases ? "databases" : "names" };
    return;
  }
  const reader = new ScriptReader(text);
  const chains: Chain[] = [];
  for (let chain = reader.statement(); chain; chain = reader.statement()) chains.push(chain);
  const [first] = chains;
  if (!first) return;
  if (chains.length > 1) state.pending.unshift(...chains.slice(1).map(chainText));
  const [root, ...steps] = first.steps;
  if (root?.name === "print" || root?.name === "printjson") {
    printLines(process, 1, [(root.args ?? []).map((arg) => (typeof arg === "string" ? arg : inspect(arg))).join(" ")]);
    return;
  }
  if (root?.name === "quit" || root?.name === "exit") {
    state.pending = [];
    state.readsInput = false;
    return;
  }
  if (root?.name !== "db") throw new ScriptError(`ReferenceError: ${root?.name} is not defined`);
  askOf(process, state, steps);
}

function chainText({ steps }: Chain): string {
  return steps
    .map(
      ({ name, args }, i) =>
        `${i > 0 ? (/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`) : name}${args ? `(${args.map(literal).join(", ")})` : ""}`,
    )
    .join("");
}

/** JSON that the reader reads back; ids stay objects. */
function literal(value: JsonValue): string {
  return JSON.stringify(value);
}

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

function askOf(process: ProcessView, state: ShellState, given: Chain["steps"]): void {
  let { database } = state;
  let steps = given;
  if (steps[0]?.name === "getSiblingDB") {
    database = String(steps[0].args?.[0]);
    steps = steps.slice(1);
  }
  const [first, second, ...rest] = steps;
  if (!first) {
    printLines(process, 1, [database]);
    return;
  }
  const [argument] = first.args ?? [];
  if (first.args && first.name !== "getCollection") {
    const own: Record<string, { command: JsonObject; show: string }> = {
      runCommand: { command: typeof argument === "string" ? { [argument]: 1 } : object(argument), show: "reply" },
      adminCommand: { command: typeof argument === "string" ? { [argument]: 1 } : object(argument), show: "reply" },
      hello: { command: { hello: 1 }, show: "reply" },
      isMaster: { command: { isMaster: 1 }, show: "reply" },
      serverStatus: { command: { serverStatus: 1 }, show: "reply" },
      version: { command: { buildInfo: 1 }, show: "version" },
      getCollectionNames: { command: { listCollections: 1 }, show: "list" },
      createCollection: { command: { create: String(argument) }, show: "reply" },
      dropDatabase: { command: { dropDatabase: 1 }, show: "reply" },
      createUser: {
        command: { createUser: String(object(argument)["user"]), pwd: object(argument)["pwd"] ?? "" },
        show: "reply",
      },
    };
    const known = Object.hasOwn(own, first.name) ? own[first.name] : undefined;
    if (first.name === "getName") printLines(process, 1, [database]);
    else if (known) {
      // `db.runCommand("ping").ok`, as probes ask.
      const isField = second !== undefined && second.args === undefined && rest.length === 0;
      state.asked = { ...known, ...(isField && { show: `field ${second.name}` }), database };
    } else throw new ScriptError(`TypeError: db.${first.name} is not a function`);
    return;
  }
  const collection = first.name === "getCollection" ? String(argument) : first.name;
  if (!second?.args)
    throw new ScriptError(
      `TypeError: db.${collection} needs a method: this simulation knows find, insertOne, updateOne, …`,
    );
  state.asked = { ...collectionCommand(collection, second.name, second.args, rest), database };
}

function collectionCommand(
  collection: string,
  method: string,
  args: readonly JsonValue[],
  rest: Chain["steps"],
): { command: JsonObject; show: string } {
  const [first, second, third] = args;
  const isMany = method.endsWith("Many");
  switch (method) {
    case "insertOne":
      return { command: { insert: collection, documents: [object(first)] }, show: "insertOne" };
    case "insertMany":
      return { command: { insert: collection, documents: Array.isArray(first) ? first : [] }, show: "insertMany" };
    case "find":
    case "findOne": {
      const command: JsonObject = { find: collection, filter: object(first), projection: object(second) };
      let show = method === "find" ? "documents" : "document";
      if (method === "findOne") command["limit"] = 1;
      for (const { name, args: [value = null] = [] } of rest) {
        if (name === "sort" || name === "limit" || name === "skip") command[name] = value;
        else if (name === "count" || name === "itcount") show = "size";
        else if (name !== "toArray" && name !== "pretty")
          throw new ScriptError(`TypeError: db.${collection}.find(...).${name} is not a function`);
      }
      return { command, show };
    }
    case "countDocuments":
    case "count":
    case "estimatedDocumentCount":
      return { command: { count: collection, filter: object(first) }, show: "n" };
    case "updateOne":
    case "updateMany":
    case "replaceOne":
      return {
        command: {
          update: collection,
          filter: object(first),
          ...updateFields(second, third, isMany, method === "replaceOne"),
        },
        show: "update",
      };
    case "deleteOne":
    case "deleteMany":
      return { command: { delete: collection, filter: object(first), multi: isMany }, show: "delete" };
    case "drop":
      return { command: { drop: collection }, show: "dropped" };
    default:
      throw new ScriptError(`TypeError: db.${collection}.${method} is not a function`);
  }
}

function updateFields(
  update: JsonValue | undefined,
  options: JsonValue | undefined,
  multi: boolean,
  replaces: boolean,
): JsonObject {
  return { change: object(update), multi, replaces, upsert: object(options)["upsert"] === true };
}

function shown(how: string, reply: JsonObject): string[] {
  const { ok: _ok, ...rest } = reply;
  const ids = Array.isArray(reply["ids"]) ? reply["ids"] : [];
  const documents = Array.isArray(reply["documents"]) ? reply["documents"] : [];
  const broken = (value: JsonObject) => [
    `{\n${Object.entries(value)
      .map(([name, each]) => `  ${name}: ${inspect(each ?? null, 2)}`)
      .join(",\n")}\n}`,
  ];
  if (how.startsWith("field ")) return [inspect(reply[how.slice(6)] ?? null)];
  switch (how) {
    case "insertOne":
      return broken({ acknowledged: true, insertedId: ids[0] ?? null });
    case "insertMany":
      return [
        `{\n  acknowledged: true,\n  insertedIds: {\n${ids.map((id, i) => `    '${i}': ${inspect(id)}`).join(",\n")}\n  }\n}`,
      ];
    case "documents":
      return documents.length === 0
        ? [""]
        : [`[\n${documents.map((each) => `  ${inspect(each ?? null, 2)}`).join(",\n")}\n]`];
    case "document":
      return [documents[0] === undefined ? "null" : inspect(documents[0])];
    case "size":
      return [String(documents.length)];
    case "n":
      return [String(reply["n"])];
    case "update": {
      const id = reply["upsertedId"] ?? null;
      return broken({
        acknowledged: true,
        insertedId: id,
        matchedCount: reply["matched"] ?? 0,
        modifiedCount: reply["modified"] ?? 0,
        upsertedCount: id === null ? 0 : 1,
      });
    }
    case "delete":
      return [`{ acknowledged: true, deletedCount: ${reply["n"]} }`];
    case "dropped":
      return [String(reply["dropped"])];
    case "version":
      return [String(reply["version"])];
    case "list":
      return [inspect(reply["names"] ?? [])];
    case "names":
      return Array.isArray(reply["names"]) ? reply["names"].map(String) : [];
    case "databases": {
      const known = Array.isArray(reply["databases"]) ? reply["databases"].filter(isJsonObject) : [];
      const width = Math.max(...known.map(({ name }) => String(name).length));
      return known.map(({ name }) => `${String(name).padEnd(width)}  40.00 KiB`);
    }
    default:
      return [inspect({ ok: 1, ...rest })];
  }
}
