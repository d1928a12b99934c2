/** diff and cmp: normal and unified form, whole folders, brief reports. Exit status 1: there are differences. */
import type { Bytes } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { baseName, joinPath } from "../base/paths.ts";
import { contextForm, sideBySide } from "./diff-forms.ts";
import { compareLines, type Edit, hunksOf } from "./line-edits.ts";

const RULES = {
  short: "abBcC:dEiI:lL:nNpqrsS:tTuU:wW:x:y",
  long: {
    brief: "q",
    "ignore-all-space": "w",
    "ignore-blank-lines": "B",
    "ignore-case": "i",
    "ignore-space-change": "b",
    label: "L",
    "new-file": "N",
    recursive: "r",
    "report-identical-files": "s",
    text: "a",
    unified: "?",
    "side-by-side": "y",
    width: "W",
    exclude: "x",
    color: "?",
    "strip-trailing-cr": "-",
  },
  status: 2,
};

export const diff = tool(
  (call) => {
    const options = readOptions(call, RULES);
    const [left, right, extra] = options.operands;
    if (left === undefined || right === undefined)
      throw new MissingOperand(`missing operand after ${quoted(left ?? "diff")}`);
    if (extra !== undefined) throw new MissingOperand(`extra operand ${quoted(extra)}`, { status: 2 });
    const form = options.last("e", "n");
    if (form) throw new UsageError(`the form of -${form} is not available`, { status: 2, hasHint: false });
    return new Comparison(call, options).compare(left, right);
  },
  { usageStatus: 2 },
);

class Comparison {
  readonly #call: Call;
  readonly #options: Options;

  constructor(call: Call, options: Options) {
    this.#call = call;
    this.#options = options;
  }

  #isDirectory(name: string): boolean {
    return name !== "-" && this.#call.process.files.find(this.#call.path(name))?.type === "directory";
  }

  compare(left: string, right: string): number {
    const [isLeftFolder, isRightFolder] = [this.#isDirectory(left), this.#isDirectory(right)];
    if (isLeftFolder && isRightFolder) return this.#folders(left, right);
    if (!isLeftFolder && !isRightFolder) return this.#files(left, right);
    const status = isLeftFolder
      ? this.#files(joinPath(left, baseName(right)), right)
      : this.#files(left, joinPath(right, baseName(left)));
    return this.#call.flavour === "busybox" ? Math.min(1, status) : status;
  }

  #folders(left: string, right: string): number {
    const { files } = this.#call.process;
    const excluded = this.#options.values("x");
    const [mine, theirs] = [left, right].map((name) =>
      files.list(this.#call.path(name)).filter((child) => !excluded.includes(child)),
    );
    let status = 0;
    for (const child of [...new Set([...mine!, ...theirs!])].sort()) {
      const paths = [joinPath(left, child), joinPath(right, child)] as const;
      const isBoth = mine!.includes(child) && theirs!.includes(child);
      if (!isBoth && !this.#options.has("N")) {
        if (this.#call.flavour === "busybox" && paths.some((path) => this.#isDirectory(path))) continue;
        this.#call.print(`Only in ${mine!.includes(child) ? left : right}: ${child}\n`);
        status = Math.max(status, 1);
      } else status = Math.max(status, this.#pair(paths[0], paths[1]));
    }
    return status;
  }

  #pair(left: string, right: string): number {
    const [isLeftFolder, isRightFolder] = [this.#isDirectory(left), this.#isDirectory(right)];
    if (isLeftFolder && isRightFolder) {
      if (this.#options.has("r")) return this.#folders(left, right);
      this.#call.print(`Common subdirectories: ${left} and ${right}\n`);
      return 0;
    }
    if (isLeftFolder !== isRightFolder) {
      const kind = (isFolder: boolean) => (isFolder ? "directory" : "regular file");
      this.#call.print(`File ${left} is a ${kind(isLeftFolder)} while file ${right} is a ${kind(isRightFolder)}\n`);
      return 1;
    }
    const flags = this.#options.given
      .filter(({ name }) => name !== "x")
      .map(({ name, value }) => `${name.length > 1 ? "--" : "-"}${name}${value}`);
    return this.#files(left, right, `diff ${[...flags, left, right].join(" ")}\n`);
  }

  #read(name: string): Bytes | undefined {
    try {
      return this.#call.read(name);
    } catch (error) {
      if (error instanceof FileError && error.code === "ENOENT" && this.#options.has("N")) return "";
      this.#call.warn(
        this.#call.flavour === "gnu"
          ? `diff: ${name}: ${fileProblem(error)}\n`
          : `diff: can't stat '${name}': ${fileProblem(error)}\n`,
      );
      return undefined;
    }
  }

  #files(left: string, right: string, head = ""): number {
    const [a, b] = [this.#read(left), this.#read(right)];
    if (a === undefined || b === undefined) return 2;
    const edits = a === b ? [] : compareLines(a, b, (line) => this.#normal(line));
    if (edits.every(({ kind }) => kind === " ")) {
      const isSame = left === right && this.#call.flavour === "busybox";
      if (this.#options.has("s") && !isSame) this.#call.print(`Files ${left} and ${right} are identical\n`);
      return 0;
    }
    if (this.#options.has("q")) this.#call.print(`Files ${left} and ${right} differ\n`);
    else if ((a + b).includes("\0") && !this.#options.has("a"))
      this.#call.print(`Binary files ${left} and ${right} differ\n`);
    else this.#call.print(head + this.#formatted(left, right, edits));
    return 1;
  }

  #formatted(left: string, right: string, edits: readonly Edit[]): string {
    if (this.#options.has("y")) return sideBySide(edits, Number(this.#options.value("W") ?? 130));
    if (this.#options.has("c", "C")) {
      const [from = "", to = ""] = [left, right].map(
        (name, i) => this.#options.values("L")[i] ?? `${name}\t${this.#time(name, "%a %b %e %T %Y")}`,
      );
      return `*** ${from}\n--- ${to}\n${contextForm(edits, Number(this.#options.value("C") || 3))}`;
    }
    return this.#isUnified() ? this.#unified(left, right, edits) : normalForm(edits);
  }

  /** busybox prints the unified form always. */
  #isUnified(): boolean {
    return this.#options.has("u", "U", "unified") || this.#call.flavour === "busybox";
  }

  #normal(line: string): string {
    let text = line;
    if (this.#options.has("strip-trailing-cr")) text = text.replace(/\r$/, "");
    if (this.#options.has("w")) text = text.replace(/\s/g, "");
    else if (this.#options.has("b")) text = text.replace(/[ \t]+/g, " ").replace(/ $/, "");
    return this.#options.has("i") ? text.toLowerCase() : text;
  }

  #unified(left: string, right: string, edits: readonly Edit[]): string {
    const context = Number(this.#options.value("U") || this.#options.value("unified") || 3);
    const labels = this.#options.values("L");
    const title = (mark: string, name: string, index: number) =>
      `${mark} ${labels[index] ?? `${name}${this.#call.flavour === "gnu" ? `\t${this.#time(name)}` : ""}`}\n`;
    const hunks = hunksOf(edits, context).map(([from, to]) => unifiedHunk(edits, from, to));
    return title("---", left, 0) + title("+++", right, 1) + hunks.join("");
  }

  #time(name: string, format = "%F %T.%N %z"): string {
    const entry = name === "-" ? undefined : this.#call.process.files.find(this.#call.path(name));
    return formatTime(format, localTime(entry?.modifiedAtMs ?? this.#call.process.nowMs, this.#call.process.env.TZ));
  }
}

function lineNumbers(edits: readonly Edit[], end: number): { old: number; new: number } {
  const count = { old: 0, new: 0 };
  for (const { kind } of edits.slice(0, end)) {
    if (kind !== "+") count.old++;
    if (kind !== "-") count.new++;
  }
  return count;
}

const NO_NEWLINE = "\\ No newline at end of file\n";

function shown(mark: string, { line, lacksNewline }: Edit): string {
  return `${mark}${line}\n${lacksNewline ? NO_NEWLINE : ""}`;
}

function unifiedHunk(edits: readonly Edit[], from: number, to: number): string {
  const before = lineNumbers(edits, from);
  const part = edits.slice(from, to);
  const range = (start: number, count: number) =>
    count === 1 ? `${start + 1}` : `${count === 0 ? start : start + 1},${count}`;
  const [removed, added] = [
    part.filter(({ kind }) => kind !== "+").length,
    part.filter(({ kind }) => kind !== "-").length,
  ];
  return `@@ -${range(before.old, removed)} +${range(before.new, added)} @@\n${part.map((edit) => shown(edit.kind, edit)).join("")}`;
}

/** `3a4`, `1,2d0`, `1c1`, with `<` and `>` before the lines. */
function normalForm(edits: readonly Edit[]): string {
  return hunksOf(edits, 0)
    .map(([from, to]) => {
      const before = lineNumbers(edits, from);
      const part = edits.slice(from, to);
      const [removed, added] = [part.filter(({ kind }) => kind === "-"), part.filter(({ kind }) => kind === "+")];
      const range = (start: number, count: number) =>
        count <= 1 ? `${start + count}` : `${start + 1},${start + count}`;
      const letter = removed.length === 0 ? "a" : added.length === 0 ? "d" : "c";
      const divider = letter === "c" ? "---\n" : "";
      return `${range(before.old, removed.length)}${letter}${range(before.new, added.length)}\n${removed.map((edit) => shown("< ", edit)).join("")}${divider}${added.map((edit) => shown("> ", edit)).join("")}`;
    })
    .join("");
}

export const cmp = tool(
  (call) => {
    const options = readOptions(call, {
      short: "bi:ln:s",
      long: { silent: "s", quiet: "s", verbose: "l", bytes: "n" },
      status: 2,
    });
    const [left, right = "-"] = options.operands;
    if (left === undefined) throw new MissingOperand("missing operand after 'cmp'", { status: 2 });
    const contents: Bytes[] = [];
    for (const name of [left, right]) {
      try {
        contents.push(call.read(name).slice(0, options.has("n") ? Number(options.value("n")) : undefined));
      } catch (error) {
        if (!options.has("s"))
          call.warn(`cmp: ${call.flavour === "gnu" ? name : `can't open '${name}'`}: ${fileProblem(error)}\n`);
        return 2;
      }
    }
    const [a = "", b = ""] = contents;
    if (a === b) return 0;
    if (options.has("s")) return 1;
    const length = Math.min(a.length, b.length);
    let at = 0;
    while (at < length && a[at] === b[at]) at++;
    if (options.has("l")) {
      for (let i = at; i < length; i++)
        if (a[i] !== b[i])
          call.print(
            `${i + 1} ${a.charCodeAt(i).toString(8).padStart(3)} ${b.charCodeAt(i).toString(8).padStart(3)}\n`,
          );
    } else if (at === length) {
      const name = a.length < b.length ? left : right;
      const line = a.slice(0, length).split("\n").length - 1;
      call.warn(
        length === 0
          ? `cmp: EOF on ${name} which is empty\n`
          : call.flavour === "gnu"
            ? `cmp: EOF on ${name} after byte ${length}, ${a[length - 1] === "\n" ? `line ${line}` : `in line ${line + 1}`}\n`
            : `cmp: EOF on ${name}\n`,
      );
    } else
      call.print(
        `${left} ${right} differ: ${call.flavour === "gnu" ? "byte" : "char"} ${at + 1}, line ${a.slice(0, at).split("\n").length}\n`,
      );
    return 1;
  },
  { usageStatus: 2 },
);
