/** chmod, chown, chgrp, touch, truncate, stat, sync, install. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { parseDate } from "../base/dates.ts";
import { quoted } from "../base/messages.ts";
import { parseMode, permissionText } from "../base/modes.ts";
import { type Options, readOptions } from "../base/options.ts";
import { baseName, joinPath } from "../base/paths.ts";
import { parseSize } from "../base/sizes.ts";
import { Names } from "../base/users.ts";
import { readTargets } from "./cp.ts";

const CHANGE_RULES = {
  short: "cfhHLPRv",
  long: {
    changes: "c",
    dereference: "-",
    "no-dereference": "h",
    quiet: "f",
    silent: "f",
    recursive: "R",
    verbose: "v",
    reference: ":",
    "preserve-root": "-",
    "no-preserve-root": "-",
  },
};

export const chmod = tool((call) => {
  // A mode such as `-x` looks like an option.
  const modeAt = call.args.findIndex(
    (argument) => /^-[rwxXst]+$|^-[rwxXst,=+ugoa-]*[rwxXst]$/.test(argument) && !/^-[cfRv]+$/.test(argument),
  );
  const args = modeAt < 0 ? call.args : call.args.toSpliced(modeAt, 1);
  const options = readOptions({ args, flavour: call.flavour }, CHANGE_RULES);
  const reference = options.value("reference");
  const operands = [...options.operands];
  const text = modeAt >= 0 ? call.args[modeAt]! : reference === undefined ? operands.shift() : "";
  if (text === undefined) throw new MissingOperand("missing operand");
  if (operands.length === 0) throw new MissingOperand(`missing operand after ${quoted(text)}`);
  const change = reference === undefined ? parseMode(text) : () => call.process.files.stat(call.path(reference)).mode;
  if (!change)
    throw new UsageError(`invalid mode${call.flavour === "gnu" ? ":" : ""} ${quoted(text)}`, {
      hasHint: call.flavour === "gnu",
    });
  return changeAll(call, options, operands, (path, entry, name) => {
    if (entry.type === "link") return;
    const before = entry.mode;
    const mode = change(before, entry.type === "directory");
    call.process.files.setMode(path, mode);
    if (options.has("v") || (options.has("c") && mode !== before)) {
      const octal = (value: number) => value.toString(8).padStart(4, "0");
      const shown = `${octal(mode)} (${permissionText(mode)})`;
      const from = call.flavour === "gnu" ? ` from ${octal(before)} (${permissionText(before)})` : "";
      const isKept = mode === before && call.flavour === "gnu";
      call.print(`mode of ${quoted(name)} ${isKept ? "retained as" : `changed${from} to`} ${shown}\n`);
    }
  });
});

export const chown = tool((call) => changeOwner(call));
export const chgrp = tool((call) => changeOwner(call));

function changeOwner(call: Call): number {
  const options = readOptions(call, CHANGE_RULES);
  const operands = [...options.operands];
  const reference = options.value("reference");
  const text = reference === undefined ? operands.shift() : "";
  if (text === undefined) throw new MissingOperand("missing operand");
  if (operands.length === 0) throw new MissingOperand(`missing operand after ${quoted(text)}`);
  const owner = reference === undefined ? parseOwner(call, text) : call.process.files.stat(call.path(reference));
  return changeAll(call, options, operands, (path, entry) =>
    call.process.files.setOwner(path, owner.uid ?? entry.uid, owner.gid ?? entry.gid),
  );
}

function parseOwner(call: Call, text: string): { uid?: number; gid?: number } {
  const names = new Names(call.process.files);
  const isGroup = call.name === "chgrp";
  const [userText = "", groupText] = isGroup ? ["", text] : text.split(/[:.]/);
  const isGnu = call.flavour === "gnu";
  const user = userText === "" ? undefined : names.findUser(userText);
  if (userText !== "" && !user)
    throw new UsageError(isGnu ? `invalid user: ${quoted(text)}` : `unknown user ${userText}`, { hasHint: false });
  if (groupText === undefined) return { uid: user?.uid };
  if (groupText === "") return { uid: user?.uid, gid: user?.gid };
  const gid = names.findGroup(groupText);
  if (gid === undefined)
    throw new UsageError(isGnu ? `invalid group: ${quoted(text)}` : `unknown group ${groupText}`, { hasHint: false });
  return { uid: user?.uid, gid };
}

function changeAll(
  call: Call,
  options: Options,
  names: readonly string[],
  change: (path: string, entry: FileEntry, name: string) => void,
): number {
  const { files } = call.process;
  const verb =
    call.name === "chmod" ? "changing permissions" : call.name === "chgrp" ? "changing group" : "changing ownership";
  let status = 0;
  const visit = (name: string, isOperand: boolean): void => {
    const path = call.path(name);
    try {
      const follows = isOperand && !options.has("h");
      const entry = follows ? files.find(path) : files.findLink(path);
      if (!entry) throw new FileError("ENOENT", path);
      try {
        change(path, entry, name);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        report(call.flavour === "gnu" ? `${verb} of ${quoted(name)}: ${error.message}` : `${name}: ${error.message}`);
      }
      if (!options.has("R") || entry.type !== "directory") return;
      for (const child of files.list(path)) visit(joinPath(name, child), false);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      report(call.flavour === "gnu" ? `cannot access ${quoted(name)}: ${error.message}` : `${name}: ${error.message}`);
    }
  };
  const report = (message: string) => {
    if (!options.has("f")) call.warn(`${call.name}: ${message}\n`);
    status = 1;
  };
  for (const name of names) visit(name, true);
  return status;
}

const TOUCH_RULES = {
  short: "acd:fhmr:t:",
  long: { date: "d", "no-create": "c", "no-dereference": "h", reference: "r", time: ":" },
};

export const touch = tool((call) => {
  const options = readOptions(call, TOUCH_RULES);
  const { files, nowMs, env } = call.process;
  if (options.operands.length === 0) throw new MissingOperand("missing file operand");
  const [reference, dateText, stamp] = [options.value("r"), options.value("d"), options.value("t")];
  let atMs: number | undefined = nowMs;
  if (reference !== undefined) atMs = files.stat(call.path(reference)).modifiedAtMs;
  if (dateText !== undefined) atMs = parseDate(dateText, nowMs, env.TZ);
  if (stamp !== undefined) atMs = parseStamp(stamp, nowMs, env.TZ);
  if (atMs === undefined) {
    const text = dateText ?? stamp ?? "";
    throw new UsageError(call.flavour === "gnu" ? `invalid date format ${quoted(text)}` : `invalid date '${text}'`, {
      hasHint: false,
    });
  }
  let status = 0;
  for (const name of options.operands) {
    const path = call.path(name);
    try {
      if (!files.find(path)) {
        if (options.has("c")) continue;
        files.write(path, "");
      }
      if (atMs !== nowMs || files.find(path)?.modifiedAtMs !== nowMs) files.setModifiedAt(path, atMs);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.warn(`touch: ${call.flavour === "gnu" ? `cannot touch ${quoted(name)}` : name}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

/** `[[CC]YY]MMDDhhmm[.ss]`. */
function parseStamp(text: string, nowMs: number, zone: string | undefined): number | undefined {
  const match = /^(\d{2}|\d{4})?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "00"] = match;
  const now = new Date(nowMs).getUTCFullYear();
  const full =
    year === undefined ? String(now) : year.length === 4 ? year : `${Number(year) < 69 ? "20" : "19"}${year}`;
  return parseDate(`${full}-${month}-${day} ${hour}:${minute}:${second}`, nowMs, zone);
}

export const truncate = tool((call) => {
  const options = readOptions(call, {
    short: "cor:s:",
    long: { "no-create": "c", "io-blocks": "o", reference: "r", size: "s" },
  });
  const { files } = call.process;
  const text = options.value("s");
  const reference = options.value("r");
  if (text === undefined && reference === undefined)
    throw new MissingOperand("you must specify either '--size' or '--reference'");
  if (options.operands.length === 0) throw new MissingOperand("missing file operand");
  const [, sign = "", digits = ""] = /^([-+<>/%]?)(.*)$/.exec(text ?? "") ?? [];
  const size = reference === undefined ? parseSize(digits) : files.sizeBytes(files.stat(call.path(reference)));
  if (size === undefined || (sign !== "" && call.flavour === "busybox")) {
    const problem = call.flavour === "gnu" ? `Invalid number: ${quoted(text ?? "")}` : `invalid number '${text}'`;
    throw new UsageError(problem, { hasHint: false });
  }
  let status = 0;
  for (const name of options.operands) {
    const path = call.path(name);
    try {
      const known = files.find(path);
      if (!known && options.has("c")) continue;
      const before = known ? files.sizeBytes(known) : 0;
      const wanted = newSize(sign, before, size);
      // A file has no holes, so one that grows must hold its zeros.
      if (wanted > Math.max(before, MAX_FILE_BYTES)) throw new FileError("EFBIG", path);
      files.resize(path, wanted);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const what =
        error.code === "EFBIG"
          ? `failed to truncate ${quoted(name)} at ${size} bytes`
          : `cannot open ${quoted(name)} for writing`;
      call.warn(`truncate: ${call.flavour === "gnu" ? what : name}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

function newSize(sign: string, now: number, size: number): number {
  if (sign === "+") return now + size;
  if (sign === "-") return Math.max(0, now - size);
  if (sign === "<") return Math.min(now, size);
  if (sign === ">") return Math.max(now, size);
  if (sign === "/") return Math.floor(now / size) * size;
  return sign === "%" ? Math.ceil(now / size) * size : size;
}

export const sync = tool(() => 0);

const INSTALL_RULES = {
  short: "bcCdDg:m:o:pst:Tv",
  long: {
    directory: "d",
    group: "g",
    mode: "m",
    owner: "o",
    "preserve-timestamps": "p",
    "target-directory": "t",
    verbose: "v",
  },
};

export const install = tool((call) => {
  const options = readOptions(call, INSTALL_RULES);
  const { files } = call.process;
  const names = new Names(files);
  const mode = parseMode(options.value("m") ?? "755");
  if (!mode) throw new UsageError(`invalid mode ${quoted(options.value("m") ?? "")}`, { hasHint: false });
  const [owner, group] = [options.value("o"), options.value("g")];
  const finish = (path: string, isDirectory: boolean) => {
    files.setMode(path, mode(0, isDirectory));
    const [uid, gid] = [
      owner === undefined ? undefined : names.findUser(owner)?.uid,
      group === undefined ? undefined : names.findGroup(group),
    ];
    const entry = files.stat(path);
    if (uid !== undefined || gid !== undefined) files.setOwner(path, uid ?? entry.uid, gid ?? entry.gid);
  };
  if (options.has("d")) {
    for (const name of options.operands) {
      makeParents(call, call.path(name));
      finish(call.path(name), true);
    }
    return 0;
  }
  if (options.has("D")) makeParents(call, call.path(options.value("t") ?? `${options.operands.at(-1)}/..`));
  const { sources, target, isDirectory } = readTargets(call, options);
  let status = 0;
  for (const source of sources) {
    const to = isDirectory ? joinPath(target, baseName(source)) : target;
    try {
      const content = files.read(call.path(source));
      files.write(call.path(to), content);
      finish(call.path(to), false);
      if (options.has("v")) call.print(`${quoted(source)} -> ${quoted(to)}\n`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const isSource = !files.find(call.path(source));
      const what = isSource ? `cannot stat ${quoted(source)}` : `cannot create regular file ${quoted(to)}`;
      call.warn(
        `install: ${call.flavour === "gnu" ? what : isSource ? `can't stat '${source}'` : `can't create '${to}'`}: ${error.message}\n`,
      );
      status = 1;
    }
  }
  return status;
});

function makeParents(call: Call, path: string): void {
  const { files } = call.process;
  const parts = path.split("/").slice(1);
  for (let i = 1; i <= parts.length; i++) {
    const part = `/${parts.slice(0, i).join("/")}`;
    if (!files.find(part)) files.makeDirectory(part);
  }
}
