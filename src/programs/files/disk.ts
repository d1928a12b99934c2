/** df, du, mount, umount, mountpoint. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { MountFacts } from "../../files/file-system.ts";
import { tool, UsageError } from "../base/call.ts";
import { blocksOf } from "../base/inodes.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { joinPath } from "../base/paths.ts";
import { busyboxSize, humanSize, parseSize } from "../base/sizes.ts";

const DF_RULES = {
  short: "aB:hHiklmPt:Tvx:",
  long: {
    all: "a",
    "block-size": "B",
    "human-readable": "h",
    si: "H",
    inodes: "i",
    portability: "P",
    type: "t",
    "print-type": "T",
    "exclude-type": "x",
    output: "?",
    total: "-",
  },
};

/** Inodes of a mount, which no file system here counts: one for each 16 kB, as mkfs.ext4 makes them. */
const BYTES_PER_INODE = 16_384;

export const df = tool((call) => {
  const options = readOptions(call, DF_RULES);
  const { files } = call.process;
  let status = 0;
  const mounts =
    options.operands.length === 0
      ? files.mounts.filter(({ sizeBytes }) => sizeBytes > 0 || options.has("a"))
      : options.operands.flatMap((name) => {
          try {
            files.stat(call.path(name));
            return [files.mountOf(call.path(name))];
          } catch (error) {
            const problem = call.flavour === "gnu" ? fileProblem(error) : "can't find mount point";
            call.warn(`df: ${name}: ${problem}\n`);
            status = 1;
            return [];
          }
        });
  const type = options.value("t");
  const shown = mounts.filter(
    ({ fileSystemType }) => (type === undefined || fileSystemType === type) && fileSystemType !== options.value("x"),
  );
  if (shown.length > 0 || call.flavour === "busybox")
    call.print(call.flavour === "gnu" ? gnuTable(options, shown) : busyboxTable(options, shown));
  return status;
});

interface Cells {
  source: string;
  type: string;
  size: string;
  used: string;
  free: string;
  percent: string;
  path: string;
}

function cellsOf(options: Options, mount: MountFacts, human = humanSize): Cells {
  const { sizeBytes, usedBytes } = mount;
  const unit = parseSize(options.value("B") ?? "") ?? (options.has("m") ? 1024 ** 2 : 1024);
  const isHuman = options.has("h", "H");
  const isInodes = options.has("i");
  const [size, used] = isInodes
    ? [Math.floor(sizeBytes / BYTES_PER_INODE), Math.ceil(usedBytes / BYTES_PER_INODE / 4)]
    : [sizeBytes, usedBytes];
  const show = (value: number) =>
    isHuman ? human(value, options.has("H") ? 1000 : 1024) : String(isInodes ? value : Math.ceil(value / unit));
  const percent = size === 0 ? "-" : `${Math.ceil((used * 100) / size)}%`;
  return {
    source: mount.source,
    type: mount.fileSystemType,
    size: show(size),
    used: show(used),
    free: show(Math.max(0, size - used)),
    percent,
    path: mount.path,
  };
}

function gnuTable(options: Options, mounts: readonly MountFacts[]): string {
  const unit = options.value("B");
  const sizeTitle = options.has("i")
    ? "Inodes"
    : options.has("h", "H")
      ? "Size"
      : unit
        ? `${unit.replace(/^1(?=[A-Z])/, "1")}-blocks`
        : options.has("P")
          ? "1024-blocks"
          : options.has("m")
            ? "1M-blocks"
            : "1K-blocks";
  const [usedTitle, freeTitle, percentTitle] = options.has("i")
    ? ["IUsed", "IFree", "IUse%"]
    : ["Used", options.has("h", "H") ? "Avail" : "Available", options.has("P") ? "Capacity" : "Use%"];
  const rows = mounts.map((mount) => cellsOf(options, mount));
  const title: Cells = {
    source: "Filesystem",
    type: "Type",
    size: sizeTitle,
    used: usedTitle!,
    free: freeTitle!,
    percent: percentTitle!,
    path: "Mounted on",
  };
  const all = [title, ...rows];
  const width = (key: keyof Cells, least: number) => Math.max(least, ...all.map((row) => row[key].length));
  const widths = {
    source: width("source", 14),
    type: width("type", 4),
    size: width("size", 5),
    used: width("used", 5),
    free: width("free", 5),
    percent: width("percent", 4),
  };
  return all
    .map((row) => {
      const type = options.has("T") ? `${row.type.padEnd(widths.type)} ` : "";
      return `${row.source.padEnd(widths.source)} ${type}${row.size.padStart(widths.size)} ${row.used.padStart(widths.used)} ${row.free.padStart(widths.free)} ${row.percent.padStart(widths.percent)} ${row.path}\n`;
    })
    .join("");
}

function busyboxTable(options: Options, mounts: readonly MountFacts[]): string {
  const isHuman = options.has("h", "H");
  const type = (text: string) => (options.has("T") ? `${text.padEnd(10)} ` : "");
  const title = `${"Filesystem".padEnd(20)} ${type("Type")}${(options.has("i") ? "Inodes" : isHuman ? "Size" : options.has("P") ? "1024-blocks" : "1K-blocks").padStart(9)} ${(isHuman ? "Used" : "Used").padStart(9)} ${"Available".padStart(9)} ${options.has("P") ? "Capacity" : "Use%"} Mounted on\n`;
  const lines = mounts.map((mount) => {
    const { source, size, used, free, percent, path } = cellsOf(options, mount, busyboxSize);
    const first = source.length > 20 ? `${source}\n${" ".repeat(20)}` : source.padEnd(20);
    return `${first} ${type(mount.fileSystemType)}${size.padStart(9)} ${used.padStart(9)} ${free.padStart(9)} ${percent.padStart(3)} ${path}\n`;
  });
  return title + lines.join("");
}

const DU_RULES = {
  short: "0abB:cd:DhHklLmsSx",
  long: {
    all: "a",
    "apparent-size": "-",
    bytes: "b",
    total: "c",
    "max-depth": "d",
    "human-readable": "h",
    summarize: "s",
    "separate-dirs": "S",
    "one-file-system": "x",
    exclude: ":",
    time: "?",
  },
};

export const du = tool((call) => {
  const options = readOptions(call, DU_RULES);
  const { files } = call.process;
  const unit = options.has("b") ? 1 : options.has("m") ? 1024 ** 2 : 1024;
  const isApparent = options.has("b", "apparent-size");
  const most = options.has("s") ? 0 : Number(options.value("d") ?? Number.POSITIVE_INFINITY);
  const human = call.flavour === "gnu" ? humanSize : busyboxSize;
  const show = (bytes: number) => (options.has("h") ? human(bytes) : String(Math.ceil(bytes / unit)));
  const sizeOf = (entry: FileEntry) => (isApparent ? files.sizeBytes(entry) : blocksOf(files, entry) * 1024);
  let status = 0;
  let total = 0;
  const visit = (name: string, depth: number): number => {
    const path = call.path(name);
    try {
      const entry = files.findLink(path);
      if (!entry) throw new FileError("ENOENT", path);
      let bytes = sizeOf(entry);
      if (entry.type === "directory")
        for (const child of files.list(path)) bytes += visit(joinPath(name, child), depth + 1);
      if ((entry.type === "directory" || options.has("a") || depth === 0) && depth <= most)
        call.print(`${show(bytes)}\t${name}\n`);
      return bytes;
    } catch (error) {
      const problem = fileProblem(error);
      const what = error instanceof FileError && error.code === "EACCES" ? "cannot read directory" : "cannot access";
      call.warn(`du: ${call.flavour === "gnu" ? `${what} ${quoted(name)}` : name}: ${problem}\n`);
      status = 1;
      return 0;
    }
  };
  for (const name of options.operands.length > 0 ? options.operands : ["."]) total += visit(name, 0);
  if (options.has("c")) call.print(`${show(total)}\ttotal\n`);
  return status;
});

export const mount = tool((call) => {
  const options = readOptions(call, { short: "afFhil:no:rsst:TU:vw", long: { bind: "-", types: "t", options: "o" } });
  if (options.operands.length > 0) {
    const [source = "", target = source] = options.operands;
    call.warn(
      call.flavour === "gnu" ? `mount: ${target}: permission denied.\n` : `mount: permission denied (are you root?)\n`,
    );
    return call.flavour === "gnu" ? 32 : 1;
  }
  const type = options.value("t");
  for (const { source, path, fileSystemType, readOnly } of call.process.files.mounts) {
    if (type === undefined || type === fileSystemType)
      call.print(`${source} on ${path} type ${fileSystemType} (${readOnly ? "ro" : "rw"},relatime)\n`);
  }
  return 0;
});

export const umount = tool((call) => {
  const [name] = readOptions(call, { short: "adflnrt:vO:" }).operands;
  if (name === undefined) throw new UsageError("bad usage");
  call.warn(
    call.flavour === "gnu"
      ? `umount: ${name}: must be superuser to unmount.\n`
      : `umount: can't unmount ${name}: Operation not permitted\n`,
  );
  return call.flavour === "gnu" ? 32 : 1;
});

export const mountpoint = tool((call) => {
  const options = readOptions(call, { short: "dnqx", long: { quiet: "q" } });
  const [name] = options.operands;
  if (name === undefined) throw new UsageError("bad usage");
  const { files } = call.process;
  const path = call.path(name);
  if (!files.find(path)) {
    if (!options.has("q")) call.warn(`mountpoint: ${name}: No such file or directory\n`);
    return 1;
  }
  const isMount = files.mounts.some((each) => each.path === path);
  if (!options.has("q")) call.print(`${name} is ${isMount ? "" : "not "}a mountpoint\n`);
  return isMount ? 0 : call.flavour === "gnu" ? 32 : 1;
});
