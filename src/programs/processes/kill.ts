/** kill, killall, pkill, pgrep, pidof: programs that find processes or signal them. */
import { FileError } from "../../files/errors.ts";
import { compilePosix } from "../../lib/posix-regex.ts";
import { type Call, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { Names } from "../base/users.ts";
import { commandNameOf } from "./ps.ts";
import { SIGNALS, signalByName, signalNumber, signalOfNumber } from "./signals.ts";

const KILL_RULES = { short: "ls:n:L", long: { list: "l", signal: "s", table: "L" } };

export const kill = tool((call) => {
  const [first = ""] = call.args;
  const named = /^-([A-Z][A-Z0-9]*|\d+)$/i.exec(first);
  const asSignal = named && !/^-[lsnL]$/.test(first) ? signalByName(named[1]!) : undefined;
  if (named && !/^-[lsnL]/.test(first) && !asSignal && named[1] !== "0") throw badSignal(call, named[1]!);
  const args = asSignal || first === "-0" ? call.args.slice(1) : call.args;
  const options = args.some((argument) => /^-\d+$/.test(argument))
    ? undefined
    : readOptions({ args, flavour: call.flavour }, KILL_RULES);
  const operands = options?.operands ?? args.filter((argument) => argument !== "--");
  if (options?.has("l", "L")) return listSignals(call, operands);
  const text = options?.value("s") ?? options?.value("n");
  const signal = text === undefined ? (asSignal ?? "TERM") : signalByName(text);
  if (!signal && text !== "0") throw badSignal(call, text ?? "");
  if (operands.length === 0)
    throw new UsageError(call.flavour === "busybox" ? "you need to specify whom to kill" : "not enough arguments", {
      hasHint: false,
    });
  let status = 0;
  for (const operand of operands) {
    const problem = killOne(call, operand, first === "-0" || text === "0" ? undefined : signal);
    if (problem === undefined) continue;
    call.warn(problem);
    status = 1;
  }
  return status;
});

function badSignal(call: Call, text: string): UsageError {
  return new UsageError(call.flavour === "busybox" ? `bad signal name '${text}'` : `unknown signal ${text}`, {
    hasHint: false,
  });
}

function killOne(call: Call, operand: string, signal: ReturnType<typeof signalByName>): string | undefined {
  const isGnu = call.flavour === "gnu";
  if (!/^-?\d+$/.test(operand)) {
    return isGnu ? `kill: failed to parse argument: ${quoted(operand)}\n` : `kill: invalid number '${operand}'\n`;
  }
  const pid = Number(operand);
  try {
    const exists = signal
      ? call.process.kill(pid, signal)
      : call.process.processes().some((process) => process.pid === Math.abs(pid));
    if (exists) return undefined;
    return isGnu
      ? `kill: sending signal to ${operand} failed: No such process\n`
      : `kill: can't kill pid ${operand}: No such process\n`;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return isGnu
      ? `kill: sending signal to ${operand} failed: ${error.message}\n`
      : `kill: can't kill pid ${operand}: ${error.message}\n`;
  }
}

function listSignals(call: Call, operands: readonly string[]): number {
  for (const operand of operands) {
    const byNumber = /^\d+$/.test(operand) ? signalOfNumber(Number(operand)) : undefined;
    const byName = signalByName(operand);
    call.print(`${byNumber ?? (byName ? signalNumber(byName) : operand)}\n`);
  }
  if (operands.length > 0) return 0;
  if (call.flavour === "gnu") call.print(`${SIGNALS.map(([name]) => name).join(" ")}\n`);
  else call.print(SIGNALS.map(([name, number]) => `${String(number).padStart(2)}) ${name}\n`).join(""));
  return 0;
}

const PGREP_RULES = {
  short: "acd:fF:g:G:ilLnoP:s:t:u:U:vwx",
  long: {
    count: "c",
    delimiter: "d",
    full: "f",
    "list-name": "l",
    "list-full": "a",
    newest: "n",
    oldest: "o",
    parent: "P",
    exact: "x",
    "ignore-case": "i",
    euid: "u",
    uid: "U",
    inverse: "v",
    echo: "e",
    signal: ":",
  },
};

function matching(call: Call, args: readonly string[]) {
  const options = readOptions({ args, flavour: call.flavour }, { ...PGREP_RULES, status: 2 });
  const [pattern] = options.operands;
  if (pattern === undefined && !options.has("P", "u", "U"))
    throw new UsageError("no matching criteria specified", { status: 2 });
  const names = new Names(call.process.files);
  const text = options.has("x") ? `^(${pattern})$` : (pattern ?? "");
  const regex = compilePosix(text, { isExtended: true, ignoresCase: options.has("i") });
  const parents = options
    .values("P")
    .flatMap((value) => value.split(","))
    .map(Number);
  const users = [...options.values("u"), ...options.values("U")]
    .flatMap((value) => value.split(","))
    .map((user) => names.findUser(user)?.uid);
  let found = call.process.processes().filter((process) => {
    if (process.pid === call.process.pid || process.state === "Z") return false;
    const subject = options.has("f") ? process.argv.join(" ") : commandNameOf(process.argv).slice(0, 15);
    const isMatch =
      regex.find(subject) !== undefined &&
      (parents.length === 0 || parents.includes(process.parentPid)) &&
      (users.length === 0 || users.includes(process.uid));
    return isMatch !== options.has("v");
  });
  if (options.has("n")) found = found.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.pid - b.pid).slice(-1);
  if (options.has("o")) found = found.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.pid - b.pid).slice(0, 1);
  return { options, found };
}

export const pgrep = tool(
  (call) => {
    const { options, found } = matching(call, call.args);
    if (options.has("c")) call.print(`${found.length}\n`);
    else {
      const lines = found.map(
        (process) =>
          `${process.pid}${options.has("a") ? ` ${process.argv.join(" ")}` : options.has("l") ? ` ${commandNameOf(process.argv)}` : ""}`,
      );
      if (lines.length > 0) call.print(`${lines.join(options.value("d") ?? "\n")}\n`);
    }
    return found.length > 0 ? 0 : 1;
  },
  { usageStatus: 2 },
);

export const pkill = tool(
  (call) => {
    const at = call.args.findIndex(
      (argument) => /^-([A-Z]{2,}[0-9]*|\d+)$/.test(argument) && signalByName(argument.slice(1)) !== undefined,
    );
    const args = at < 0 ? call.args : call.args.toSpliced(at, 1);
    const { options, found } = matching(call, args);
    const signal = signalByName(at >= 0 ? call.args[at]!.slice(1) : (options.value("signal") ?? "TERM")) ?? "TERM";
    let killed = 0;
    for (const { pid } of found) {
      try {
        if (call.process.kill(pid, signal)) killed++;
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        call.warn(`pkill: killing pid ${pid} failed: ${error.message}\n`);
      }
    }
    return killed > 0 ? 0 : 1;
  },
  { usageStatus: 2 },
);

export const killall = tool((call) => {
  const at = call.args.findIndex((argument) => /^-/.test(argument) && signalByName(argument.slice(1)) !== undefined);
  const args = at < 0 ? call.args : call.args.toSpliced(at, 1);
  const options = readOptions(
    { args, flavour: call.flavour },
    { short: "eiqrs:u:vw", long: { signal: "s", quiet: "q", verbose: "v" } },
  );
  const signal = signalByName(at >= 0 ? call.args[at]!.slice(1) : (options.value("s") ?? "TERM")) ?? "TERM";
  let status = options.operands.length > 0 ? 0 : 1;
  for (const name of options.operands) {
    const found = call.process
      .processes()
      .filter(({ argv, pid }) => commandNameOf(argv) === name && pid !== call.process.pid);
    const killed = found.filter(({ pid }) => call.process.kill(pid, signal)).length;
    if (killed > 0) continue;
    status = 1;
    if (!options.has("q")) call.warn(`${name}: no process ${call.flavour === "gnu" ? "found" : "killed"}\n`);
  }
  return status;
});

export const pidof = tool((call) => {
  const options = readOptions(call, { short: "sxo:q", long: { "single-shot": "s", "omit-pid": "o" } });
  const omitted = options
    .values("o")
    .flatMap((text) => text.split(","))
    .map(Number);
  const pids = call.process
    .processes()
    .filter(
      ({ pid, argv }) =>
        pid !== call.process.pid &&
        !omitted.includes(pid) &&
        options.operands.some((name) => commandNameOf(argv) === name || argv[0] === name),
    )
    .map(({ pid }) => pid)
    .reverse();
  if (pids.length === 0) return 1;
  if (!options.has("q")) call.print(`${(options.has("s") ? pids.slice(0, 1) : pids).join(" ")}\n`);
  return 0;
});
