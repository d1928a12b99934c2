/** tree 2.1: directories with what they contain. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { bytesOfText } from "../../lib/bytes.ts";
import { type Call, tool, UsageError } from "../base/call.ts";
import { matchesGlob } from "../base/glob.ts";
import { modeText } from "../base/modes.ts";
import { type Options, readOptions } from "../base/options.ts";
import { joinPath } from "../base/paths.ts";
import { humanSize } from "../base/sizes.ts";

const RULES = {
  short: "aCdfFhiI:JlL:nNpP:qrst",
  long: { dirsfirst: "-", filesfirst: "-", noreport: "-", prune: "-", version: "-" },
};

const ASCII = { branch: "|-- ", last: "`-- ", line: "|   " };
const BOXES = { branch: "├── ", last: "└── ", line: "│   " };

interface Walk {
  call: Call;
  options: Options;
  directories: number;
  files: number;
  lines: typeof ASCII;
}

export const tree = tool((call) => {
  const options = readOptions(call, RULES);
  if (options.has("version")) {
    call.print(bytesOfText("tree v2.1.0 © 1996 - 2022 by Steve Baker and Thomas Moore\n"));
    return 0;
  }
  const level = options.value("L");
  if (level !== undefined && !(Number(level) > 0)) {
    throw new UsageError("Invalid level, must be greater than 0.", { hasHint: false });
  }
  const { LC_ALL, LC_CTYPE, LANG } = call.process.env;
  const isUnicode = call.flavour === "busybox" || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
  const walk: Walk = { call, options, directories: 0, files: 0, lines: isUnicode ? BOXES : ASCII };
  const roots = options.operands.length > 0 ? options.operands : ["."];
  if (options.has("J")) return printJson(walk, roots);
  let status = 0;
  for (const root of roots) {
    const entry = call.process.files.find(call.path(root));
    if (entry?.type !== "directory") {
      call.print(`${root}  [error opening dir]\n`);
      status = 2;
      continue;
    }
    walk.directories++;
    call.print(`${factsOf(walk, entry)}${root}${options.has("F") ? "/" : ""}\n`);
    printEntries(walk, { path: root, prefix: "", depth: 1 });
  }
  if (!options.has("noreport")) call.print(`\n${reportOf(walk)}\n`);
  return status;
});

function reportOf({ directories, files, options }: Walk): string {
  const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
  const first = counted(directories, "directory", "directories");
  return options.has("d") ? first : `${first}, ${counted(files, "file", "files")}`;
}

interface Child {
  name: string;
  path: string;
  entry: FileEntry;
}

function childrenOf({ call, options }: Walk, folder: string): Child[] {
  const { files } = call.process;
  const names = listOf(call, folder).filter((name) => options.has("a") || !name.startsWith("."));
  const children = names.flatMap((name): Child[] => {
    const path = folder === "/" ? `/${name}` : `${folder}/${name}`;
    const entry = files.findLink(joinPath(call.path(folder), name));
    return entry && isShown(options, name, entry) ? [{ name, path, entry }] : [];
  });
  if (options.has("t")) children.sort((a, b) => a.entry.modifiedAtMs - b.entry.modifiedAtMs);
  if (options.has("r")) children.reverse();
  const side = options.has("dirsfirst") ? 1 : options.has("filesfirst") ? -1 : 0;
  const rank = ({ entry }: Child) => (entry.type === "directory" ? -side : side);
  return side === 0 ? children : children.sort((a, b) => rank(a) - rank(b));
}

function listOf(call: Call, folder: string): readonly string[] {
  try {
    return call.process.files.list(call.path(folder));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [];
  }
}

function isShown(options: Options, name: string, entry: FileEntry): boolean {
  const isDirectory = entry.type === "directory";
  const matches = (patterns: string) => patterns.split("|").some((pattern) => matchesGlob(pattern, name));
  if (options.has("d") && !isDirectory) return false;
  if (options.values("I").some(matches)) return false;
  return isDirectory || !options.has("P") || options.values("P").some(matches);
}

function printEntries(walk: Walk, { path, prefix, depth }: { path: string; prefix: string; depth: number }): void {
  const { call, options, lines } = walk;
  if (depth > Number(options.value("L") ?? Number.POSITIVE_INFINITY)) return;
  const children = childrenOf(walk, path);
  for (const [i, child] of children.entries()) {
    const isLast = i === children.length - 1;
    const branch = options.has("i") ? "" : bytesOfText(prefix + (isLast ? lines.last : lines.branch));
    const name = options.has("f") ? child.path : child.name;
    call.print(`${branch}${factsOf(walk, child.entry)}${name}${endingOf(walk, child)}\n`);
    if (child.entry.type === "directory") {
      walk.directories++;
      printEntries(walk, { path: child.path, prefix: prefix + (isLast ? "    " : lines.line), depth: depth + 1 });
    } else walk.files++;
  }
}

function endingOf({ call, options }: Walk, { path, entry }: Child): string {
  const mark = (shown: FileEntry | undefined) => {
    if (!options.has("F") || !shown) return "";
    if (shown.type === "directory") return "/";
    return shown.type === "file" && (shown.mode & 0o111) !== 0 ? "*" : "";
  };
  if (entry.type !== "link") return mark(entry);
  return ` -> ${entry.target}${mark(call.process.files.find(call.path(path)))}`;
}

/** Mode and size in brackets, if the options ask for them. */
function factsOf({ call, options }: Walk, entry: FileEntry): string {
  const facts: string[] = [];
  if (options.has("p")) facts.push(modeText(entry));
  const bytes = call.process.files.sizeBytes(entry);
  if (options.has("h")) facts.push(humanSize(bytes).padStart(4));
  else if (options.has("s")) facts.push(String(bytes).padStart(11));
  return facts.length > 0 ? `[${facts.join(" ")}]  ` : "";
}

function printJson(walk: Walk, roots: readonly string[]): number {
  const { call } = walk;
  const shown = roots.map((root) => {
    walk.directories++;
    return jsonOf(walk, { name: root, path: root, type: "directory", target: undefined }, 1);
  });
  const report = `  {"type":"report","directories":${walk.directories},"files":${walk.files}}`;
  call.print(`[\n${[...shown, report].join("\n,\n")}\n]\n`);
  return 0;
}

interface Shown {
  name: string;
  path: string;
  type: string;
  target: string | undefined;
}

function jsonOf(walk: Walk, { name, path, type, target }: Shown, depth: number): string {
  const blanks = "  ".repeat(depth);
  const start = `${blanks}{"type":${JSON.stringify(type)},"name":${JSON.stringify(name)}`;
  if (target !== undefined) return `${start},"target":${JSON.stringify(target)}}`;
  if (type !== "directory" || depth > Number(walk.options.value("L") ?? Number.POSITIVE_INFINITY)) return `${start}}`;
  const children = childrenOf(walk, path).map(({ name: child, path: childPath, entry }) => {
    if (entry.type === "directory") walk.directories++;
    else walk.files++;
    const link = entry.type === "link" ? entry.target : undefined;
    return jsonOf(walk, { name: child, path: childPath, type: entry.type, target: link }, depth + 1);
  });
  return children.length === 0 ? `${start}}` : `${start},"contents":[\n${children.join(",\n")}\n${blanks}]}`;
}
