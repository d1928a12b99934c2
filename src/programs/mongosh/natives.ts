/** Functions of the interpreter on which the shell's library is built. */
import { bytesOfText } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { toText } from "../javascript/conversions.ts";
import { errorOf, errorText } from "../javascript/errors.ts";
import { inspect } from "../javascript/inspect/inspect.ts";
import { define, natives } from "../javascript/intrinsics.ts";
import { closureOf, readText } from "../javascript/modules.ts";
import { Exit } from "../javascript/node/process.ts";
import { hidden, JsError, JsObject, Thrown, type Value } from "../javascript/objects.ts";
import { get } from "../javascript/properties.ts";
import type { Vm } from "../javascript/vm.ts";
import { toLegacyLine, toLegacyText } from "./legacy.ts";
import type { ShellOptions } from "./options.ts";
import { bsonText, fromJson, toJson } from "./values.ts";

/** How long it waits for a server, ms. */
const SERVER_TIMEOUT_MS = 30_000;
/** Levels of objects that are shown. */
const SHOWN_DEPTH = 6;

export const shellOptions = (vm: Vm): ShellOptions => JSON.parse(String(vm.facts.get("shell"))) as ShellOptions;

export const printShell = (vm: Vm, text: string): void => void vm.process.write(1, bytesOfText(`${text}\n`));

/** A value as the shell shows it. */
function shown(vm: Vm, value: Value): string {
  if (typeof value === "string") return value;
  if (shellOptions(vm).isLegacy) {
    const json = toJson(vm, value);
    return json === undefined ? String(value) : toLegacyText(json);
  }
  return inspect(vm, value, { depth: SHOWN_DEPTH, custom: (each) => bsonText(vm, each) });
}

/** Raises an error of the driver. */
function raise(vm: Vm, name: string, message: string, fields: Readonly<Record<string, Value>> = {}): never {
  const error = errorOf(vm, "Error", message, fields);
  error.properties.set("name", hidden(name));
  throw new Thrown(error);
}

function failure(vm: Vm, why: string, host: string, port: number, address: string): never {
  if (shellOptions(vm).isLegacy)
    raise(
      vm,
      "Error",
      `couldn't connect to server ${host}:${port}, connection attempt failed: SocketException: Error connecting to ${host}:${port} :: caused by :: ${LEGACY_REASONS[why] ?? "Connection refused"}`,
    );
  if (why === "unknownName" || why === "noRecord") raise(vm, "MongoNetworkError", `getaddrinfo ENOTFOUND ${host}`);
  if (why === "timeout")
    raise(vm, "MongoServerSelectionError", `Server selection timed out after ${SERVER_TIMEOUT_MS} ms`);
  raise(vm, "MongoNetworkError", `connect ECONNREFUSED ${address}:${port}`);
}

const LEGACY_REASONS: Readonly<Record<string, string>> = {
  unknownName: "Could not find address: SocketException: Host not found (authoritative)",
  noRecord: "Could not find address: SocketException: Host not found (authoritative)",
  timeout: "Operation timed out",
};

/** Sends a command to a server and waits for its reply. */
function ask(vm: Vm, [host, port, database, command, readsSecondary]: readonly Value[]): JsonObject {
  const { user, password, source } = shellOptions(vm);
  const target = { host: toText(vm, host), port: Number(port) };
  const body = {
    command: toJson(vm, command) ?? {},
    database: toText(vm, database),
    readsSecondary: readsSecondary === true,
    ...(user !== null && { user, password: password ?? "", source }),
  };
  const answer = vm.process.ask({ type: "message", ...target, protocol: "mongo", body, timeoutMs: SERVER_TIMEOUT_MS });
  if (!answer) vm.wait({ type: "answer" });
  if (answer.type === "message" && isJsonObject(answer.body)) return answer.body;
  const why = answer.type === "failed" ? answer.why : "reset";
  return failure(vm, why, target.host, target.port, ("address" in answer && answer.address) || target.host);
}

define("node:mongosh", "Object.prototype");
for (const name of ["Database", "Collection", "Cursor", "ReplicaSet", "Mongo"]) {
  define(`node:mongosh.${name}`, "Object.prototype");
}
natives("node:mongosh", {
  /** Host, port, database, command, whether it reads from secondaries → the reply, also a refusal. */
  ask: (vm, _self, args) => fromJson(vm, ask(vm, args)),
  make: (vm, _self, [name]) => new JsObject(vm.intrinsic(`node:mongosh.${toText(vm, name)}`)),
  options: (vm) => fromJson(vm, shellOptions(vm)),
  /** Another user, as `db.auth` sets it. */
  login(vm, _self, [user, password, source]) {
    const changed: JsonObject = {
      user: (user ?? null) as JsonValue,
      password: (password ?? null) as JsonValue,
      source: (source ?? "admin") as JsonValue,
    };
    vm.facts.set("shell", JSON.stringify({ ...shellOptions(vm), ...changed }));
    return undefined;
  },
  fail: (vm, _self, [name, message, code, codeName]) =>
    raise(vm, toText(vm, name), toText(vm, message), { code, codeName }),
  print(vm, _self, args) {
    printShell(vm, args.map((each) => shown(vm, each)).join(" "));
    return undefined;
  },
  text: (vm, _self, [value]) => shown(vm, value),
  /** A document of a cursor in the older shell. */
  line: (vm, _self, [value]) => toLegacyLine(toJson(vm, value) ?? null),
  prompt(vm, _self, [text]) {
    vm.facts.set("prompt", toText(vm, text));
    return undefined;
  },
  quit(_vm, _self, [status]) {
    throw new Exit(status === undefined ? 0 : Number(status));
  },
  /** The function that runs the script of a file. */
  script(vm, _self, [path]) {
    const file = toText(vm, path);
    const source = readText(vm, file);
    if (source === undefined) return raise(vm, "Error", `ENOENT: no such file or directory, open '${file}'`);
    return closureOf(vm, { file, text: source, kind: "script" });
  },
  /** Waits for so many ms. */
  sleep(vm, _self, [ms]) {
    if (!vm.pending) vm.pending = { untilMs: vm.nowMs + Math.max(0, Number(ms)) };
    const untilMs = Number(vm.pending["untilMs"]);
    if (vm.nowMs < untilMs) vm.wait({ type: "time", atMs: untilMs });
    vm.pending = null;
    return undefined;
  },
  /** Shows an error; a script ends by it. */
  report(vm, _self, [error, isFatal]) {
    const text = reportText(vm, error);
    const isScript = isFatal === true;
    vm.process.write(isScript ? 2 : 1, bytesOfText(`${text}\n`));
    if (isScript) throw new Exit(1);
    return undefined;
  },
});
define("node:shellGlobals", "Object.prototype", { isOpen: true });

/** mongosh 2 names the code of a server's error. */
const FIRST_WITH_CODES = 7;

function reportText(vm: Vm, error: Value): string {
  if (!(error instanceof JsError)) return `Error: ${shown(vm, error)}`;
  const text = errorText(vm, error);
  if (shellOptions(vm).isLegacy) return legacyReport(vm, error, text);
  const codeName = get(vm, error, "codeName");
  const major = Number(/^\d+/.exec(vm.process.env["MONGO_VERSION"] ?? "")?.[0] ?? FIRST_WITH_CODES);
  const name = toText(vm, get(vm, error, "name"));
  return typeof codeName === "string" && major >= FIRST_WITH_CODES && name === "MongoServerError"
    ? text.replace("MongoServerError", `MongoServerError[${codeName}]`)
    : text;
}

function legacyReport(vm: Vm, error: JsError, text: string): string {
  if (toText(vm, get(vm, error, "name")) !== "MongoServerError") return `uncaught exception: ${text}`;
  const reply = {
    ok: 0,
    errmsg: get(vm, error, "message"),
    code: get(vm, error, "code"),
    codeName: get(vm, error, "codeName"),
  };
  return `uncaught exception: Error: command failed: ${toLegacyText(reply as JsonObject)}`;
}
