/** tar -x and -t: members are made as the archive arrives, so a process in the middle of it keeps little. */
import type { Bytes, FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { MAX_LAYER_BYTES } from "../../lib/container-limits.ts";
import type { JsonValue } from "../../lib/json.ts";
import type { Step } from "../../shell/program.ts";
import { type Call, descriptorOf } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { matchesGlob } from "../base/glob.ts";
import { fileProblem } from "../base/messages.ts";
import { permissionText } from "../base/modes.ts";
import type { Options } from "../base/options.ts";
import { directoryName, resolvePath } from "../base/paths.ts";
import { Names } from "../base/users.ts";
import { BYTES_PER_STEP, CompressionError, decompress, isGzip } from "./compression.ts";
import { type DecoderEvent, type DecoderState, decode, endDecoding, newDecoder } from "./tar-decoder.ts";
import { type Member, TarError } from "./tar-format.ts";

/** JSON, in the state of the process. */
interface Progress {
  decoder: DecoderState;
  /** The member whose content comes, and the file that gets it; `none`: it is passed over. */
  current?: { member: Member; to: { type: "file"; path: string } | { type: "output" | "none" } };
  directories: { path: string; member: Member }[];
  /** Operands that were in the archive. */
  found: string[];
  isStripped: boolean;
  failed: boolean;
}

export function extract(call: Call, options: Options): number | Step {
  const folder = options.values("C").reduce((path, part) => resolvePath(path, part), call.process.cwd);
  if (!call.process.files.find(folder)) {
    call.warn(
      call.flavour === "gnu"
        ? `tar: ${options.value("C")}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n`
        : `tar: can't change directory to '${options.value("C")}': No such file or directory\n`,
    );
    return call.flavour === "gnu" ? 2 : 1;
  }
  const file = options.value("f") ?? "-";
  try {
    const extraction = new Extraction(call, options, folder);
    if (descriptorOf(file) === 0 && !options.has("z") && extraction.takeInput() === "wait") {
      return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    }
    if (descriptorOf(file) !== 0 || options.has("z") || call.process.state["isCompressed"] === true) {
      extraction.take(contentOf(call, file, options.has("z")));
    }
    return extraction.finish();
  } catch (error) {
    return failed(call, file, error);
  }
}

function failed(call: Call, file: string, error: unknown): number {
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
  readonly #progress: Progress;

  constructor(call: Call, options: Options, folder: string) {
    this.#call = call;
    this.#options = options;
    this.#folder = folder;
    const { state } = call.process;
    const begun: Progress = { decoder: newDecoder(), directories: [], found: [], isStripped: false, failed: false };
    state["progress"] ??= begun as unknown as JsonValue;
    this.#progress = state["progress"] as unknown as Progress;
  }

  /** Takes what has come. `wait`: more will come. A compressed archive is left to be read as a whole. */
  takeInput(): "wait" | undefined {
    const { process } = this.#call;
    const { state } = process;
    if (state["isCompressed"] === true) return undefined;
    for (;;) {
      const piece = process.read(0);
      if (piece === undefined) return "wait";
      if (piece === "") return undefined;
      const isFirst = this.#progress.decoder.members === 0 && this.#progress.decoder.rest === "";
      if (isFirst && isGzip(piece)) {
        state["isCompressed"] = true;
        state["input 0"] = piece;
        return undefined;
      }
      process.charge(piece.length / BYTES_PER_STEP);
      this.take(piece);
    }
  }

  take(piece: Bytes): void {
    for (const event of decode(this.#progress.decoder, piece)) this.#handle(event);
  }

  /** The archive has ended. Returns the exit status. */
  finish(): number {
    const { directories, found, decoder } = this.#progress;
    const { flavour } = this.#call;
    endDecoding(decoder);
    for (const { path, member } of directories.reverse()) this.#setAttributes(path, member);
    for (const name of this.#options.operands) {
      if (found.includes(name)) continue;
      this.#call.warn(
        flavour === "gnu" ? `tar: ${name}: Not found in archive\n` : `tar: ${name}: not found in archive\n`,
      );
      this.#progress.failed = true;
    }
    if (!this.#progress.failed) return 0;
    if (flavour === "gnu") this.#call.warn("tar: Exiting with failure status due to previous errors\n");
    return flavour === "gnu" ? 2 : 1;
  }

  #handle(event: DecoderEvent): void {
    const { current } = this.#progress;
    switch (event.type) {
      case "member":
        this.#progress.current = { member: event.member, to: this.#begin(event.member) };
        return;
      case "data":
        if (current?.to.type === "output") this.#call.print(event.data);
        if (current?.to.type === "file") this.#append(current.to.path, current.member, event.data);
        return;
      case "end":
        if (current?.to.type === "file") this.#setAttributes(current.to.path, current.member);
        delete this.#progress.current;
    }
  }

  #append(path: string, member: Member, data: Bytes): void {
    try {
      this.#call.process.files.append(path, data);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#complain(member, "Cannot write", error);
      this.#progress.current = { member, to: { type: "none" } };
    }
  }

  #complain(member: Member, what: string, error: unknown): void {
    this.#call.warn(
      this.#call.flavour === "gnu"
        ? `tar: ${member.name}: ${what}: ${fileProblem(error)}\n`
        : `tar: ${what === "Cannot open" ? `can't open '${member.name}'` : "write error"}: ${fileProblem(error)}\n`,
    );
    this.#progress.failed = true;
  }

  /** Whether the operands ask for the member. */
  #isWanted({ name }: Member): boolean {
    const { operands } = this.#options;
    const plain = name.replace(/\/$/, "");
    const hit = operands.find((each) => {
      const wanted = each.replace(/\/$/, "");
      return plain === wanted || plain.startsWith(`${wanted}/`);
    });
    if (operands.length > 0 && hit === undefined) return false;
    if (hit !== undefined && !this.#progress.found.includes(hit)) this.#progress.found.push(hit);
    const last = plain.slice(plain.lastIndexOf("/") + 1);
    return !this.#options.values("exclude").some((glob) => matchesGlob(glob, plain) || matchesGlob(glob, last));
  }

  /** Makes the member, or lists it. Its content, if it has any, goes to the returned place. */
  #begin(member: Member): { type: "file"; path: string } | { type: "output" | "none" } {
    const nowhere = { type: "none" } as const;
    if (!this.#isWanted(member)) return nowhere;
    if (this.#options.has("t")) {
      this.#call.print(`${this.#listed(member)}\n`);
      return nowhere;
    }
    const depth = Number(this.#options.value("strip-components") ?? 0);
    const stripped = depth === 0 ? member.name : member.name.split("/").slice(depth).join("/");
    const name = stripped === "" ? undefined : this.#safeName(stripped);
    if (name === undefined) return nowhere;
    if (this.#options.has("v")) (this.#options.has("O") ? this.#call.warn : this.#call.print)(`${member.name}\n`);
    if (this.#options.has("O")) return { type: "output" };
    const path = resolvePath(this.#folder, name);
    try {
      this.#make(path, member);
      return member.type === "file" ? { type: "file", path } : nowhere;
    } catch (error) {
      this.#complain(member, "Cannot open", error);
      return nowhere;
    }
  }

  #listed(member: Member): string {
    if (!this.#options.has("v")) return member.name;
    const names = new Names(this.#call.process.files);
    const letter = { file: "-", directory: "d", link: "l", hardLink: "h", fifo: "p", other: "-" }[member.type];
    const owner = `${names.user(member.uid)}/${names.group(member.gid)}`;
    const size = String(member.sizeBytes);
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

  /** Without the leading slash; undefined for a name that contains `..`. */
  #safeName(name: string): string | undefined {
    if (name.split("/").includes("..")) {
      this.#call.warn(
        this.#call.flavour === "gnu"
          ? `tar: ${name}: Member name contains '..'\n`
          : `tar: name with '..' encountered: '${name}'\n`,
      );
      this.#progress.failed = true;
      return undefined;
    }
    if (!name.startsWith("/") || this.#options.has("P")) return name;
    if (!this.#progress.isStripped)
      this.#call.warn(
        this.#call.flavour === "gnu"
          ? "tar: Removing leading `/' from member names\n"
          : "tar: removing leading '/' from member names\n",
      );
    this.#progress.isStripped = true;
    return name.replace(/^\/+/, "");
  }

  #make(path: string, member: Member): void {
    const { files } = this.#call.process;
    this.#makeParents(path);
    const existing = files.findLink(path);
    if (member.type === "directory") {
      if (existing?.type !== "directory") files.makeDirectory(path, 0o755);
      this.#progress.directories.push({ path, member });
      return;
    }
    if (existing && this.#options.has("k")) throw new FileError("EEXIST", path);
    // A link in the archive must not lead later members out of the folder, so an old entry is replaced.
    if (existing && existing.type !== "directory") files.removeFile(path);
    if (member.type === "link") files.makeLink(member.target, path);
    else if (member.type === "hardLink") files.copyFile(resolvePath(this.#folder, member.target), path);
    else if (member.type === "fifo") files.makeSpecial(path, "fifo", member.mode);
    else if (member.type === "file") files.write(path, "", member.mode & 0o777);
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

  #setAttributes(path: string, member: Member): void {
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
