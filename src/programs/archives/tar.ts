/** tar: create, list and extract, from and to files and pipes. Names that lead out of the folder are refused. */
import type { Bytes, FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { MAX_LAYER_BYTES } from "../../lib/container-limits.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { matchesGlob } from "../base/glob.ts";
import { fileProblem } from "../base/messages.ts";
import { permissionText } from "../base/modes.ts";
import { type Options, readOptions } from "../base/options.ts";
import { directoryName, joinPath, resolvePath } from "../base/paths.ts";
import { Names } from "../base/users.ts";
import { linesOf } from "../text/fields.ts";
import { BYTES_PER_STEP, CompressionError, compress, decompress, isGzip } from "./compression.ts";
import { decodeArchive, encodeMember, endOfArchive, type Member, TarError } from "./tar-format.ts";

const RULES = {
  short: "acC:f:hIjJkmoOpPrsST:tuUvwX:xzZ",
  long: {
    create: "c",
    directory: "C",
    dereference: "h",
    exclude: ":",
    "exclude-from": "X",
    extract: "x",
    file: "f",
    "files-from": "T",
    get: "x",
    gzip: "z",
    "keep-old-files": "k",
    list: "t",
    "no-same-owner": "o",
    "no-same-permissions": "-",
    "numeric-owner": "-",
    overwrite: "-",
    owner: ":",
    group: ":",
    "same-permissions": "p",
    "strip-components": ":",
    "to-stdout": "O",
    touch: "m",
    "ignore-failed-read": "-",
    verbose: "v",
    warning: ":",
    "no-xattrs": "-",
  },
  status: 2,
};

export const tar = tool(
  (call) => {
    // The first argument may be letters without a dash: tar xzf a.tgz.
    const [first = "", ...rest] = call.args;
    const letters = /^[a-zA-Z]+$/.test(first) ? first : undefined;
    const args = letters === undefined ? call.args : separated(letters, rest);
    const options = readOptions({ args, flavour: call.flavour }, RULES);
    if (options.has("c")) return create(call, options, args);
    if (options.has("x") || options.has("t")) return extract(call, options);
    if (call.flavour === "busybox") throw new MissingOperand("", { status: 1 });
    call.warn(
      "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n" +
        "Try 'tar --help' or 'tar --usage' for more information.\n",
    );
    return 2;
  },
  { usageStatus: 2 },
);

/** Letters without a dash take their values from the following arguments, in their order. */
function separated(letters: string, rest: readonly string[]): string[] {
  const values = [...rest];
  const options = [...letters].flatMap((letter) =>
    "fCTX".includes(letter) ? [`-${letter}`, values.shift() ?? ""] : [`-${letter}`],
  );
  return [...options, ...values];
}

/** Members that `-C` puts into another folder: tar applies it to the names behind it. */
function create(call: Call, options: Options, args: readonly string[]): number {
  const { files } = call.process;
  const names = new Names(files);
  const output = { text: "", status: 0, isStripped: false };
  const excluded = options.values("exclude");
  const file = options.value("f");
  const add = (name: string, folder: string): void => {
    const path = resolvePath(folder, name);
    if (
      excluded.some(
        (glob) =>
          matchesGlob(glob, name) ||
          matchesGlob(glob, name.slice(name.lastIndexOf("/") + 1)) ||
          name.startsWith(`${glob}/`),
      )
    )
      return;
    try {
      const entry = options.has("h") ? files.find(path) : files.findLink(path);
      if (!entry) throw new FileError("ENOENT", path);
      if (entry.type === "socket") return;
      const stored =
        memberName(call, options, name, output) + (entry.type === "directory" && !name.endsWith("/") ? "/" : "");
      if (stored !== "/" && stored !== "")
        output.text += encodeMember(stored, entry, entry.type === "file" ? files.read(path) : "", {
          user: names.user(entry.uid),
          group: names.group(entry.gid),
        });
      if (output.text.length > MAX_LAYER_BYTES) throw new FileError("EFBIG", path);
      if (options.has("v")) (file === undefined || file === "-" ? call.warn : call.print)(`${stored}\n`);
      if (entry.type === "directory") for (const child of files.list(path)) add(joinPath(name, child), folder);
    } catch (error) {
      const problem = fileProblem(error);
      const what = error instanceof FileError && error.code === "ENOENT" ? "Cannot stat" : "Cannot open";
      call.warn(call.flavour === "gnu" ? `tar: ${name}: ${what}: ${problem}\n` : `tar: ${name}: ${problem}\n`);
      output.status = 2;
    }
  };
  const listed = options.values("T").flatMap((list) => linesOf(call.read(list)));
  const operands = operandsWithFolders(call, args);
  if (operands.length === 0 && listed.length === 0)
    throw new UsageError(call.flavour === "gnu" ? "Cowardly refusing to create an empty archive" : "empty archive", {
      status: 2,
    });
  for (const { name, folder } of operands) add(name, folder);
  for (const name of listed) add(name, call.process.cwd);
  if (output.status !== 0 && call.flavour === "busybox") {
    call.warn("tar: error exit delayed from previous errors\n");
    output.status = 1;
  }
  const archive = output.text + endOfArchive(output.text.length);
  call.process.charge(archive.length / BYTES_PER_STEP);
  const content = options.has("z") || (options.has("a") && /gz$/.test(file ?? "")) ? compress(archive) : archive;
  if (file === undefined || file === "-") call.print(content);
  else {
    try {
      files.write(call.path(file), content);
    } catch (error) {
      call.warn(
        call.flavour === "gnu"
          ? `tar: ${file}: Cannot open: ${fileProblem(error)}\ntar: Error is not recoverable: exiting now\n`
          : `tar: can't open '${file}': ${fileProblem(error)}\n`,
      );
      return 2;
    }
  }
  if (output.status !== 0 && call.flavour === "gnu")
    call.warn("tar: Exiting with failure status due to previous errors\n");
  return output.status === 0 ? 0 : call.flavour === "gnu" ? 2 : 1;
}

function operandsWithFolders(call: Call, args: readonly string[]): { name: string; folder: string }[] {
  let folder = call.process.cwd;
  const found: { name: string; folder: string }[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    const value = /^-[a-zA-Z]*C$|^--directory$/.test(argument)
      ? args[++i]
      : (/^--directory=(.*)$/.exec(argument)?.[1] ?? /^-C(.+)$/.exec(argument)?.[1]);
    if (value !== undefined) folder = resolvePath(folder, value);
    else if (/^-[a-zA-Z]*[fTX]$|^--(file|exclude|owner|group|files-from|exclude-from|warning)$/.test(argument)) i++;
    else if (!argument.startsWith("-") || argument === "-") found.push({ name: argument, folder });
  }
  return found;
}

/** Without the leading slash, which tar tells once. */
function memberName(call: Call, options: Options, name: string, output: { isStripped: boolean }): string {
  if (options.has("P") || !name.startsWith("/")) return name;
  if (!output.isStripped)
    call.warn(
      call.flavour === "gnu"
        ? "tar: Removing leading `/' from member names\n"
        : "tar: removing leading '/' from member names\n",
    );
  output.isStripped = true;
  return name.replace(/^\/+/, "");
}

function extract(call: Call, options: Options): number {
  const file = options.value("f") ?? "-";
  let members: Member[];
  try {
    members = decodeArchive(contentOf(call, file, options.has("z")));
  } catch (error) {
    if (error instanceof FileError) {
      call.warn(
        call.flavour === "gnu"
          ? `tar: ${file}: Cannot open: ${error.message}\ntar: Error is not recoverable: exiting now\n`
          : `tar: can't open '${file}': ${error.message}\n`,
      );
    } else if (error instanceof TarError) {
      const text = error.message;
      call.warn(
        call.flavour === "gnu"
          ? `tar: ${text}\ntar: ${text === "Unexpected EOF in archive" ? "Error is not recoverable: exiting now" : "Exiting with failure status due to previous errors"}\n`
          : `tar: ${text === "Unexpected EOF in archive" || text.startsWith("This does not") ? "short read" : "invalid tar magic"}\n`,
      );
    } else if (error instanceof CompressionError) {
      call.warn(
        `\ngzip: stdin: ${error.message}\ntar: Child returned status 1\ntar: Error is not recoverable: exiting now\n`,
      );
    } else throw error;
    return call.flavour === "gnu" ? 2 : 1;
  }
  const folder = options.values("C").reduce((path, part) => resolvePath(path, part), call.process.cwd);
  if (!call.process.files.find(folder)) {
    call.warn(
      call.flavour === "gnu"
        ? `tar: ${options.value("C")}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n`
        : `tar: can't change directory to '${options.value("C")}': No such file or directory\n`,
    );
    return call.flavour === "gnu" ? 2 : 1;
  }
  return new Extraction(call, options, folder).run(members);
}

/** An archive may be compressed without -z: tar looks at its first bytes. */
function contentOf(call: Call, file: string, isCompressed: boolean): Bytes {
  const content = call.read(file);
  if (isCompressed || isGzip(content)) return decompress(content, MAX_LAYER_BYTES);
  return content;
}

class Extraction {
  readonly #call: Call;
  readonly #options: Options;
  readonly #folder: string;
  readonly #directories: { path: string; member: Member }[] = [];
  #isStripped = false;
  #failed = false;

  constructor(call: Call, options: Options, folder: string) {
    this.#call = call;
    this.#options = options;
    this.#folder = folder;
  }

  run(members: readonly Member[]): number {
    const wanted = this.#options.operands;
    const found = new Set<string>();
    const excluded = this.#options.values("exclude");
    for (const member of members) {
      const plain = member.name.replace(/\/$/, "");
      const hit = wanted.find(
        (name) => plain === name.replace(/\/$/, "") || plain.startsWith(`${name.replace(/\/$/, "")}/`),
      );
      if (wanted.length > 0 && hit === undefined) continue;
      if (hit !== undefined) found.add(hit);
      if (
        excluded.some((glob) => matchesGlob(glob, plain) || matchesGlob(glob, plain.slice(plain.lastIndexOf("/") + 1)))
      )
        continue;
      if (this.#options.has("t")) this.#call.print(`${this.#listed(member)}\n`);
      else this.#take(member);
    }
    for (const { path, member } of this.#directories.reverse()) this.#finish(path, member);
    for (const name of wanted) {
      if (found.has(name)) continue;
      this.#call.warn(
        this.#call.flavour === "gnu" ? `tar: ${name}: Not found in archive\n` : `tar: ${name}: not found in archive\n`,
      );
      this.#failed = true;
    }
    if (!this.#failed) return 0;
    if (this.#call.flavour === "gnu") this.#call.warn("tar: Exiting with failure status due to previous errors\n");
    return this.#call.flavour === "gnu" ? 2 : 1;
  }

  #listed(member: Member): string {
    if (!this.#options.has("v")) return member.name;
    const names = new Names(this.#call.process.files);
    const letter = { file: "-", directory: "d", link: "l", hardLink: "h", fifo: "p", other: "-" }[member.type];
    const owner = `${names.user(member.uid)}/${names.group(member.gid)}`;
    const size = String(member.content.length);
    const time = formatTime(
      this.#call.flavour === "gnu" ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M:%S",
      localTime(member.modifiedAtMs, this.#call.process.env.TZ),
    );
    const target = member.type === "link" ? ` -> ${member.target}` : "";
    const sized =
      this.#call.flavour === "gnu"
        ? `${owner} ${size.padStart(Math.max(1, 18 - owner.length))}`
        : `${owner} ${size.padStart(9)}`;
    return `${letter}${permissionText(member.mode)} ${sized} ${time} ${member.name}${target}`;
  }

  #take(member: Member): void {
    const depth = Number(this.#options.value("strip-components") ?? 0);
    const stripped = depth === 0 ? member.name : member.name.split("/").slice(depth).join("/");
    if (stripped === "") return;
    const name = this.#safeName(stripped);
    if (name === undefined) return;
    if (this.#options.has("v")) (this.#options.has("O") ? this.#call.warn : this.#call.print)(`${member.name}\n`);
    if (this.#options.has("O")) {
      this.#call.print(member.content);
      return;
    }
    const path = resolvePath(this.#folder, name);
    try {
      this.#make(path, member);
    } catch (error) {
      this.#call.warn(
        this.#call.flavour === "gnu"
          ? `tar: ${member.name}: Cannot open: ${fileProblem(error)}\n`
          : `tar: can't open '${member.name}': ${fileProblem(error)}\n`,
      );
      this.#failed = true;
    }
  }

  /** Without the leading slash; undefined for a name that contains `..`. */
  #safeName(name: string): string | undefined {
    if (name.split("/").includes("..")) {
      this.#call.warn(
        this.#call.flavour === "gnu"
          ? `tar: ${name}: Member name contains '..'\n`
          : `tar: name with '..' encountered: '${name}'\n`,
      );
      this.#failed = true;
      return undefined;
    }
    if (!name.startsWith("/") || this.#options.has("P")) return name;
    if (!this.#isStripped)
      this.#call.warn(
        this.#call.flavour === "gnu"
          ? "tar: Removing leading `/' from member names\n"
          : "tar: removing leading '/' from member names\n",
      );
    this.#isStripped = true;
    return name.replace(/^\/+/, "");
  }

  #make(path: string, member: Member): void {
    const { files } = this.#call.process;
    this.#makeParents(path);
    const existing = files.findLink(path);
    if (member.type === "directory") {
      if (existing?.type !== "directory") files.makeDirectory(path, 0o755);
      this.#directories.push({ path, member });
      return;
    }
    if (existing && this.#options.has("k")) throw new FileError("EEXIST", path);
    // A link in the archive must not lead later members out of the folder, so an old entry is replaced.
    if (existing && existing.type !== "directory") files.removeFile(path);
    if (member.type === "link") files.makeLink(member.target, path);
    else if (member.type === "hardLink") files.copyFile(resolvePath(this.#folder, member.target), path);
    else if (member.type === "fifo") files.makeSpecial(path, "fifo", member.mode);
    else if (member.type === "file") files.write(path, member.content, member.mode & 0o777);
    if (member.type === "file") this.#finish(path, member);
  }

  /** Parents must be directories, and not links out of the archive. */
  #makeParents(path: string): void {
    const { files } = this.#call.process;
    const parent = directoryName(path);
    if (parent === this.#folder || parent === "/" || path === this.#folder) return;
    const entry: FileEntry | undefined = files.findLink(parent);
    if (entry?.type === "directory") return;
    if (entry?.type === "link") {
      const real = files.realPath(parent);
      const root = files.realPath(this.#folder);
      if (real !== root && !real.startsWith(root === "/" ? "/" : `${root}/`)) throw new FileError("EACCES", path);
      return;
    }
    this.#makeParents(parent);
    files.makeDirectory(parent);
  }

  #finish(path: string, member: Member): void {
    const { files, credentials } = this.#call.process;
    const isRoot = credentials.uid === 0;
    if (isRoot || this.#options.has("p")) files.setMode(path, member.mode);
    if (isRoot && !this.#options.has("o")) {
      try {
        files.setOwner(path, member.uid, member.gid);
      } catch (error) {
        if (!(error instanceof FileError) || error.code !== "EPERM") throw error;
      }
    }
    if (!this.#options.has("m")) files.setModifiedAt(path, member.modifiedAtMs);
  }
}
