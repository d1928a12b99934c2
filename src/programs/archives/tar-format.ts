/** Archives of tar: ustar headers with GNU's long names and pax records. */
import type { Bytes, FileEntry } from "../../files/entry.ts";

export interface Member {
  name: string;
  type: "file" | "directory" | "link" | "hardLink" | "fifo" | "other";
  mode: number;
  uid: number;
  gid: number;
  modifiedAtMs: number;
  sizeBytes: number;
  target: string;
}

/** The archive is damaged, or holds more than is allowed. */
export class TarError extends Error {
  override name = "TarError";
}

export const BLOCK = 512;
/** GNU and busybox fill archives up to records of twenty blocks. */
const RECORD = BLOCK * 20;
export const MAX_MEMBERS = 20_000;

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

function header(
  name: string,
  flag: string,
  size: number,
  target: string,
  facts: { mode: number; uid: number; gid: number; modifiedAtMs: number },
  names: { user: string; group: string },
): Bytes {
  const fields = [
    name.slice(0, 100).padEnd(100, "\0"),
    octal(facts.mode & 0o7777, 7),
    octal(facts.uid, 7),
    octal(facts.gid, 7),
    octal(size, 11),
    octal(Math.max(0, Math.floor(facts.modifiedAtMs / 1000)), 11),
    " ".repeat(8),
    flag,
    target.slice(0, 100).padEnd(100, "\0"),
    "ustar  \0",
    names.user.slice(0, 31).padEnd(32, "\0"),
    names.group.slice(0, 31).padEnd(32, "\0"),
  ];
  const text = fields.join("").padEnd(BLOCK, "\0");
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += text.charCodeAt(i);
  return `${text.slice(0, 148)}${sum.toString(8).padStart(6, "0")}\0 ${text.slice(156)}`;
}

function padded(content: Bytes): Bytes {
  return content + "\0".repeat((BLOCK - (content.length % BLOCK)) % BLOCK);
}

const FLAGS: Readonly<Record<FileEntry["type"], string>> = {
  file: "0",
  link: "2",
  device: "3",
  directory: "5",
  fifo: "6",
  socket: "6",
};

/** One entry as a member. A directory's name ends with a slash. */
export function encodeMember(
  name: string,
  entry: FileEntry,
  content: Bytes,
  names: { user: string; group: string },
): Bytes {
  const target = entry.type === "link" ? entry.target : "";
  const long = (flag: string, text: string) =>
    text.length <= 100
      ? ""
      : header("././@LongLink", flag, text.length + 1, "", { mode: 0o644, uid: 0, gid: 0, modifiedAtMs: 0 }, names) +
        padded(`${text}\0`);
  const body = entry.type === "file" ? content : "";
  return (
    long("L", name) +
    long("K", target) +
    header(name, FLAGS[entry.type], body.length, target, entry, names) +
    padded(body)
  );
}

/** The end of an archive of this many bytes. */
export function endOfArchive(length: number): Bytes {
  const end = length + BLOCK * 2;
  return "\0".repeat(BLOCK * 2 + ((RECORD - (end % RECORD)) % RECORD));
}

/** Values that a header gives to the member behind it: GNU's long names and pax records. */
export interface Headers {
  name?: string;
  target?: string;
  size?: number;
  modifiedAtMs?: number;
}

/** The flag and the size of a block; undefined at the end of the archive. @throws TarError */
export function readHeader(
  block: Bytes,
  headers: Headers,
  isFirst: boolean,
): { flag: string; size: number } | undefined {
  if (/^\0+$/.test(block)) return undefined;
  if (!hasChecksum(block))
    throw new TarError(isFirst ? "This does not look like a tar archive" : "Skipping to next header");
  return { flag: block[156]!, size: headers.size ?? number(block, 124, 12) };
}

/** The headers with one more: `L` and `K` are long names, `x` has pax records. */
export function withRecord(headers: Headers, flag: string, content: Bytes): Headers {
  if (flag === "x") return { ...headers, ...paxRecords(content) };
  return { ...headers, [flag === "L" ? "name" : "target"]: content.replace(/\0.*$/s, "") };
}

export function memberOf(block: Bytes, flag: string, sizeBytes: number, long: Headers): Member {
  const prefix = block.slice(257, 262) === "ustar" && block[263] === "0" ? text(block, 345, 155) : "";
  const short = text(block, 0, 100);
  const name = long.name ?? (prefix === "" ? short : `${prefix}/${short}`);
  const types: Readonly<Record<string, Member["type"]>> = {
    "0": "file",
    "\0": "file",
    "7": "file",
    "1": "hardLink",
    "2": "link",
    "5": "directory",
    "6": "fifo",
  };
  const type = (flag === "0" || flag === "\0") && name.endsWith("/") ? "directory" : (types[flag] ?? "other");
  return {
    name,
    type,
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    modifiedAtMs: long.modifiedAtMs ?? number(block, 136, 12) * 1000,
    sizeBytes,
    target: long.target ?? text(block, 157, 100),
  };
}

function text(block: Bytes, from: number, length: number): string {
  return block.slice(from, from + length).replace(/\0.*$/s, "");
}

/** Octal digits, or base 256 with the first bit set. */
function number(block: Bytes, from: number, length: number): number {
  if (block.charCodeAt(from) & 0x80) {
    let value = block.charCodeAt(from) & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + block.charCodeAt(from + i);
    return value;
  }
  return Number.parseInt(text(block, from, length).trim() || "0", 8) || 0;
}

function hasChecksum(block: Bytes): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : block.charCodeAt(i);
  return sum === number(block, 148, 8);
}

function paxRecords(content: Bytes): Headers {
  const found: Record<string, string> = {};
  for (let at = 0; at < content.length; ) {
    const [head = "", length = "0"] = /^(\d+) /.exec(content.slice(at, at + 12)) ?? [];
    if (Number(length) <= head.length) break;
    const [, key = "", value = ""] =
      /^([^=]*)=(.*)\n$/s.exec(content.slice(at + head.length, at + Number(length))) ?? [];
    found[key] = value;
    at += Number(length);
  }
  return {
    ...(found.path !== undefined && { name: found.path }),
    ...(found.linkpath !== undefined && { target: found.linkpath }),
    ...(found.size !== undefined && { size: Number(found.size) }),
    ...(found.mtime !== undefined && { modifiedAtMs: Math.floor(Number(found.mtime) * 1000) }),
  };
}
