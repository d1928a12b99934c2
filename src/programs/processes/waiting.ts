/** Programs that wait: sleep, timeout, nohup, nice, setsid, time, watch, pause, tini, yes. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Program, SignalName, Step } from "../../shell/program.ts";
import { type Flavour, MissingOperand, programName, type Tool, UsageError, usageText } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { execute, type Launch, launch } from "./launch.ts";
import { signalByName } from "./signals.ts";

/** Waits for this long at most: beyond any date that a Date can hold, waits have no instant. */
const FOREVER_MS = 8_640_000_000_000_000;

const UNIT_MS: Readonly<Record<string, number>> = { "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1.5m` in ms; Infinity for `infinity`; undefined if it is no interval. */
export function parseInterval(text: string): number | undefined {
  if (/^inf(inity)?[smhd]?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?([smhd]?)$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * 10 ** Number(match[2] ?? 0) * UNIT_MS[match[3]!]!;
}

function waitUntil(atMs: number): Step {
  if (atMs >= FOREVER_MS) return { type: "wait", for: [{ type: "signal" }] };
  return { type: "wait", for: [{ type: "time", atMs }] };
}

export const sleep: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const { state } = process;
      if (state.untilMs === undefined) state.untilMs = Math.min(FOREVER_MS, process.nowMs + sleepMs(process, flavour));
      const untilMs = Number(state.untilMs);
      return process.nowMs >= untilMs ? { type: "exit", status: 0 } : waitUntil(untilMs);
    }),
});

function sleepMs(process: ProcessView, flavour: Flavour): number {
  const { operands } = readOptions({ args: process.argv.slice(1), flavour }, { short: "" });
  if (operands.length === 0) throw new MissingOperand("missing operand");
  let total = 0;
  for (const text of operands) {
    const ms = parseInterval(text);
    if (ms === undefined) {
      if (flavour === "busybox") throw new UsageError(`invalid number '${text}'`, { hasHint: false });
      throw new UsageError(`invalid time interval ${quoted(text)}`);
    }
    total += ms;
  }
  return total;
}

/** Runs one part of a program and prints the errors of its use. */
export function withUsage(process: ProcessView, flavour: Flavour, run: () => Step, status = 1): Step {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.write(2, usageText(programName(process), flavour, error));
    return { type: "exit", status: error.status ?? (flavour === "busybox" ? 1 : status) };
  }
}

const TIMEOUT_RULES = {
  short: "k:s:v",
  long: { foreground: "-", "kill-after": "k", "preserve-status": "-", signal: "s", verbose: "v" },
  stopsAtOperand: true,
};

/** State: the child's pid, the instant of the next signal, and the signals that were sent. */
export const timeout: Tool = (flavour) => ({
  handles: ["TERM", "INT", "HUP", "QUIT"],
  run: (process) =>
    withUsage(
      process,
      flavour,
      () => {
        const options = readOptions({ args: process.argv.slice(1), flavour }, TIMEOUT_RULES);
        const [limit, ...argv] = options.operands;
        if (limit === undefined || argv.length === 0) throw new MissingOperand("");
        const limitMs = parseInterval(limit);
        if (limitMs === undefined) throw invalidInterval(flavour, limit);
        return runTimeout(process, flavour, options, { limitMs, argv });
      },
      125,
    ),
});

function invalidInterval(flavour: Flavour, text: string): UsageError {
  return flavour === "busybox"
    ? new UsageError(`invalid number '${text}'`, { hasHint: false })
    : new UsageError(`invalid time interval ${quoted(text)}`);
}

function runTimeout(
  process: ProcessView,
  flavour: Flavour,
  options: Options,
  { limitMs, argv }: { limitMs: number; argv: string[] },
): Step {
  const { state } = process;
  const signal = signalByName(options.value("s") ?? "TERM");
  if (!signal) throw new UsageError(`${quoted(options.value("s") ?? "")}: invalid signal`);
  const killAfter = options.value("k");
  if (state.child === undefined) {
    const started = launch(process, { argv, newGroup: !options.has("foreground") }, flavour);
    if (started.type === "failed") return { type: "exit", status: started.status };
    state.child = started.pid;
    state.dueMs = limitMs === 0 ? FOREVER_MS : Math.min(FOREVER_MS, process.nowMs + limitMs);
  }
  const child = Number(state.child);
  for (let taken = process.takeSignal(); taken; taken = process.takeSignal()) signalChild(process, child, taken);
  const status = process.takeExit(child);
  if (status !== undefined) {
    const wasTimedOut = state.isTimedOut === true;
    if (!wasTimedOut || options.has("preserve-status") || flavour === "busybox")
      return { type: "exit", status: wasTimedOut && flavour === "busybox" ? 143 : status };
    return { type: "exit", status: state.wasKilled === true || signal === "KILL" ? 137 : 124 };
  }
  if (process.nowMs >= Number(state.dueMs)) {
    const next: SignalName = state.isTimedOut === true ? "KILL" : signal;
    if (options.has("v")) process.write(2, `timeout: sending signal ${next} to command ${quoted(argv[0]!)}\n`);
    signalChild(process, child, next);
    if (state.isTimedOut === true) state.wasKilled = true;
    state.isTimedOut = true;
    const grace = killAfter === undefined || state.wasKilled === true ? undefined : parseInterval(killAfter);
    state.dueMs = grace === undefined ? FOREVER_MS : process.nowMs + grace;
  }
  const dueMs = Number(state.dueMs);
  return {
    type: "wait",
    for: [
      { type: "child", pid: child },
      { type: "signal" },
      ...(dueMs >= FOREVER_MS ? [] : [{ type: "time" as const, atMs: dueMs }]),
    ],
  };
}

function signalChild(process: ProcessView, child: number, signal: SignalName): void {
  try {
    process.kill(child, signal);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

/** Programs that only change something about the process and then run a command in its place. */
function prefixTool(
  short: string,
  long: Record<string, string>,
  prepare?: (process: ProcessView, options: Options, flavour: Flavour) => Partial<Launch>,
): Tool {
  return (flavour): Program => ({
    run: (process) =>
      withUsage(
        process,
        flavour,
        () => {
          const options = readOptions({ args: process.argv.slice(1), flavour }, { short, long, stopsAtOperand: true });
          if (options.operands.length === 0) throw new MissingOperand("missing operand");
          return execute(process, { argv: options.operands, ...prepare?.(process, options, flavour) }, flavour);
        },
        125,
      ),
  });
}

export const nohup = prefixTool("", {}, (process, _options, flavour) => {
  if (process.isTerminal(1))
    process.write(
      2,
      flavour === "gnu"
        ? "nohup: ignoring input and appending output to 'nohup.out'\n"
        : "nohup: appending output to nohup.out\n",
    );
  return {};
});
export const ionice = prefixTool("c:n:p:t", { class: "c", classdata: "n", ignore: "t" });
export const chrt = prefixTool("bfiormapT:P:D:", {});
export const stdbuf = prefixTool("i:o:e:", { input: "i", output: "o", error: "e" });
/** tini, dumb-init: they run the command as their child, and pass signals on. */
export const setpriv = prefixTool("", {
  reuid: ":",
  regid: ":",
  "clear-groups": "-",
  "init-groups": "-",
  "no-new-privs": "-",
});

export const nice: Tool = (flavour) => ({
  run: (process) =>
    withUsage(
      process,
      flavour,
      () => {
        const options = readOptions(
          { args: process.argv.slice(1), flavour },
          { short: "n:", long: { adjustment: "n" }, numberOption: "n", stopsAtOperand: true },
        );
        if (options.operands.length > 0) return execute(process, { argv: options.operands }, flavour);
        process.write(1, "0\n");
        return { type: "exit", status: 0 };
      },
      125,
    ),
});

/** Starts a child and waits for it; `onEnd` prints and gives the exit status. */
function parentTool(
  rules: { short: string; long?: Record<string, string> },
  settings: {
    newGroup?: boolean;
    forwards?: boolean;
    onStart?: (process: ProcessView) => void;
    onEnd?: (process: ProcessView, options: Options, status: number) => void;
  },
): Tool {
  return (flavour): Program => ({
    handles: settings.forwards ? ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "WINCH"] : undefined,
    run: (process) =>
      withUsage(process, flavour, () => {
        const { state } = process;
        const options = readOptions({ args: process.argv.slice(1), flavour }, { ...rules, stopsAtOperand: true });
        if (state.child === undefined) {
          if (options.operands.length === 0) throw new MissingOperand("missing operand");
          state.startedAtMs = process.nowMs;
          const started = launch(process, { argv: options.operands, newGroup: settings.newGroup }, flavour);
          if (started.type === "failed") return { type: "exit", status: started.status };
          state.child = started.pid;
        }
        const child = Number(state.child);
        for (let taken = process.takeSignal(); taken; taken = process.takeSignal())
          signalChild(process, settings.newGroup ? -child : child, taken);
        const status = process.takeExit(child);
        if (status === undefined) return { type: "wait", for: [{ type: "child", pid: child }, { type: "signal" }] };
        settings.onEnd?.(process, options, status);
        return { type: "exit", status };
      }),
  });
}

export const setsid = parentTool({ short: "cfw", long: { ctty: "c", fork: "f", wait: "w" } }, { newGroup: true });
export const tini = parentTool({ short: "svgwlhp:e:", long: {} }, { forwards: true });
export const dumbInit = parentTool(
  { short: "cvhr:", long: { "single-child": "c" } },
  { forwards: true, newGroup: true },
);

export const time = parentTool(
  { short: "pvf:o:a", long: { portability: "p", verbose: "v", format: "f" } },
  {
    onEnd: (process, options) => {
      const ms = process.nowMs - Number(process.state.startedAtMs);
      const minutes = Math.floor(ms / 60_000);
      const rest = (ms % 60_000) / 1000;
      if (options.has("p")) process.write(2, `real ${(ms / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`);
      else process.write(2, `real\t${minutes}m ${rest.toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
    },
  },
);

export const watch: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const { state } = process;
      const options = readOptions(
        { args: process.argv.slice(1), flavour },
        { short: "n:tdegbcx", long: { interval: "n", "no-title": "t", differences: "?" }, stopsAtOperand: true },
      );
      const command = options.operands.join(" ");
      if (command === "") throw new MissingOperand("missing operand");
      const everyMs = (Number(options.value("n") ?? 2) || 2) * 1000;
      for (;;) {
        if (state.child === undefined) {
          if (process.nowMs < Number(state.dueMs ?? 0))
            return { type: "wait", for: [{ type: "time", atMs: Number(state.dueMs) }] };
          process.write(1, "\x1b[H\x1b[J");
          if (!options.has("t")) process.write(1, `${watchTitle(process, everyMs, command)}\n\n`);
          const started = launch(process, { argv: ["sh", "-c", command] }, flavour);
          if (started.type === "failed") return { type: "exit", status: started.status };
          state.child = started.pid;
        }
        if (process.takeExit(Number(state.child)) === undefined)
          return { type: "wait", for: [{ type: "child", pid: Number(state.child) }] };
        delete state.child;
        state.dueMs = process.nowMs + everyMs;
      }
    }),
});

function watchTitle(process: ProcessView, everyMs: number, command: string): string {
  const left = `Every ${(everyMs / 1000).toFixed(1)}s: ${command}`;
  const time = formatTime("%F %T", localTime(process.nowMs, process.env.TZ));
  const width = process.terminal(1)?.columns ?? 80;
  return left + time.padStart(Math.max(time.length + 1, width - left.length));
}

/** Waits for a signal for ever, as the image `pause` does. */
export const pause: Tool = () => ({
  handles: ["TERM", "INT"],
  run: (process) => (process.takeSignal() ? { type: "exit", status: 0 } : { type: "wait", for: [{ type: "signal" }] }),
});

const YES_CHUNK = 8192;

export const yes: Tool = () => ({
  run: (process) => {
    const line = `${process.argv.slice(1).join(" ") || "y"}\n`;
    const text = line.repeat(Math.max(1, Math.floor(YES_CHUNK / line.length)));
    while (process.write(1, text)) process.useCpu(0.001);
    return { type: "wait", for: [{ type: "writable", fd: 1 }] };
  },
});
