/** stat, and stat -f. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { type Call, MissingOperand, tool } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { blocksOf, inodeOf, linksOf } from "../base/inodes.ts";
import { quoted } from "../base/messages.ts";
import { modeText } from "../base/modes.ts";
import { readOptions } from "../base/options.ts";
import { Names } from "../base/users.ts";

const RULES = {
  short: "c:fLt",
  long: { format: "c", printf: ":", "file-system": "f", dereference: "L", terse: "t" },
};

export const stat = tool((call) => {
  const options = readOptions(call, RULES);
  if (options.operands.length === 0) throw new MissingOperand("missing operand");
  const format = options.value("c");
  const printed = options.value("printf");
  let status = 0;
  for (const name of options.operands) {
    try {
      const facts = options.has("f") ? mountFacts(call, name) : fileFacts(call, name, options.has("L"));
      if (printed !== undefined) call.print(expandEscapes(expand(printed, facts)));
      else if (format !== undefined) call.print(`${expand(format, facts)}\n`);
      else if (options.has("t")) call.print(`${expand(options.has("f") ? TERSE_MOUNT : TERSE, facts)}\n`);
      else call.print(options.has("f") ? expand(MOUNT_FORMAT, facts) : defaultText(facts, call));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const what = options.has("f")
        ? `cannot read file system information for ${quoted(name)}`
        : `cannot statx ${quoted(name)}`;
      call.warn(`stat: ${call.flavour === "gnu" ? what : `can't stat '${name}'`}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

type Facts = Readonly<Record<string, string>>;

const TYPE_NAMES: Readonly<Record<FileEntry["type"], string>> = {
  file: "regular file",
  directory: "directory",
  link: "symbolic link",
  device: "character special file",
  fifo: "fifo",
  socket: "socket",
};

const TYPE_BITS: Readonly<Record<FileEntry["type"], number>> = {
  file: 0o100000,
  directory: 0o040000,
  link: 0o120000,
  device: 0o020000,
  fifo: 0o010000,
  socket: 0o140000,
};

function fileFacts(call: Call, name: string, follows: boolean): Facts {
  const { files, env } = call.process;
  const path = call.path(name);
  const entry = follows || name.endsWith("/") ? files.find(path) : files.findLink(path);
  if (!entry) throw new FileError("ENOENT", path);
  const names = new Names(files);
  const size = entry.type === "link" ? entry.target.length : files.sizeBytes(entry);
  const time = localTime(entry.modifiedAtMs, env.TZ);
  const isEmpty = entry.type === "file" && size === 0;
  const shown = formatTime(call.flavour === "gnu" ? "%F %T.%N %z" : "%F %T.%N %z", time);
  const seconds = String(Math.floor(entry.modifiedAtMs / 1000));
  const link = entry.type === "link" ? `${quoted(name)} -> ${quoted(entry.target)}` : quoted(name);
  return {
    a: entry.mode.toString(8),
    A: modeText(entry),
    b: String(blocksOf(files, entry) * 2),
    B: "512",
    C: "?",
    d: "66",
    D: "42",
    f: (TYPE_BITS[entry.type] | entry.mode).toString(16),
    F: isEmpty ? "regular empty file" : TYPE_NAMES[entry.type],
    g: String(entry.gid),
    G: names.group(entry.gid),
    h: String(linksOf(files, path, entry)),
    i: String(inodeOf(path)),
    m: files.mountOf(path).path,
    n: name,
    N: call.flavour === "busybox" ? link.replaceAll('"', "'") : link,
    o: "4096",
    s: String(size),
    t: "0",
    T: "0",
    u: String(entry.uid),
    U: names.user(entry.uid),
    w: "-",
    W: "0",
    x: shown,
    X: seconds,
    y: shown,
    Y: seconds,
    z: shown,
    Z: seconds,
  };
}

function mountFacts(call: Call, name: string): Facts {
  const path = call.path(name);
  call.process.files.stat(path);
  const { fileSystemType, sizeBytes, usedBytes } = call.process.files.mountOf(path);
  const blocks = (bytes: number) => String(Math.floor(bytes / 4096));
  const type = fileSystemType === "overlay" ? "overlayfs" : fileSystemType === "ext4" ? "ext2/ext3" : fileSystemType;
  return {
    a: blocks(sizeBytes - usedBytes),
    b: blocks(sizeBytes),
    c: "6553600",
    d: "6400000",
    f: blocks(sizeBytes - usedBytes),
    i: "9f1c2d3e4b5a6978",
    l: "255",
    n: name,
    s: "4096",
    S: "4096",
    t: "794c7630",
    T: type,
  };
}

const TERSE = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o";
const TERSE_MOUNT = "%n %i %l %t %s %S %b %f %a %c %d";
const MOUNT_FORMAT = [
  '  File: "%n"',
  "    ID: %i Namelen: %l     Type: %T",
  "Block size: %s       Fundamental block size: %S",
  "Blocks: Total: %b    Free: %f    Available: %a",
  "Inodes: Total: %c    Free: %d",
  "",
].join("\n");

function defaultText(facts: Facts, call: Call): string {
  const isGnu = call.flavour === "gnu";
  const pad = (key: string, width: number) => (facts[key] ?? "").padEnd(width);
  const mode = facts.a!.padStart(4, "0");
  const name = isGnu ? facts.N!.replaceAll("'", "") : facts.N!.replaceAll("'", facts.N!.includes("->") ? "'" : "");
  return [
    `  File: ${name}`,
    `  Size: ${pad("s", 10)}\tBlocks: ${pad("b", 10)} IO Block: ${pad("o", 6)} ${facts.F}`,
    isGnu
      ? `Device: 0,${facts.d}\tInode: ${pad("i", 11)} Links: ${facts.h}`
      : `Device: ${facts.D}h/${facts.d}d\tInode: ${pad("i", 10)}  Links: ${pad("h", 5)}`.trimEnd(),
    `Access: (${mode}/${facts.A})  Uid: (${facts.u!.padStart(5)}/${facts.U!.padStart(8)})   Gid: (${facts.g!.padStart(5)}/${facts.G!.padStart(8)})`,
    `Access: ${facts.x}`,
    `Modify: ${facts.y}`,
    `Change: ${facts.z}`,
    ...(isGnu ? [" Birth: -"] : []),
    "",
  ].join("\n");
}

/** Expands `%s`, `%-10s`, `%06a`. */
function expand(format: string, facts: Facts): string {
  return format.replace(
    /%([-0#+ ]*)(\d*)(?:\.\d+)?([a-zA-Z%])/g,
    (_all, flags: string, width: string, letter: string) => {
      if (letter === "%") return "%";
      const text = facts[letter] ?? "?";
      const size = Number(width || 0);
      if (flags.includes("-")) return text.padEnd(size);
      return text.padStart(size, flags.includes("0") ? "0" : " ");
    },
  );
}

function expandEscapes(text: string): string {
  const escapes: Record<string, string> = { n: "\n", t: "\t", "\\": "\\", '"': '"', r: "\r", a: "\x07" };
  return text.replace(/\\([ntra"\\])|\\([0-7]{1,3})/g, (_all, letter: string, octal: string) =>
    letter ? escapes[letter]! : String.fromCharCode(Number.parseInt(octal, 8) & 255),
  );
}
