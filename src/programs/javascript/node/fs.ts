/** `fs`: functions that wait for nothing. The others are made of them (`library/fs.ts`). */
import type { FileEntry } from "../../../files/entry.ts";
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { arrayOf, toInteger, toText } from "../conversions.ts";
import { systemError, withFileErrors } from "../errors.ts";
import { constants, define, defineClass, links, natives } from "../intrinsics.ts";
import { hidden, JsBytes, JsDate, JsObject, Thrown, type Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { bufferOf, dataOf, decode } from "./buffer.ts";
import { resolved } from "./path.ts";

define("node:fs", "Object.prototype", { isOpen: true });
links("node:fs", { promises: "node:fs/promises", constants: "node:fs.constants" }, true);
define("node:fs.constants", null, { isOpen: true });
constants("node:fs.constants", { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 });
constants("node:fs", { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 });

/** The path as it is given, and as the file system takes it. */
function pathOf(vm: Vm, value: Value): { path: string; at: string } {
  if (value instanceof JsObject && !(value instanceof JsBytes) && get(vm, value, "pathname") !== undefined) {
    const path = decodeURIComponent(toText(vm, get(vm, value, "pathname")));
    return { path, at: bytesOfText(path) };
  }
  const path = value instanceof JsBytes ? textOfBytes(dataOf(vm, value)) : value;
  if (typeof path === "string") return { path, at: bytesOfText(resolved(vm, [path])) };
  const received = vm.call(vm.intrinsic("node:text.received"), undefined, [value]) as string;
  return vm.fail(
    "TypeError",
    `The "path" argument must be of type string or an instance of Buffer or URL. Received ${received}`,
    { code: "ERR_INVALID_ARG_TYPE" },
  );
}

function option(vm: Vm, options: Value, name: string): Value {
  return options instanceof JsObject ? get(vm, options, name) : undefined;
}

const encodingOf = (vm: Vm, options: Value): Value =>
  typeof options === "string" ? options : option(vm, options, "encoding");

/** Standard input to its end; the call is made again until it is there. */
function readInput(vm: Vm): string {
  vm.pending ??= { input: "" };
  const pending = vm.pending as { input: string };
  for (;;) {
    const data = vm.process.read(0);
    if (data === undefined) vm.wait({ type: "readable", fd: 0 });
    if (data === "") break;
    pending.input += data;
  }
  vm.pending = null;
  return pending.input;
}

function readFile(vm: Vm, value: Value, options: Value): Value {
  const isInput = value === 0 || value === "/dev/stdin" || value === "/proc/self/fd/0";
  const number = typeof value === "number" ? descriptor(vm, value) : undefined;
  const { path, at } = isInput
    ? { path: "", at: "" }
    : number
      ? { path: number.path, at: number.at }
      : pathOf(vm, value);
  const encoding = encodingOf(vm, options);
  const running = vm.natives.at(-1);
  if (running && /^utf-?8$/i.test(String(encoding as string))) running.variant = "utf8";
  const bytes = isInput ? readInput(vm) : withFileErrors(vm, "open", path, () => vm.process.files.read(at));
  return encoding === undefined || encoding === null ? bufferOf(vm, bytes) : decode(vm, bytes, encoding);
}

function writeFile(vm: Vm, value: Value, data: Value, options: Value, flag: string): undefined {
  const bytes = dataOf(
    vm,
    typeof data === "string" || data instanceof JsObject ? data : toText(vm, data),
    encodingOf(vm, options),
  );
  const given = option(vm, options, "flag");
  const how = given === undefined ? flag : toText(vm, given);
  if (value === 1 || value === 2) {
    vm.process.write(value, bytes);
    return undefined;
  }
  const { path, at } = typeof value === "number" ? descriptor(vm, value)! : pathOf(vm, value);
  withFileErrors(vm, "open", path, () => {
    if (how.includes("x") && vm.process.files.find(at)) throw new FileError("EEXIST", at);
    const mode = option(vm, options, "mode");
    if (how.startsWith("a") || typeof value === "number") vm.process.files.append(at, bytes);
    else vm.process.files.write(at, bytes, typeof mode === "number" ? mode : 0o666 & ~0o22);
  });
  return undefined;
}

// ---- descriptors: the path and the position of an open file

interface Descriptor {
  path: string;
  at: string;
  position: number;
}

function descriptor(vm: Vm, fd: number): Descriptor | undefined {
  if (fd <= 2) return { path: "", at: `/proc/self/fd/${fd}`, position: 0 };
  const known = vm.facts.get(`fd ${fd}`);
  if (typeof known !== "string") throw new Thrown(systemError(vm, "EBADF", "read"));
  return JSON.parse(known) as Descriptor;
}

function openFile(vm: Vm, value: Value, flags: string): number {
  const { path, at } = pathOf(vm, value);
  withFileErrors(vm, "open", path, () => {
    const { files } = vm.process;
    if (flags.includes("x") && files.find(at)) throw new FileError("EEXIST", at);
    if (flags.startsWith("w")) files.write(at, "");
    else if (flags.startsWith("a")) files.append(at, "");
    else files.stat(at);
  });
  const fd = Number(vm.facts.get("nextFd") ?? 17);
  vm.facts.set("nextFd", fd + 1);
  vm.facts.set(`fd ${fd}`, JSON.stringify({ path, at, position: 0 }));
  return fd;
}

// ---- facts of entries

defineClass("Stats", (vm) => new JsObject(vm.intrinsic("Stats.prototype")));
defineClass("Dirent", (vm) => new JsObject(vm.intrinsic("Dirent.prototype")));

const TYPE_BITS: Record<string, number> = {
  file: 0o100000,
  directory: 0o040000,
  link: 0o120000,
  symlink: 0o120000,
  fifo: 0o010000,
  socket: 0o140000,
  device: 0o020000,
};
const typeIs = (name: string) => (vm: Vm, self: Value) => get(vm, self, ".type") === name;
for (const prototype of ["Stats.prototype", "Dirent.prototype"]) {
  natives(prototype, {
    isFile: typeIs("file"),
    isDirectory: typeIs("directory"),
    isSymbolicLink: (vm, self) => /link/.test(String(get(vm, self, ".type") as string)),
    isFIFO: typeIs("fifo"),
    isSocket: typeIs("socket"),
    isCharacterDevice: typeIs("device"),
    isBlockDevice: () => false,
  });
}

function statsOf(vm: Vm, entry: FileEntry): JsObject {
  const made = new JsObject(vm.intrinsic("Stats.prototype"));
  const size = vm.process.files.sizeBytes(entry);
  const { modifiedAtMs } = entry;
  const facts: Record<string, Value> = {
    dev: 2049,
    mode: (TYPE_BITS[entry.type] ?? 0) | entry.mode,
    nlink: 1,
    uid: entry.uid,
    gid: entry.gid,
    rdev: 0,
    blksize: 4096,
    ino: 0,
    size,
    blocks: Math.ceil(size / 4096) * 8,
    atimeMs: modifiedAtMs,
    mtimeMs: modifiedAtMs,
    ctimeMs: modifiedAtMs,
    birthtimeMs: modifiedAtMs,
  };
  for (const [name, value] of Object.entries(facts)) made.properties.set(name, value);
  for (const name of ["atime", "mtime", "ctime", "birthtime"])
    made.properties.set(name, new JsDate(vm.intrinsic("Date.prototype"), modifiedAtMs));
  made.properties.set(".type", hidden(entry.type));
  return made;
}

function stat(vm: Vm, value: Value, options: Value, follows: boolean): Value {
  const { path, at } = pathOf(vm, value);
  const { files } = vm.process;
  const call = follows ? "stat" : "lstat";
  const entry = withFileErrors(vm, call, path, () => (follows ? files.find(at) : files.findLink(at)));
  if (entry) return statsOf(vm, entry);
  if (option(vm, options, "throwIfNoEntry") === false) return undefined;
  throw new Thrown(systemError(vm, "ENOENT", call, path));
}

function list(vm: Vm, value: Value, options: Value): Value {
  const { path, at } = pathOf(vm, value);
  const { files } = vm.process;
  const names = withFileErrors(vm, "scandir", path, () => [...files.list(at)]);
  const isDeep = option(vm, options, "recursive") === true;
  const all: { name: string; folder: string }[] = [];
  const visit = (folder: string, prefix: string, children: readonly string[]) => {
    for (const name of children) {
      vm.countStep();
      all.push({ name: prefix + name, folder });
      const inner = `${folder}/${name}`;
      if (isDeep && files.findLink(inner)?.type === "directory") visit(inner, `${prefix}${name}/`, files.list(inner));
    }
  };
  visit(at, "", names);
  if (option(vm, options, "withFileTypes") !== true)
    return arrayOf(
      vm,
      all.map(({ name }) => textOfBytes(name)),
    );
  return arrayOf(
    vm,
    all.map(({ name, folder }) => {
      const made = new JsObject(vm.intrinsic("Dirent.prototype"));
      const own = name.slice(name.lastIndexOf("/") + 1);
      made.properties.set("name", textOfBytes(own));
      made.properties.set("parentPath", folder === at ? path : textOfBytes(folder));
      made.properties.set(".type", hidden(files.findLink(`${folder}/${own}`)?.type ?? "file"));
      return made;
    }),
  );
}

function makeFolder(vm: Vm, value: Value, options: Value): Value {
  const { path, at } = pathOf(vm, value);
  const { files } = vm.process;
  if (option(vm, options, "recursive") !== true) {
    withFileErrors(vm, "mkdir", path, () => files.makeDirectory(at));
    return undefined;
  }
  let first: string | undefined;
  const parts = at.split("/").filter((part) => part !== "");
  for (let i = 1; i <= parts.length; i++) {
    const each = `/${parts.slice(0, i).join("/")}`;
    withFileErrors(vm, "mkdir", path, () => {
      const known = files.find(each);
      if (known && known.type !== "directory") throw new FileError(i === parts.length ? "EEXIST" : "ENOTDIR", each);
      if (!known) {
        files.makeDirectory(each);
        first ??= textOfBytes(each);
      }
    });
  }
  return first;
}

function remove(vm: Vm, at: string, path: string, isDeep: boolean): void {
  const { files } = vm.process;
  vm.countStep();
  const entry = files.findLink(at);
  if (entry?.type !== "directory") {
    withFileErrors(vm, "rm", path, () => files.removeFile(at));
    return;
  }
  if (!isDeep)
    vm.fail("Error", `Path is a directory: rm returned EISDIR (is a directory) ${path}`, { code: "ERR_FS_EISDIR" });
  for (const name of files.list(at)) remove(vm, `${at}/${name}`, `${path}/${name}`, true);
  withFileErrors(vm, "rm", path, () => files.removeDirectory(at));
}

natives("node:fs", {
  readFileSync: (vm, _self, [path, options]) => readFile(vm, path, options),
  writeFileSync: (vm, _self, [path, data, options]) => writeFile(vm, path, data, options, "w"),
  appendFileSync: (vm, _self, [path, data, options]) => writeFile(vm, path, data, options, "a"),
  existsSync(vm, _self, [value]) {
    try {
      return (
        (typeof value === "string" || value instanceof JsObject) &&
        vm.process.files.find(pathOf(vm, value).at) !== undefined
      );
    } catch (error) {
      if (error instanceof FileError) return false;
      throw error;
    }
  },
  statSync: (vm, _self, [path, options]) => stat(vm, path, options, true),
  lstatSync: (vm, _self, [path, options]) => stat(vm, path, options, false),
  fstatSync: (vm, _self, [fd]) => statsOf(vm, vm.process.files.stat(descriptor(vm, toInteger(vm, fd))!.at)),
  readdirSync: (vm, _self, [path, options]) => list(vm, path, options),
  mkdirSync: (vm, _self, [path, options]) => makeFolder(vm, path, options),
  mkdtempSync(vm, _self, [prefix]) {
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const end = Array.from({ length: 6 }, () => letters[vm.process.random() % letters.length]).join("");
    const { path, at } = pathOf(vm, toText(vm, prefix) + end);
    withFileErrors(vm, "mkdtemp", path, () => vm.process.files.makeDirectory(at, 0o700));
    return path;
  },
  rmdirSync(vm, _self, [value]) {
    const { path, at } = pathOf(vm, value);
    return withFileErrors(vm, "rmdir", path, () => vm.process.files.removeDirectory(at)) as undefined;
  },
  unlinkSync(vm, _self, [value]) {
    const { path, at } = pathOf(vm, value);
    return withFileErrors(vm, "unlink", path, () => vm.process.files.removeFile(at)) as undefined;
  },
  rmSync(vm, _self, [value, options]) {
    const { path, at } = pathOf(vm, value);
    if (!vm.process.files.findLink(at)) {
      if (option(vm, options, "force") === true) return undefined;
      throw new Thrown(systemError(vm, "ENOENT", "lstat", path));
    }
    remove(vm, at, path, option(vm, options, "recursive") === true);
    return undefined;
  },
  renameSync(vm, _self, [from, to]) {
    const [a, b] = [pathOf(vm, from), pathOf(vm, to)];
    return withFileErrors(vm, "rename", a.path, () => vm.process.files.rename(a.at, b.at), b.path) as undefined;
  },
  copyFileSync(vm, _self, [from, to]) {
    const [a, b] = [pathOf(vm, from), pathOf(vm, to)];
    return withFileErrors(vm, "copyfile", a.path, () => vm.process.files.copyFile(a.at, b.at), b.path) as undefined;
  },
  symlinkSync(vm, _self, [target, path]) {
    const at = pathOf(vm, path);
    return withFileErrors(
      vm,
      "symlink",
      toText(vm, target),
      () => vm.process.files.makeLink(bytesOfText(toText(vm, target)), at.at),
      at.path,
    ) as undefined;
  },
  realpathSync(vm, _self, [value]) {
    const { path, at } = pathOf(vm, value);
    return textOfBytes(withFileErrors(vm, "lstat", path, () => vm.process.files.realPath(at)));
  },
  chmodSync(vm, _self, [value, mode]) {
    const { path, at } = pathOf(vm, value);
    const number = typeof mode === "string" ? Number.parseInt(mode, 8) : toInteger(vm, mode);
    return withFileErrors(vm, "chmod", path, () => vm.process.files.setMode(at, number)) as undefined;
  },
  accessSync(vm, _self, [value, mode]) {
    const { path, at } = pathOf(vm, value);
    const bits = toInteger(vm, mode);
    const how = `${bits & 4 ? "r" : ""}${bits & 2 ? "w" : ""}${bits & 1 ? "x" : ""}`;
    withFileErrors(vm, "access", path, () => {
      vm.process.files.stat(at);
      if (how !== "") vm.process.files.access(at, how);
    });
    return undefined;
  },
  truncateSync(vm, _self, [value, length]) {
    const { path, at } = pathOf(vm, value);
    return withFileErrors(vm, "open", path, () =>
      vm.process.files.write(at, vm.process.files.read(at).slice(0, toInteger(vm, length))),
    ) as undefined;
  },
  openSync: (vm, _self, [path, flags]) => openFile(vm, path, flags === undefined ? "r" : toText(vm, flags)),
  closeSync(vm, _self, [fd]) {
    vm.facts.delete(`fd ${toInteger(vm, fd)}`);
    return undefined;
  },
  readSync(vm, _self, [fd, buffer, offset, length]) {
    const number = toInteger(vm, fd);
    const { bytes } = buffer as JsBytes;
    const open = descriptor(vm, number)!;
    const most = toInteger(vm, length, bytes.length);
    const data = vm.process.files.read(open.at).slice(open.position, open.position + most);
    for (let i = 0; i < data.length; i++) bytes[toInteger(vm, offset) + i] = data.charCodeAt(i);
    vm.facts.set(`fd ${number}`, JSON.stringify({ ...open, position: open.position + data.length }));
    return data.length;
  },
  writeSync(vm, _self, [fd, data, ...rest]) {
    const number = toInteger(vm, fd);
    writeFile(vm, number, data, rest[1], "a");
    return dataOf(vm, data).length;
  },
  fsyncSync: () => undefined,
});

/** For the file watcher: time and size of a file. */
natives("node:fs", {
  markOf(vm, _self, [value]) {
    const entry = vm.process.files.find(pathOf(vm, value).at);
    return entry ? `${entry.modifiedAtMs} ${vm.process.files.sizeBytes(entry)}` : "";
  },
});
