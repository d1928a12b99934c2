/**
 * awk: mawk as Debian has it, BusyBox' applet, and gawk. Records are handled as they arrive, commands run as processes
 * (`system`, `getline`, pipes). Sequences of rand() and gawk's order of keys that are texts differ.
 */
import { FileError } from "../../files/errors.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import { programName, type Tool, UsageError, usageText } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { resolvePath } from "../base/paths.ts";
import { busyboxOrder, gawkOrder, mawkOrder } from "./arrays.ts";
import type { Dialect } from "./contract.ts";
import { AwkError, AwkWait } from "./errors.ts";
import { unescapeText } from "./lexer.ts";
import { AwkRun } from "./machine.ts";
import { messageOf } from "./messages.ts";
import { parseAwk } from "./parser.ts";
import type { AwkProgram } from "./syntax.ts";
import { inputValue } from "./values.ts";

const DIALECTS: Readonly<Record<Dialect["name"], Dialect>> = {
  mawk: { name: "mawk", maxInteger: 2_147_483_647, walk: mawkOrder, braces: false },
  busybox: { name: "busybox", maxInteger: 2 ** 63, walk: busyboxOrder, braces: true },
  gawk: { name: "gawk", maxInteger: Number.POSITIVE_INFINITY, walk: gawkOrder, braces: true },
};

const RULES = {
  short: "F:v:f:e:W:",
  long: { "field-separator": "F", assign: "v", file: "f", source: "e" },
  stopsAtOperand: true,
};

const programs = new BoundedCache<string, AwkProgram>(50);

export const awk: Tool = (flavour) => ({
  run: (process) => runAwk(process, DIALECTS[flavour === "busybox" ? "busybox" : "mawk"]),
});

export const gawk: Tool = () => ({ run: (process) => runAwk(process, DIALECTS.gawk) });

function runAwk(process: ProcessView, dialect: Dialect): Step {
  const name = programName(process);
  try {
    const unknown = /^--./.test(process.argv[1] ?? "") ? process.argv[1] : undefined;
    if (dialect.name === "mawk" && unknown) throw new UsageError(`not an option: ${unknown}`);
    const long = dialect.name === "gawk" ? { ...RULES.long, version: "-" } : RULES.long;
    const options = readOptions({ args: process.argv.slice(1), flavour: "gnu" }, { ...RULES, long });
    const operands = [...options.operands];
    const source = sourceOf(process, { options, dialect }, operands);
    if (options.value("W") === "version" || options.has("version")) return version(process, dialect);
    if (source === undefined) return withoutProgram(process, name, dialect);
    const program = programs.getOrCompute(`${dialect.name} ${source}`, () => parseAwk(source, dialect.name));
    return proceed(process, { options, operands, program, dialect });
  } catch (error) {
    return failure(process, name, dialect, error);
  }
}

/** Steps of actions that take the host's time of one step. */
const ACTIONS_PER_STEP = 20;

interface Invocation {
  options: Options;
  operands: readonly string[];
  program: AwkProgram;
  dialect: Dialect;
}

function proceed(process: ProcessView, invocation: Invocation): Step {
  const { program, dialect } = invocation;
  const { state } = process;
  const run = new AwkRun(process, program, dialect, state.awk as JsonObject | undefined);
  if (!state.awk) initialize(process, run, invocation);
  try {
    return { type: "exit", status: run.run() };
  } catch (error) {
    if (error instanceof AwkWait) {
      state.awk = run.save();
      return { type: "wait", for: error.waits };
    }
    run.flushAtFailure();
    return failure(process, programName(process), dialect, error, run);
  } finally {
    process.charge(run.work / ACTIONS_PER_STEP);
  }
}

function sourceOf(
  process: ProcessView,
  { options, dialect }: Pick<Invocation, "options" | "dialect">,
  operands: string[],
): string | undefined {
  const parts = options.given.flatMap(({ name, value }) => {
    if (name === "e") return [value];
    return name === "f" ? [programFile(process, value, dialect)] : [];
  });
  return parts.length > 0 ? parts.join("\n") : operands.shift();
}

function programFile(process: ProcessView, name: string, dialect: Dialect): string {
  try {
    return process.files.read(resolvePath(process.cwd, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isBusybox = dialect.name === "busybox";
    const text = isBusybox ? `can't open '${name}': ${error.message}` : `cannot open ${name} (${error.message})`;
    throw new AwkError(text, { isFile: true });
  }
}

function initialize(process: ProcessView, run: AwkRun, { options, operands, dialect }: Invocation): void {
  const { memory } = run;
  const defaults = { FS: " ", OFS: " ", ORS: "\n", RS: "\n", SUBSEP: "\x1c", CONVFMT: "%.6g", OFMT: "%.6g" };
  for (const [name, value] of Object.entries(defaults)) memory.set(name, value);
  for (const name of ["NR", "FNR", "RSTART"]) memory.set(name, 0);
  memory.set("RLENGTH", -1);
  memory.set("FILENAME", "");
  const environment = memory.array("ENVIRON");
  for (const [name, value] of Object.entries(process.env)) environment.set(name, inputValue(value));
  const given = memory.array("ARGV");
  ["awk", ...operands].forEach((value, i) => void given.set(String(i), inputValue(value)));
  memory.set("ARGC", operands.length + 1);
  const separator = options.value("F");
  if (separator !== undefined) {
    memory.set("FS", separator === "t" && dialect.name === "gawk" ? "\t" : unescapeText(separator, dialect.name));
  }
  for (const text of options.values("v")) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new AwkError(`improper assignment: -v ${text}`);
    memory.set(name, inputValue(unescapeText(value ?? "", dialect.name)));
  }
}

function version(process: ProcessView, dialect: Dialect): Step {
  process.write(1, dialect.name === "gawk" ? "GNU Awk 5.2.1\n" : "mawk 1.3.4 20200120\n");
  return { type: "exit", status: 0 };
}

function withoutProgram(process: ProcessView, name: string, dialect: Dialect): Step {
  if (dialect.name === "busybox") {
    process.write(2, usageText(name, "busybox", new UsageError("")));
    return { type: "exit", status: 1 };
  }
  const isMawk = dialect.name === "mawk";
  process.write(
    2,
    isMawk
      ? "Usage: mawk [Options] [Program] [file ...]\n"
      : `Usage: ${name} [POSIX or GNU style options] -f progfile [--] file ...\n`,
  );
  return { type: "exit", status: 2 };
}

function failure(process: ProcessView, name: string, dialect: Dialect, error: unknown, run?: AwkRun): Step {
  process.write(2, `${name}: ${messageOf(error, dialect.name, run)}\n`);
  return { type: "exit", status: dialect.name === "busybox" ? 1 : 2 };
}
