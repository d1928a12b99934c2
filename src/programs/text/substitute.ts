/** envsubst, dos2unix, unix2dos, csplit, factor, uuidgen, sum, link, pwd: small programs around texts and names. */
import { FileError } from "../../files/errors.ts";
import { compilePosix } from "../../lib/posix-regex.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { linesOf } from "./fields.ts";

const REFERENCE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;

/** Replaces references to variables; an argument names the variables that count. */
export const envsubst = tool((call) => {
  const options = readOptions(call, { short: "vhV", long: { variables: "v" } });
  const [wanted] = options.operands;
  const names =
    wanted === undefined ? undefined : new Set([...wanted.matchAll(REFERENCE)].map((match) => match[1] ?? match[2]!));
  if (options.has("v")) {
    call.print([...(names ?? [])].map((name) => `${name}\n`).join(""));
    return 0;
  }
  const { env } = call.process;
  call.print(
    call.input().replace(REFERENCE, (all, plain?: string, braced?: string) => {
      const name = plain ?? braced ?? "";
      return names && !names.has(name) ? all : (env[name] ?? "");
    }),
  );
  return 0;
});

function lineEnds(convert: (text: string) => string, label: string) {
  return tool((call) => {
    const options = readOptions(call, { short: "dukqn", long: { quiet: "q", newfile: "n" } });
    if (options.operands.length === 0) {
      call.print(convert(call.input()));
      return 0;
    }
    let status = 0;
    for (const name of options.operands) {
      try {
        call.process.files.write(call.path(name), convert(call.read(name)));
        if (call.flavour === "gnu") call.warn(`${call.name}: converting file ${name} to ${label} format...\n`);
      } catch (error) {
        call.warn(`${call.name}: ${name}: ${fileProblem(error)}\n`);
        status = 1;
      }
    }
    return status;
  });
}

export const dos2unix = lineEnds((text) => text.replaceAll("\r\n", "\n"), "Unix");
export const unix2dos = lineEnds((text) => text.replace(/\r?\n/g, "\r\n"), "DOS");

/** Cuts a file into pieces at line numbers and patterns. */
export const csplit = tool((call) => {
  const options = readOptions(call, {
    short: "b:f:kn:sqz",
    long: {
      "suffix-format": "b",
      prefix: "f",
      "keep-files": "k",
      digits: "n",
      silent: "s",
      quiet: "s",
      "elide-empty-files": "z",
    },
  });
  const [name, ...patterns] = options.operands;
  if (name === undefined) throw new MissingOperand("missing operand");
  if (patterns.length === 0) throw new MissingOperand(`missing operand after ${quoted(name)}`);
  const lines = linesOf(call.read(name));
  const cuts = cutsOf(lines, patterns);
  if (typeof cuts === "string") {
    // The rest was written and is removed again.
    call.print(`${lines.join("\n").length + 1}\n`);
    call.warn(`csplit: ${cuts}\n`);
    return 1;
  }
  const digits = Number(options.value("n") ?? 2);
  let [from, made] = [0, 0];
  for (const { at, isKept } of [...cuts, { at: lines.length, isKept: true }]) {
    const text = lines
      .slice(from, at)
      .map((line) => `${line}\n`)
      .join("");
    from = at;
    if (!isKept || (text === "" && options.has("z"))) continue;
    call.process.files.write(call.path(`${options.value("f") ?? "xx"}${String(made++).padStart(digits, "0")}`), text);
    if (!options.has("s", "q")) call.print(`${text.length}\n`);
  }
  return 0;
});

/** Where the pieces end; a text is the reason why there is no such place. */
function cutsOf(lines: readonly string[], patterns: readonly string[]): { at: number; isKept: boolean }[] | string {
  const cuts: { at: number; isKept: boolean }[] = [];
  let at = 0;
  for (let i = 0; i < patterns.length; i++) {
    const pattern = patterns[i]!;
    const repeat = /^\{(\d+|\*)\}$/.exec(patterns[i + 1] ?? "")?.[1];
    if (repeat !== undefined) i++;
    const times = repeat === "*" ? lines.length : Number(repeat ?? 0) + 1;
    for (let time = 0; time < times; time++) {
      const number = /^\d+$/.test(pattern) ? Number(pattern) : undefined;
      const [, mark, source, offset = "0"] = /^([/%])(.*)\1([-+]?\d+)?$/s.exec(pattern) ?? [];
      if (number === undefined && mark === undefined) return `${quoted(pattern)}: invalid pattern`;
      let found = number === undefined ? -1 : number * (time + 1) - 1;
      if (source !== undefined) {
        const regex = compilePosix(source, { isExtended: false });
        const next = lines.findIndex(
          (line, index) => index > (time === 0 && i === 0 ? at - 1 : at) && regex.find(line),
        );
        found = next < 0 ? -1 : next + Number(offset);
      }
      if (found < 0 || found > lines.length) {
        if (repeat === "*") break;
        return number === undefined
          ? `${quoted(pattern)}: match not found`
          : `${quoted(pattern)}: line number out of range`;
      }
      cuts.push({ at: found, isKept: mark !== "%" });
      at = found;
    }
  }
  return cuts;
}

const MAX_FACTORED = 2n ** 53n;

export const factor = tool((call) => {
  const { operands } = readOptions(call, { short: "h" });
  const numbers = operands.length > 0 ? operands : call.input().split(/\s+/).filter(Boolean);
  let status = 0;
  for (const text of numbers) {
    if (!/^\+?\d+$/.test(text) || BigInt(text) > MAX_FACTORED) {
      call.warn(call.flavour === "gnu" ? `factor: ${quoted(text)} is not a valid positive integer\n` : "");
      status = 1;
      continue;
    }
    let rest = Number(text);
    const factors: number[] = [];
    for (let divisor = 2; divisor * divisor <= rest; divisor += divisor === 2 ? 1 : 2) {
      while (rest % divisor === 0) {
        factors.push(divisor);
        rest /= divisor;
      }
    }
    if (rest > 1) factors.push(rest);
    call.print(`${Number(text)}:${factors.map((each) => ` ${each}`).join("")}\n`);
  }
  return status;
});

export const uuidgen = tool((call) => {
  const digits = Array.from({ length: 4 }, () => call.process.random().toString(16).padStart(8, "0")).join("");
  const variant = "89ab"[Number.parseInt(digits[16]!, 16) & 3];
  call.print(
    `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}\n`,
  );
  return 0;
});

/** Checksums of BSD, and of System V with -s. */
export const sum = tool((call) => {
  const options = readOptions(call, { short: "rs", long: { sysv: "s" } });
  let status = 0;
  for (const name of options.operands.length > 0 ? options.operands : ["-"]) {
    try {
      call.print(`${checksum(call, name, options.has("s"))}${options.operands.length > 0 ? ` ${name}` : ""}\n`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.warn(`sum: ${name}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

function checksum(call: Call, name: string, isSystemV: boolean): string {
  const bytes = call.read(name);
  let total = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    total = isSystemV ? total + byte : ((total >> 1) + ((total & 1) << 15) + byte) & 0xffff;
  }
  if (!isSystemV) return `${String(total).padStart(5, "0")} ${String(Math.ceil(bytes.length / 1024)).padStart(5)}`;
  const folded = (total & 0xffff) + ((total & 0xffff_ffff) >>> 16);
  return `${(folded & 0xffff) + (folded >>> 16)} ${Math.ceil(bytes.length / 512)}`;
}

export const pwd = tool((call) => {
  const options = readOptions(call, { short: "LP", long: { logical: "L", physical: "P" } });
  call.print(`${options.has("P") ? call.process.files.realPath(call.process.cwd) : call.process.cwd}\n`);
  return 0;
});

/** Hard links do not exist in these file systems: the second name is a copy, as of ln. */
export const link = tool((call) => {
  const { operands } = readOptions(call, { short: "" });
  const [from, to] = operands;
  if (from === undefined || to === undefined) {
    throw new MissingOperand(from === undefined ? "missing operand" : `missing operand after ${quoted(from)}`);
  }
  const { files } = call.process;
  try {
    if (files.findLink(call.path(to))) throw new FileError("EEXIST", call.path(to));
    files.write(call.path(to), files.read(call.path(from)), files.stat(call.path(from)).mode & 0o777);
  } catch (error) {
    throw new UsageError(`cannot create link ${quoted(to)} to ${quoted(from)}: ${fileProblem(error)}`, {
      hasHint: false,
    });
  }
  return 0;
});
