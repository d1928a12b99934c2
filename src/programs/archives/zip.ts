/** zip and unzip of Info-ZIP. An archive that grows beyond a file's limit is refused. */
import { unzipSync, type Zippable, zipSync } from "fflate";
import type { Bytes } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { byteString, bytesOf, bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import { type Call, tool } from "../base/call.ts";
import { matchesGlob } from "../base/glob.ts";
import { readOptions } from "../base/options.ts";

interface Member {
  name: string;
  content: Bytes;
  isDirectory: boolean;
  modifiedAtMs: number;
}

/** Files that the words of a command line name, with the folders below them if `isDeep`. */
function membersOf(call: Call, words: readonly string[], isDeep: boolean): Member[] {
  const { files } = call.process;
  const members: Member[] = [];
  const add = (word: string) => {
    const path = call.path(word);
    const entry = files.find(path);
    const name = word
      .replace(/^\/+/, "")
      .replace(/^(\.\/)+/, "")
      .replace(/\/+$/, "");
    if (!entry) {
      call.warn(`\tzip warning: name not matched: ${word}\n`);
      return;
    }
    const { modifiedAtMs } = entry;
    if (entry.type === "file") {
      members.push({ name, content: files.read(path), isDirectory: false, modifiedAtMs });
      return;
    }
    if (entry.type !== "directory") return;
    if (name !== "" && name !== ".") members.push({ name: `${name}/`, content: "", isDirectory: true, modifiedAtMs });
    if (isDeep) for (const each of files.list(path)) add(name === "" || name === "." ? each : `${name}/${each}`);
  };
  for (const word of words) add(word);
  return members;
}

/** Names in an archive and their contents. Undefined: it is no archive, or too large. */
function membersOfArchive(content: Bytes): Map<string, Bytes> | undefined {
  let total = 0;
  try {
    const found = unzipSync(bytesOf(content), {
      filter: ({ originalSize }) => {
        total += originalSize;
        return total <= MAX_FILE_BYTES;
      },
    });
    if (total > MAX_FILE_BYTES) return undefined;
    return new Map(Object.entries(found).map(([name, bytes]) => [bytesOfText(name), byteString(bytes)]));
  } catch {
    return undefined;
  }
}

/** Bytes of a member as it lies in an archive. */
function packedSize(content: Bytes): number {
  const bytes = zipSync({ a: bytesOf(content) });
  return bytes.length - zipSync({ a: new Uint8Array() }).length;
}

function describe({ content, isDirectory }: Member): string {
  const packed = isDirectory ? 0 : packedSize(content);
  if (isDirectory || packed >= content.length) return "stored 0%";
  return `deflated ${Math.round((1 - packed / content.length) * 100)}%`;
}

export const zip = tool((call) => {
  const options = readOptions(call, { short: "0123456789djlmqruvxXyi", long: { quiet: "q", "recurse-paths": "r" } });
  const [archive, ...words] = options.operands;
  if (archive === undefined || words.length === 0) {
    call.warn(`\nzip error: Nothing to do! (${archive ?? "-"})\n`);
    return 12;
  }
  const path = /\.[^/]+$/.test(archive) ? archive : `${archive}.zip`;
  const { files } = call.process;
  const old = files.find(call.path(path)) ? membersOfArchive(files.read(call.path(path))) : new Map<string, Bytes>();
  if (!old) {
    call.warn(`\nzip error: Zip file structure invalid (${path})\n`);
    return 3;
  }
  const members = membersOf(call, words, options.has("r"));
  if (members.length === 0) {
    call.warn(`\nzip error: Nothing to do! (${path})\n`);
    return 12;
  }
  const all: Zippable = {};
  for (const [name, content] of old) all[textOfBytes(name)] = bytesOf(content);
  for (const member of members) {
    const name = options.has("j") ? member.name.replace(/^.*\/(?=.)/, "") : member.name;
    if (!options.has("q")) call.print(`${old.has(name) ? "updating:" : "  adding:"} ${name} (${describe(member)})\n`);
    all[textOfBytes(name)] = [bytesOf(member.content), { mtime: member.modifiedAtMs }];
  }
  files.write(call.path(path), byteString(zipSync(all, { mtime: call.process.nowMs })));
  return 0;
});

export const unzip = tool((call) => {
  const options = readOptions(call, { short: "ajlnopqtvd:xL" });
  const [archive, ...patterns] = options.operands;
  if (archive === undefined) {
    call.print("UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.\n");
    return 0;
  }
  const { files } = call.process;
  const candidates = [archive, `${archive}.zip`, `${archive}.ZIP`];
  const found = candidates.find((name) => files.find(call.path(name))?.type === "file");
  if (found === undefined) {
    call.warn(`unzip:  cannot find or open ${candidates.slice(0, 2).join(", ")} or ${candidates[2]}.\n`);
    return 9;
  }
  const members = membersOfArchive(files.read(call.path(found)));
  if (!options.has("q", "p")) call.print(`Archive:  ${found}\n`);
  if (!members) {
    call.warn(
      "  End-of-central-directory signature not found.  Either this file is not\n  a zipfile, or it is too large.\n",
    );
    return 9;
  }
  const chosen = [...members].filter(
    ([name]) => patterns.length === 0 || patterns.some((pattern) => matchesGlob(pattern, name)),
  );
  if (options.has("p")) {
    for (const [, content] of chosen) call.print(content);
    return 0;
  }
  if (options.has("l")) return list(call, chosen);
  if (options.has("t")) {
    for (const [name] of chosen) call.print(`    testing: ${name.padEnd(22)}   OK\n`);
    call.print(`No errors detected in compressed data of ${found}.\n`);
    return 0;
  }
  for (const [name, content] of chosen) extract(call, { name, content, folder: options.value("d"), options });
  return 0;
});

function list(call: Call, members: readonly [string, Bytes][]): number {
  const time = new Date(call.process.nowMs).toISOString().replace("T", " ").slice(0, 16);
  const line = (size: number, text: string) => `${String(size).padStart(9)}  ${text}\n`;
  call.print("  Length      Date    Time    Name\n---------  ---------- -----   ----\n");
  for (const [name, content] of members) call.print(line(content.length, `${time}   ${name}`));
  const total = members.reduce((sum, [, content]) => sum + content.length, 0);
  const count = `${members.length} file${members.length === 1 ? "" : "s"}`;
  call.print(`---------                     -------\n${line(total, `                   ${count}`)}`);
  return 0;
}

interface Extraction {
  name: string;
  content: Bytes;
  folder: string | undefined;
  options: { has(...names: string[]): boolean };
}

/** Writes a member. Names that lead out of the folder lose these parts. */
function extract(call: Call, { name, content, folder, options }: Extraction): void {
  const { files } = call.process;
  const safe = name.split("/").filter((part, i, parts) => part !== ".." && (part !== "" || i === parts.length - 1));
  const inner = options.has("j") ? safe.at(-1)! : safe.join("/");
  if (inner === "") return;
  const shown = folder === undefined ? inner : `${folder.replace(/\/$/, "")}/${inner}`;
  const path = call.path(shown);
  makeFolders(call, inner.endsWith("/") ? path : path.slice(0, path.lastIndexOf("/")));
  if (inner.endsWith("/")) {
    if (!options.has("q")) call.print(`   creating: ${shown}\n`);
    return;
  }
  if (files.find(path) && options.has("n")) return;
  const verb = packedSize(content) >= content.length ? " extracting" : "  inflating";
  if (!options.has("q")) call.print(`${verb}: ${shown.padEnd(22)}  \n`);
  files.write(path, content);
}

function makeFolders(call: Call, path: string): void {
  const { files } = call.process;
  let made = "";
  for (const part of path.split("/").filter((each) => each !== "")) {
    made += `/${part}`;
    try {
      if (!files.find(made)) files.makeDirectory(made, 0o755);
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== "EEXIST") throw error;
    }
  }
}
