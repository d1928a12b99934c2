/** ls, dir. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { type Call, tool } from "../base/call.ts";
import { arrangeInColumns } from "../base/columns.ts";
import { quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { joinPath } from "../base/paths.ts";
import { type Item, LongFormat } from "./ls-long.ts";

const RULES = {
  short: "aAbBcCdfFgGhHiIklLmnNopqQrRsStuUvxXZ1w:T:",
  long: {
    all: "a",
    "almost-all": "A",
    color: "?",
    directory: "d",
    classify: "?",
    "full-time": "-",
    "time-style": ":",
    "group-directories-first": "-",
    "human-readable": "h",
    inode: "i",
    dereference: "L",
    "numeric-uid-gid": "n",
    "no-group": "G",
    "quote-name": "Q",
    recursive: "R",
    reverse: "r",
    size: "s",
    sort: ":",
    time: ":",
    format: ":",
    width: "w",
    "file-type": "-",
    literal: "N",
    "block-size": ":",
    si: "-",
    help: "-",
  },
};

export const ls = tool(runLs, { usageStatus: 2 });

function runLs(call: Call): number {
  const options = readOptions(call, RULES);
  return new Listing(call, options).run();
}

class Listing {
  readonly #call: Call;
  readonly #options: Options;
  readonly #format: "long" | "single" | "columns" | "commas";
  #status = 0;
  #isFirst = true;

  constructor(call: Call, options: Options) {
    this.#call = call;
    this.#options = options;
    this.#format = formatOf(call, options);
  }

  run(): number {
    const { operands } = this.#options;
    const named = (operands.length > 0 ? operands : ["."]).flatMap((name) => this.#lookUp(name));
    const lists = (item: Item) => this.#target(item).type === "directory" && !this.#options.has("d");
    const files = this.#sort(named.filter((item) => !lists(item)));
    const directories = this.#sort(named.filter(lists));
    if (files.length > 0) this.#show(files, false);
    const hasTitles = operands.length > 1 || this.#options.has("R");
    for (const { name } of directories) this.#list(name, hasTitles, true);
    return this.#status;
  }

  #lookUp(name: string): Item[] {
    const { files } = this.#call.process;
    const path = this.#call.path(name);
    try {
      const link = files.findLink(path);
      const follows =
        this.#options.has("L", "H") || (link?.type === "link" && !this.#options.has("l", "d", "F", "o", "g", "n"));
      const entry = (follows || name.endsWith("/") ? files.find(path) : link) ?? link;
      if (!entry) throw new FileError("ENOENT", path);
      return [{ name, path, entry }];
    } catch (error) {
      this.#fail("access", name, error);
      return [];
    }
  }

  /** The directory behind a link that was named with a slash at its end, or the entry itself. */
  #target({ entry }: Item): FileEntry {
    return entry;
  }

  #fail(action: "access" | "open directory", name: string, error: unknown): void {
    if (!(error instanceof FileError)) throw error;
    const { flavour, warn } = this.#call;
    if (flavour === "gnu") warn(`${this.#call.name}: cannot ${action} ${quoted(name)}: ${error.message}\n`);
    else warn(`${this.#call.name}: ${action === "access" ? name : `can't open '${name}'`}: ${error.message}\n`);
    this.#status = flavour === "gnu" ? 2 : 1;
  }

  #list(name: string, hasTitle: boolean, isOperand: boolean): void {
    const { files } = this.#call.process;
    const path = this.#call.path(name);
    let items: Item[];
    try {
      items = this.#visible(path).map((child) => ({
        name: child,
        path: joinPath(path, child),
        entry: entryOf(files, path, child, this.#options.has("L")),
      }));
    } catch (error) {
      const status = this.#status;
      this.#fail("open directory", name, error);
      if (!isOperand && this.#call.flavour === "gnu") this.#status = status || 1;
      return;
    }
    if (hasTitle) this.#call.print(`${this.#isFirst ? "" : "\n"}${name}:\n`);
    this.#isFirst = false;
    const sorted = this.#sort(items);
    this.#show(sorted, true);
    if (!this.#options.has("R")) return;
    for (const item of sorted) {
      if (item.entry.type !== "directory" || item.name === "." || item.name === "..") continue;
      this.#list(joinPath(name, item.name), true, false);
    }
  }

  #visible(path: string): string[] {
    const names = this.#call.process.files.list(path);
    if (this.#options.has("a", "f")) return [".", "..", ...names];
    return this.#options.has("A") ? [...names] : names.filter((name) => !name.startsWith("."));
  }

  #sort(items: Item[]): Item[] {
    const { files } = this.#call.process;
    const options = this.#options;
    const sort = options.value("sort");
    if (options.has("U", "f") || sort === "none") return items;
    const byName = (a: Item, b: Item): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    let compare = byName;
    const chosen =
      options.last("t", "S", "X", "v") ?? { time: "t", size: "S", extension: "X", version: "v" }[sort ?? ""];
    if (chosen === "t") compare = (a, b) => b.entry.modifiedAtMs - a.entry.modifiedAtMs || byName(a, b);
    if (chosen === "S") compare = (a, b) => files.sizeBytes(b.entry) - files.sizeBytes(a.entry) || byName(a, b);
    if (chosen === "X") compare = (a, b) => compareText(extension(a.name), extension(b.name)) || byName(a, b);
    if (chosen === "v") compare = (a, b) => compareVersions(a.name, b.name);
    const sorted = [...items].sort(compare);
    if (options.has("r")) sorted.reverse();
    if (!options.has("group-directories-first")) return sorted;
    const isDirectory = ({ entry }: Item) => entry.type === "directory";
    return [...sorted.filter(isDirectory), ...sorted.filter((item) => !isDirectory(item))];
  }

  #show(items: Item[], isDirectory: boolean): void {
    const long = new LongFormat(this.#call, this.#options);
    if (isDirectory && (this.#format === "long" || this.#options.has("s"))) this.#call.print(long.total(items));
    this.#isFirst = false;
    if (this.#format === "long") {
      this.#call.print(long.lines(items));
      return;
    }
    const cells = items.map((item) => long.cell(item));
    if (this.#format === "single") this.#call.print(cells.map((cell) => `${cell}\n`).join(""));
    else if (this.#format === "commas") this.#call.print(cells.length > 0 ? `${cells.join(", ")}\n` : "");
    else
      this.#call.print(
        arrangeInColumns(cells, widthOf(this.#call, this.#options), {
          isAcross: this.#options.last("x", "C") === "x",
          hasEqualColumns: this.#call.flavour === "busybox",
        }),
      );
  }
}

function formatOf(call: Call, options: Options) {
  if (options.has("full-time")) return "long";
  const chosen = options.last("l", "n", "g", "o", "1", "C", "x", "m");
  const word = options.value("format");
  if (chosen === "m" || word === "commas") return "commas";
  if (chosen === "C" || chosen === "x" || word === "vertical" || word === "across") return "columns";
  if (options.has("l", "n", "g", "o") || word === "long" || word === "verbose") return "long";
  if (chosen === "1") return "single";
  if (call.name === "vdir") return "long";
  return call.process.isTerminal(1) || call.name === "dir" ? "columns" : "single";
}

function widthOf(call: Call, options: Options): number {
  const width = options.value("w") ?? call.process.env.COLUMNS;
  return Number(width) || call.process.terminal(1)?.columns || 80;
}

function entryOf(files: Call["process"]["files"], path: string, name: string, follows: boolean): FileEntry {
  const child =
    name === "." ? path : name === ".." ? path.slice(0, path.lastIndexOf("/")) || "/" : joinPath(path, name);
  const entry = (follows ? files.find(child) : undefined) ?? files.findLink(child);
  if (!entry) throw new FileError("ENOENT", child);
  return entry;
}

function extension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Runs of digits are compared as numbers. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.min(left!.length, right!.length); i++) {
    const [x, y] = [left![i]!, right![i]!];
    const isNumber = /^\d/.test(x) && /^\d/.test(y);
    const order = isNumber ? Number(x) - Number(y) || x.length - y.length : compareText(x, y);
    if (order !== 0) return order;
  }
  return left!.length - right!.length;
}
