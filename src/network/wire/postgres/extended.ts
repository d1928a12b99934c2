/**
 * Prepared statements: Parse, Bind, Describe, Execute, Close, Sync. The server's program runs whole statements, so
 * parameters are written into the statement, and a statement runs when its rows or their columns are asked for.
 */
import type { Bytes } from "../../../files/entry.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { Reply, WireStep } from "../protocol.ts";
import { errorResponse, int16, int32, MessageReader, message, readyForQuery, type ServerError } from "./messages.ts";
import { errorIn, type Formats, isBinaryAt, type Result, resultsIn, rowDescription, rowsOf } from "./results.ts";
import { literalOf, parameterCount, withParameters } from "./values.ts";

interface Statement {
  sql: string;
  types: number[];
}

interface Portal {
  sql: string;
  formats: Formats;
  /** The result, once the statement has run. */
  result?: Result | null;
}

export interface ExtendedMessage {
  type: string;
  body: Bytes;
  rest: Bytes;
  memory: JsonObject;
  ask(sql: string, answer: (reply: JsonObject) => Omit<Reply, "isOver">): WireStep;
}

const ROWS = /^\s*(select|values|with|table|show)\b/i;
const PARSE_COMPLETE = message("1", "");
const BIND_COMPLETE = message("2", "");
const CLOSE_COMPLETE = message("3", "");
const NO_DATA = message("n", "");

export function extended(given: ExtendedMessage): WireStep {
  const { type, body, rest, memory } = given;
  const say = (data: Bytes, changed: JsonObject = memory): WireStep => ({ type: "reply", rest, data, memory: changed });
  if (type === "S") {
    const { hasFailed: _, ...left } = memory;
    return say(readyForQuery(memory["transaction"]), left);
  }
  // After an error, messages are skipped up to the next Sync.
  if (memory["hasFailed"] === true || type === "H") return say("");
  const reader = new MessageReader(body);
  switch (type) {
    case "P": {
      const [name, sql] = [reader.text(), reader.text()];
      const statement = { sql, types: reader.list(() => reader.int32()) };
      return say(PARSE_COMPLETE, withEntry(memory, "statements", name, statement));
    }
    case "B":
      return bind(given, reader);
    case "D":
      return describe(given, reader);
    case "E":
      return execute(given, reader);
    case "C": {
      const kind = reader.bytes(1) === "S" ? "statements" : "portals";
      return say(CLOSE_COMPLETE, withEntry(memory, kind, reader.text(), undefined));
    }
    default:
      return failed(given, { code: "08P01", message: `invalid frontend message type ${type.charCodeAt(0)}` });
  }
}

function bind(given: ExtendedMessage, reader: MessageReader): WireStep {
  const { rest, memory } = given;
  const [portal, name] = [reader.text(), reader.text()];
  const statement = entryOf<Statement>(memory, "statements", name);
  if (!statement) return failed(given, noStatement(name));
  const formats = reader.list(() => reader.int16());
  const literals: string[] = [];
  for (const [i, value] of reader.list(() => parameter(reader)).entries()) {
    const literal = literalOf(value, statement.types[i] ?? 0, isBinaryAt(formats, i));
    if (literal === undefined) {
      const type = statement.types[i] ?? 0;
      return failed(given, { code: "42883", message: `no binary input function available for type ${type}` });
    }
    literals.push(literal);
  }
  const bound = { sql: withParameters(statement.sql, literals), formats: reader.list(() => reader.int16()) };
  return { type: "reply", rest, data: BIND_COMPLETE, memory: withEntry(memory, "portals", portal, bound) };
}

function parameter(reader: MessageReader): Bytes | null {
  const length = reader.int32();
  return length < 0 ? null : reader.bytes(length);
}

function describe(given: ExtendedMessage, reader: MessageReader): WireStep {
  const { rest, memory } = given;
  const isStatement = reader.bytes(1) === "S";
  const name = reader.text();
  if (!isStatement) {
    const portal = entryOf<Portal>(memory, "portals", name);
    if (!portal) return failed(given, noPortal(name));
    return run(given, name, portal, ({ columns } = { tag: "", notices: [] }) => {
      return columns ? rowDescription(columns, portal.formats) : NO_DATA;
    });
  }
  const statement = entryOf<Statement>(memory, "statements", name);
  if (!statement) return failed(given, noStatement(name));
  const count = Math.max(parameterCount(statement.sql), statement.types.length);
  const types = Array.from({ length: count }, (_, i) => statement.types[i] || 25);
  const parameters = message("t", int16(count) + types.map(int32).join(""));
  if (!ROWS.test(statement.sql)) return { type: "reply", rest, data: parameters + NO_DATA };
  const nulls = Array.from({ length: count }, () => "NULL");
  const plain = withParameters(statement.sql, nulls).replace(/;\s*$/, "");
  const probe = /^\s*show\b/i.test(plain) ? plain : `SELECT * FROM (${plain}) AS described LIMIT 0`;
  return given.ask(probe, (reply) => {
    const error = errorIn(reply);
    if (error) return { data: parameters + errorResponse(error), memory: { ...memory, hasFailed: true } };
    return { data: parameters + rowDescription(resultsIn(reply)[0]?.columns ?? [], []) };
  });
}

function execute(given: ExtendedMessage, reader: MessageReader): WireStep {
  const name = reader.text();
  const portal = entryOf<Portal>(given.memory, "portals", name);
  if (!portal) return failed(given, noPortal(name));
  return run(given, name, portal, (result) => (result ? rowsOf(result, portal.formats) : message("I", "")));
}

/** Runs the statement of a portal unless it has run. `show` makes the answer. */
function run(
  given: ExtendedMessage,
  name: string,
  portal: Portal,
  show: (result: Result | undefined) => Bytes,
): WireStep {
  const { rest, memory, ask } = given;
  if (portal.result !== undefined) {
    return { type: "reply", rest, data: show(portal.result ?? undefined), memory };
  }
  return ask(portal.sql, (reply) => {
    const transaction = String(reply["transaction"]);
    const error = errorIn(reply);
    if (error) return { data: errorResponse(error), memory: { ...memory, transaction, hasFailed: true } };
    const result = resultsIn(reply).at(-1) ?? null;
    const ran = { ...portal, result };
    return { data: show(result ?? undefined), memory: { ...withEntry(memory, "portals", name, ran), transaction } };
  });
}

function failed({ rest, memory }: ExtendedMessage, error: ServerError): WireStep {
  return { type: "reply", rest, data: errorResponse(error), memory: { ...memory, hasFailed: true } };
}

function noStatement(name: string): ServerError {
  return { code: "26000", message: `prepared statement "${name}" does not exist` };
}

function noPortal(name: string): ServerError {
  return { code: "34000", message: `portal "${name}" does not exist` };
}

/** Names of clients are keys with a prefix, so that no name of JavaScript's objects is one. */
function entryOf<T>(memory: JsonObject, kind: string, name: string): T | undefined {
  const all = memory[kind];
  return isJsonObject(all) ? (all[`n${name}`] as T | undefined) : undefined;
}

function withEntry(memory: JsonObject, kind: string, name: string, value: object | undefined): JsonObject {
  const { [`n${name}`]: _, ...others } = (memory[kind] ?? {}) as JsonObject;
  const all = value === undefined ? others : { ...others, [`n${name}`]: value as unknown as JsonValue };
  return { ...memory, [kind]: all };
}
