/** cut, tr, paste, wc, uniq, comm: programs for fields, characters and neighbouring lines. */
import type { Bytes } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { lineTool, streamTool } from "../base/streams.ts";
import { namesOf } from "./cat.ts";
import { type CharacterSet, expandSet } from "./character-sets.ts";

const CUT_RULES = {
  short: "b:c:d:f:nsz",
  long: {
    bytes: "b",
    characters: "c",
    delimiter: "d",
    fields: "f",
    complement: "-",
    "only-delimited": "s",
    "output-delimiter": ":",
    "zero-terminated": "z",
  },
};

export const cut = lineTool((call) => {
  const options = readOptions(call, CUT_RULES);
  const kind = options.last("b", "c", "f");
  if (!kind)
    throw new UsageError(
      call.flavour === "gnu"
        ? "you must specify a list of bytes, characters, or fields"
        : "expected a list of bytes, characters, or fields",
      { hasHint: call.flavour === "gnu" },
    );
  // An empty delimiter is the NUL byte.
  const delimiter =
    options
      .value("d")
      ?.replace(/^$/, "\0")
      .slice(0, call.flavour === "busybox" ? 1 : 2) ?? "\t";
  if (delimiter.length > 1 && call.flavour === "gnu") throw new UsageError("the delimiter must be a single character");
  if (options.has("d") && kind !== "f")
    throw new UsageError("an input delimiter may be specified only when operating on fields");
  const ranges = parseRanges(options.value(kind)!, kind);
  const isWanted = (index: number) =>
    ranges.some(([low, high]) => index >= low && index <= high) !== options.has("complement");
  const glue = options.value("output-delimiter") ?? (kind === "f" ? delimiter : "");
  const end = options.has("z") ? "\0" : "\n";
  return {
    names: namesOf(options.operands),
    separator: end,
    line: (text) => {
      if (kind !== "f") {
        call.print(pick(text, isWanted, ranges, glue) + end);
      } else if (!text.includes(delimiter)) {
        if (!options.has("s")) call.print(text + end);
      } else {
        const fields = text.split(delimiter);
        call.print(fields.filter((_, i) => isWanted(i + 1)).join(glue) + end);
      }
    },
    end: (failed) => (failed ? 1 : 0),
  };
});

function pick(
  text: Bytes,
  isWanted: (index: number) => boolean,
  ranges: readonly (readonly [number, number])[],
  glue: string,
): string {
  if (glue === "") return [...text].filter((_, i) => isWanted(i + 1)).join("");
  return ranges
    .map(([low, high]) => text.slice(low - 1, high))
    .filter((part) => part !== "")
    .join(glue);
}

function parseRanges(list: string, kind: string): [number, number][] {
  const noun = kind === "f" ? "field" : "byte/character";
  const ranges = list.split(/[, ]/).map((part): [number, number] => {
    const match = /^(\d+)?(-)?(\d+)?$/.exec(part);
    if (!match || part === "" || part === "-") {
      throw new UsageError(
        part === "-" ? "invalid range with no endpoint: -" : `invalid ${noun} value ${quoted(part)}`,
      );
    }
    const [, low, dash, high] = match;
    const from = low === undefined ? 1 : Number(low);
    const to = dash === undefined ? from : high === undefined ? Number.POSITIVE_INFINITY : Number(high);
    if (from === 0)
      throw new UsageError(
        kind === "f" ? "fields are numbered from 1" : "byte/character positions are numbered from 1",
      );
    if (to < from) throw new UsageError("invalid decreasing range");
    return [from, to];
  });
  return ranges.sort(([a], [b]) => a - b);
}

const TR_RULES = {
  short: "cCdst",
  long: { complement: "c", delete: "d", "squeeze-repeats": "s", "truncate-set1": "t" },
  stopsAtOperand: true,
};

export const tr = streamTool((call, state) => {
  const options = readOptions(call, TR_RULES);
  const [first, second] = options.operands;
  if (first === undefined) throw new MissingOperand("missing operand");
  const isDeleting = options.has("d");
  const isSqueezing = options.has("s");
  if (second === undefined && !isDeleting && !isSqueezing && call.flavour === "gnu") {
    throw new MissingOperand(`missing operand after ${quoted(first)}\nTwo strings must be given when translating.`);
  }
  if (second !== undefined && isDeleting && !isSqueezing) {
    throw new MissingOperand(
      `extra operand ${quoted(second)}\nOnly one string may be given when deleting without squeezing repeats.`,
    );
  }
  const isGnu = call.flavour === "gnu";
  const source = expandSet(first, { isGnu, isComplement: options.has("c", "C") });
  const translate =
    !isDeleting && second !== undefined
      ? mapping(source, expandSet(second, { isGnu, fillTo: source.characters.length }), options)
      : undefined;
  const squeezed = isSqueezing
    ? new Set(
        (second === undefined ? source : expandSet(second, { isGnu, fillTo: source.characters.length })).characters,
      )
    : undefined;
  const deleted = isDeleting ? new Set(source.characters) : undefined;
  return {
    names: ["-"],
    piece: (data) => {
      let result = "";
      for (const character of data) {
        if (deleted?.has(character)) continue;
        const made = translate?.get(character) ?? character;
        if (squeezed?.has(made) && state.last === made) continue;
        state.last = made;
        result += made;
      }
      call.print(result);
      return false;
    },
    end: () => 0,
  };
});

function mapping(from: CharacterSet, to: CharacterSet, options: Options): Map<string, string> {
  const last = to.characters.at(-1);
  if (last === undefined)
    throw new UsageError("when not truncating set1, string2 must be non-empty", { hasHint: false });
  const pairs = from.characters.flatMap((character, i) => {
    const target = to.characters[i] ?? (options.has("t") ? undefined : last);
    return target === undefined ? [] : [[character, target] as const];
  });
  // The last pair of a repeated character counts.
  return new Map(pairs);
}

export const paste = tool((call) => {
  const options = readOptions(call, { short: "d:sz", long: { delimiters: "d", serial: "s", "zero-terminated": "z" } });
  if (options.value("d") === "" && call.flavour === "busybox")
    throw new UsageError("-d '' is not supported", { hasHint: false });
  const delimiters = unescapeDelimiters(options.value("d") ?? "\t");
  const files = namesOf(options.operands).map((name) => name);
  const columns = splitAmong(call, files);
  const delimiter = (i: number) => (delimiters.length === 0 ? "" : delimiters[i % delimiters.length]!);
  if (options.has("s")) {
    for (const lines of columns)
      call.print(`${lines.map((line, i) => (i === 0 ? "" : delimiter(i - 1)) + line).join("")}\n`);
    return 0;
  }
  const rows = Math.max(0, ...columns.map((lines) => lines.length));
  for (let row = 0; row < rows; row++) {
    call.print(`${columns.map((lines, i) => (i === 0 ? "" : delimiter(i - 1)) + (lines[row] ?? "")).join("")}\n`);
  }
  return 0;
});

/** The lines of each file. Several `-` share the lines of the standard input in turn. */
function splitAmong(call: Call, names: readonly string[]): string[][] {
  const standard = names.filter((name) => name === "-").length;
  let turn = 0;
  const lines = standard > 0 ? linesOf(call.input()) : [];
  return names.map((name) => {
    if (name !== "-") return linesOf(call.read(name));
    const own = turn++;
    return lines.filter((_, i) => i % standard === own);
  });
}

function unescapeDelimiters(text: string): string[] {
  const escapes: Record<string, string> = { "\\n": "\n", "\\t": "\t", "\\0": "", "\\\\": "\\" };
  return (text.match(/\\.|./gs) ?? []).map((part) => escapes[part] ?? part);
}

/** Lines without their newlines. */
export function linesOf(text: Bytes): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

const WC_RULES = { short: "clLmw", long: { bytes: "c", chars: "m", lines: "l", words: "w", "max-line-length": "L" } };

export const wc = tool((call) => {
  const options = readOptions(call, WC_RULES);
  const names = namesOf(options.operands);
  const isGnu = call.flavour === "gnu";
  const kinds = ["l", "w", "m", "c", "L"].filter((kind) => options.has(kind));
  const shown = kinds.length > 0 ? kinds : ["l", "w", "c"];
  const rows: { counts: number[]; name: string }[] = [];
  let status = 0;
  for (const name of names) {
    try {
      rows.push({ counts: countsOf(call.read(name), shown), name: options.operands.length === 0 ? "" : name });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.warn(`wc: ${name}: ${error.message}\n`);
      if (error.code === "EISDIR") rows.push({ counts: shown.map(() => 0), name });
      status = 1;
    }
  }
  const isAll = names.length > 1;
  const total = shown.map((kind, i) =>
    rows.reduce((sum, { counts }) => (kind === "L" ? Math.max(sum, counts[i]!) : sum + counts[i]!), 0),
  );
  if (isAll) rows.push({ counts: total, name: "total" });
  const width = isGnu ? gnuWidth(call, names, shown, options) : 0;
  for (const { counts, name } of rows) {
    const text = isGnu
      ? counts.map((count) => String(count).padStart(width)).join(" ")
      : shown.length === 1 && names.length === 1
        ? String(counts[0])
        : counts.map((count) => String(count).padStart(9)).join(" ");
    call.print(`${text}${name === "" ? "" : ` ${name}`}\n`);
  }
  return status;
});

/** GNU takes the width from the sizes of all files; for other inputs it is 7. */
function gnuWidth(call: Call, names: readonly string[], shown: readonly string[], options: Options): number {
  if (names.length === 1 && shown.length === 1) return 1;
  if (options.operands.length === 0) return 7;
  let isOdd = false;
  let size = 0;
  for (const name of names) {
    const entry = name === "-" ? undefined : call.process.files.find(call.path(name));
    if (entry?.type === "file") size += call.process.files.sizeBytes(entry);
    else if (name === "-" || entry) isOdd = true;
  }
  return Math.max(String(size).length, isOdd ? 7 : 1);
}

function countsOf(text: Bytes, kinds: readonly string[]): number[] {
  return kinds.map((kind) => {
    if (kind === "l") return text.split("\n").length - 1;
    if (kind === "w") return text.match(/[^ \t\n\v\f\r]+/g)?.length ?? 0;
    if (kind === "L") return Math.max(0, ...text.split("\n").map((line) => line.replaceAll("\t", "        ").length));
    return text.length;
  });
}

const UNIQ_RULES = {
  short: "cdDf:is:uw:z",
  long: {
    count: "c",
    repeated: "d",
    "all-repeated": "?",
    "skip-fields": "f",
    "ignore-case": "i",
    "skip-chars": "s",
    unique: "u",
    "check-chars": "w",
    "zero-terminated": "z",
  },
};

export const uniq = lineTool(
  (call, state) => {
    const options = readOptions(call, UNIQ_RULES);
    const [input = "-", output] = options.operands;
    const key = (line: string) => {
      let text = line;
      for (let i = 0; i < Number(options.value("f") ?? 0); i++) text = text.replace(/^[ \t]*[^ \t]*/, "");
      text = text.slice(Number(options.value("s") ?? 0));
      if (options.has("w")) text = text.slice(0, Number(options.value("w")));
      return options.has("i") ? text.toLowerCase() : text;
    };
    let written = "";
    const end = options.has("z") ? "\0" : "\n";
    const emit = (text: string) => {
      if (output === undefined) call.print(text);
      else written += text;
    };
    const flush = () => {
      if (state.count === undefined) return;
      const count = Number(state.count);
      const isShown = options.has("D", "all-repeated")
        ? false
        : options.has("d")
          ? count > 1 && !options.has("u")
          : !options.has("u") || count === 1;
      if (isShown) emit(`${options.has("c") ? `${String(count).padStart(7)} ` : ""}${state.line}${end}`);
    };
    return {
      names: [input],
      separator: end,
      line: (text) => {
        const isEqual = state.count !== undefined && key(String(state.line)) === key(text);
        if (isEqual) {
          state.count = Number(state.count) + 1;
          if (options.has("D", "all-repeated")) {
            if (state.count === 2) emit(`${state.line}${end}`);
            emit(`${text}${end}`);
          }
          return;
        }
        flush();
        Object.assign(state, { line: text, count: 1 });
      },
      end: (failed) => {
        flush();
        if (output !== undefined) call.process.files.write(output, written);
        return failed ? 1 : 0;
      },
    };
  },
  { busybox: "open" },
);

export const comm = tool((call) => {
  const options = readOptions(call, {
    short: "123z",
    long: { "output-delimiter": ":", "check-order": "-", "nocheck-order": "-", total: "-" },
  });
  const [leftName, rightName] = options.operands;
  if (leftName === undefined) throw new MissingOperand("missing operand");
  if (rightName === undefined) throw new MissingOperand(`missing operand after ${quoted(leftName)}`);
  const [left, right] = [leftName, rightName].map((name) => {
    try {
      return linesOf(call.read(name));
    } catch (error) {
      throw new UsageError(`${call.flavour === "busybox" ? `can't open '${name}'` : name}: ${fileProblem(error)}`, {
        hasHint: false,
      });
    }
  });
  const glue = options.value("output-delimiter") ?? "\t";
  const column = (index: number) => glue.repeat(["1", "2"].slice(0, index).filter((each) => !options.has(each)).length);
  const emit = (index: number, line: string) => {
    if (!options.has(String(index + 1))) call.print(`${column(index)}${line}\n`);
  };
  let [i, j] = [0, 0];
  while (i < left!.length || j < right!.length) {
    const [a, b] = [left![i], right![j]];
    if (b === undefined || (a !== undefined && a < b)) emit(0, left![i++]!);
    else if (a === undefined || b < a) emit(1, right![j++]!);
    else {
      emit(2, a);
      i++;
      j++;
    }
  }
  return 0;
});
