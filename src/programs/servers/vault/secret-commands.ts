/**
 * The commands on secrets: kv, and read, write, list and delete at any path.
 * Source: github.com/hashicorp/vault command/kv_get.go, kv_put.go, kv_helpers.go, read.go, write.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import {
  type Arguments,
  type Command,
  call,
  columns,
  fieldsOf,
  type Reply,
  rowsOf,
  show,
  sortedRows,
  table,
} from "./cli.ts";

/** `== Secret Path ==` above a text of `length` characters. */
function heading(title: string, length: number): string {
  const missing = length - title.length - 2;
  const side = "=".repeat(missing <= 0 ? 2 : Math.ceil(missing / 2));
  return `${side} ${title} ${side}\n`;
}

/** The length of a table's first line: the longest key, four spaces and `Value`. */
const tableWidth = (data: JsonObject) => Math.max(0, ...Object.keys(data).map((key) => key.length)) + 9;

const headedTable = (title: string, data: JsonObject, rows = sortedRows(data)) =>
  heading(title, tableWidth(data)) + table(rows);

interface Place {
  /** The engine has versions. */
  isVersioned: boolean;
  /** The path of the secret's data, metadata, …: `internal/data/database/config`. */
  at: (kind: string) => string;
}

/** Asks which engine the secret is in, as each `kv` command does. */
function* locate(session: Session, { flags }: Arguments, name: string): Steps<Place> {
  const mounted = flags.get("mount");
  const path = (mounted === undefined ? name : `${mounted.replace(/\/$/, "")}/${name}`).replace(/^\/|\/$/g, "");
  const { body } = yield* call(session, "Error making API request", ["GET", `sys/internal/ui/mounts/${path}`]);
  const { path: mount, options } = objectIn(body["data"]);
  const inner = path.slice(String(mount).length);
  const isVersioned = objectIn(options)["version"] === "2";
  return { isVersioned, at: (kind) => (isVersioned ? `${String(mount)}${kind}/${inner}` : path) };
}

function metadataTable(path: string, metadata: JsonObject): string {
  const rows = sortedRows(metadata).map(([key, value]) => [key, value === "" ? "n/a" : value] as const);
  return `${heading("Secret Path", path.length)}${path}\n\n${headedTable("Metadata", metadata, rows)}`;
}

const written = (verb: "put" | "patch"): Command =>
  function* (session, args) {
    const [name = "", ...pairs] = args.words;
    if (pairs.length === 0) throw new Failure("Must supply data");
    const data = yield* fieldsOf(session, pairs);
    const { at, isVersioned } = yield* locate(session, args, name);
    const path = at("data");
    const cas = args.flags.get("cas");
    const options = cas === undefined ? {} : { cas: Number(cas) };
    const method = verb === "patch" ? "PATCH" : "PUT";
    const request = [method, path, isVersioned ? { data, options } : data] as const;
    const reply = yield* call(session, `Error writing data to ${path}`, request);
    if (reply.status === 404) throw new Failure(`No value found at ${path}`, 2);
    if (!isVersioned) {
      session.print(`Success! Data written to: ${path}\n`);
      return 0;
    }
    const metadata = objectIn(reply.body["data"]);
    return show(session, reply.body, { asTable: () => metadataTable(path, metadata), fields: metadata });
  };

export const put = written("put");
export const patch = written("patch");

export function* get(session: Session, args: Arguments): Steps<number> {
  const { at, isVersioned } = yield* locate(session, args, args.words[0] ?? "");
  const path = at("data");
  const { status, body } = yield* call(session, `Error reading ${path}`, ["GET", path]);
  if (status === 404) throw new Failure(`No value found at ${path}`, 2);
  const data = objectIn(body["data"]);
  const fields = isVersioned ? objectIn(data["data"]) : data;
  const above = isVersioned ? `${metadataTable(path, objectIn(data["metadata"]))}\n` : "";
  return show(session, body, { asTable: () => above + headedTable("Data", fields), fields });
}

function showKeys(session: Session, path: string, { status, body }: Reply): number {
  const { keys } = objectIn(body["data"]);
  if (status === 404 || !Array.isArray(keys)) throw new Failure(`No value found at ${path}`, 2);
  const rows = keys.map((key) => [String(key)]);
  return show(session, keys, { asTable: () => columns(rows, ["Keys"]) });
}

export function* listKeys(session: Session, args: Arguments): Steps<number> {
  const { at } = yield* locate(session, args, args.words[0] ?? "");
  const path = at("metadata");
  return showKeys(session, path, yield* call(session, `Error listing ${path}`, ["LIST", path]));
}

export function* remove(session: Session, args: Arguments): Steps<number> {
  const { at } = yield* locate(session, args, args.words[0] ?? "");
  const path = at("data");
  yield* call(session, `Error deleting ${path}`, ["DELETE", path]);
  session.print(`Success! Data deleted (if it existed) at: ${path}\n`);
  return 0;
}

export function* restore(session: Session, args: Arguments): Steps<number> {
  const { at } = yield* locate(session, args, args.words[0] ?? "");
  const path = at("undelete");
  yield* call(session, `Error writing data to ${path}`, [
    "PUT",
    path,
    { versions: [args.flags.get("versions") ?? ""] },
  ]);
  session.print(`Success! Data written to: ${path}\n`);
  return 0;
}

export function* getMetadata(session: Session, args: Arguments): Steps<number> {
  const { at } = yield* locate(session, args, args.words[0] ?? "");
  const path = at("metadata");
  const { status, body } = yield* call(session, `Error reading ${path}`, ["GET", path]);
  if (status === 404) throw new Failure(`No value found at ${path}`, 2);
  const { versions, ...data } = objectIn(body["data"]);
  const shown = Object.entries(objectIn(versions)).map(
    ([number, each]) => `\n${headedTable(`Version ${number}`, objectIn(each), naRows(objectIn(each)))}`,
  );
  return show(session, body, { asTable: () => metadataTable(path, data) + shown.join("") });
}

const naRows = (data: JsonObject) =>
  sortedRows(data).map(([key, value]) => [key, value === "" ? "n/a" : value] as const);

export function* removeMetadata(session: Session, args: Arguments): Steps<number> {
  const { at } = yield* locate(session, args, args.words[0] ?? "");
  const path = at("metadata");
  yield* call(session, `Error deleting ${path}`, ["DELETE", path]);
  session.print(`Success! Data deleted (if it existed) at: ${path}\n`);
  return 0;
}

/** The rows of a token that a login or `token create` has made. */
export function tokenRows(auth: JsonObject): JsonObject {
  const { client_token = "", accessor = "", lease_duration, renewable = false, policies = [], metadata } = auth;
  const meta = Object.entries(objectIn(metadata)).map(([name, value]) => [`token_meta_${name}`, value] as const);
  return {
    ...{ token: client_token, token_accessor: accessor, token_duration: shownDuration(Number(lease_duration ?? 0)) },
    ...{ token_renewable: renewable, token_policies: policies, identity_policies: [], policies },
    ...Object.fromEntries(meta),
  };
}

/** Seconds in Go's form: `768h`, `1h30m`; `∞` for 0. */
function shownDuration(seconds: number): string {
  if (seconds === 0) return "∞";
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [
    hours > 0 ? `${hours}h` : "",
    minutes > 0 ? `${minutes}m` : "",
    seconds % 60 > 0 ? `${seconds % 60}s` : "",
  ];
  return parts.join("");
}

/** Shows what a path answered: a token, or its data. */
export function showReply(session: Session, { body }: Reply): number {
  const isLogin = isJsonObject(body["auth"]);
  const fields = isLogin ? tokenRows(objectIn(body["auth"])) : objectIn(body["data"]);
  const lease = Number(body["lease_duration"] ?? 0);
  const rows = isLogin ? rowsOf(fields) : sortedRows(fields);
  const leading = lease > 0 ? [["refresh_interval", shownDuration(lease)] as const] : [];
  return show(session, body, { asTable: () => table([...leading, ...rows]), fields });
}

export function* read(session: Session, { words: [path = ""] }: Arguments): Steps<number> {
  const reply = yield* call(session, `Error reading ${path}`, ["GET", path]);
  if (reply.status === 404) throw new Failure(`No value found at ${path}`, 2);
  return showReply(session, reply);
}

export function* write(session: Session, { words: [path = "", ...pairs], flags }: Arguments): Steps<number> {
  if (pairs.length === 0 && !flags.has("f") && !flags.has("force")) throw new Failure("Must supply data or use -force");
  const reply = yield* call(session, `Error writing data to ${path}`, ["PUT", path, yield* fieldsOf(session, pairs)]);
  if (reply.status !== 204 && reply.status !== 404) return showReply(session, reply);
  session.print(`Success! Data written to: ${path}\n`);
  return 0;
}

export function* list(session: Session, { words: [path = ""] }: Arguments): Steps<number> {
  return showKeys(session, path, yield* call(session, `Error listing ${path}`, ["LIST", path]));
}

export function* removeAt(session: Session, { words: [path = ""] }: Arguments): Steps<number> {
  yield* call(session, `Error deleting ${path}`, ["DELETE", path]);
  session.print(`Success! Data deleted (if it existed) at: ${path}\n`);
  return 0;
}
