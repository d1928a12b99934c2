/** stress and stress-ng: workers that take CPU time and memory. */
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { readOptions } from "../base/options.ts";
import { parseSize } from "../base/sizes.ts";
import { parseInterval, withUsage } from "../processes/waiting.ts";

const RULES = {
  short: "c:m:i:d:t:vqnVM",
  long: {
    cpu: "c",
    "cpu-load": ":",
    "cpu-method": ":",
    io: "i",
    vm: "m",
    "vm-bytes": ":",
    "vm-hang": ":",
    "vm-keep": "-",
    "vm-stride": ":",
    "vm-method": ":",
    hdd: "d",
    "hdd-bytes": ":",
    timeout: "t",
    backoff: ":",
    verbose: "v",
    quiet: "q",
    "dry-run": "n",
    metrics: "M",
    "metrics-brief": "-",
  },
};

interface Load {
  cpuWorkers: number;
  memoryBytes: number;
  endsAtMs: number;
  share: number;
}

function loadOf(process: ProcessView): Load {
  const options = readOptions({ args: process.argv.slice(1), flavour: "gnu" }, RULES);
  const vmWorkers = Number(options.value("m") ?? 0);
  const timeout = options.value("t");
  const seconds = timeout === undefined || timeout === "0" ? Number.POSITIVE_INFINITY : parseInterval(timeout);
  if (seconds === undefined) throw new UsageError(`Unrecognized time suffix: ${timeout?.at(-1)}`, { hasHint: false });
  const startedAtMs = Number(process.state.startedAtMs ?? process.nowMs);
  process.state.startedAtMs = startedAtMs;
  const bytes = vmWorkers * (memorySize(process, options.value("vm-bytes") ?? "256M") ?? 0);
  const hangs = options.has("vm-hang");
  const cpuWorkers = Number(options.value("c") ?? 0) + (hangs ? 0 : vmWorkers) + Number(options.value("d") ?? 0);
  return {
    cpuWorkers,
    memoryBytes: bytes,
    endsAtMs: startedAtMs + seconds,
    share: Number(options.value("cpu-load") ?? 100) / 100,
  };
}

/** `250M`, or `80%` of the machine's memory. */
function memorySize(process: ProcessView, text: string): number | undefined {
  const percent = /^(\d+)%$/.exec(text);
  if (percent) return Math.floor((process.host.memoryBytes * Number(percent[1])) / 100);
  return parseSize(
    text
      .toUpperCase()
      .replace(/B$/, "")
      .replace(/^(\d+)([KMGT]?)$/, "$1$2"),
  );
}

const program: Program = {
  handles: ["TERM", "INT"],
  memoryBytes: (process) => {
    const known = process.state.memoryBytes;
    return 2 * 1024 * 1024 + (typeof known === "number" ? known : 0);
  },
  run: (process) => withUsage(process, "gnu", () => run(process)),
};

function run(process: ProcessView): Step {
  const { state } = process;
  if (process.takeSignal()) return { type: "exit", status: 1 };
  const load = loadOf(process);
  const isNg = process.argv[0]?.endsWith("stress-ng") === true;
  if (state.isTold !== true) {
    state.isTold = true;
    state.memoryBytes = load.memoryBytes;
    process.write(1, title(process, load, isNg));
    process.setLoad(Math.min(load.cpuWorkers, process.host.cpus) * load.share);
  }
  if (process.nowMs >= load.endsAtMs) {
    process.write(
      1,
      isNg
        ? `stress-ng: info:  [${process.pid}] successful run completed in ${seconds(process)}s\n`
        : `stress: info: [${process.pid}] successful run completed in ${Math.round(Number(seconds(process)))}s\n`,
    );
    return { type: "exit", status: 0 };
  }
  const end = Number.isFinite(load.endsAtMs) ? [{ type: "time" as const, atMs: load.endsAtMs }] : [];
  return { type: "wait", for: [...end, { type: "signal" }] };
}

function seconds(process: ProcessView): string {
  return ((process.nowMs - Number(process.state.startedAtMs)) / 1000).toFixed(2);
}

function title(process: ProcessView, { cpuWorkers }: Load, isNg: boolean): string {
  const options = readOptions({ args: process.argv.slice(1), flavour: "gnu" }, RULES);
  const [cpu, io, vm, hdd] = ["c", "i", "m", "d"].map((name) => Number(options.value(name) ?? 0));
  if (isNg)
    return `stress-ng: info:  [${process.pid}] dispatching hogs: ${[
      [cpu, "cpu"],
      [io, "io"],
      [vm, "vm"],
      [hdd, "hdd"],
    ]
      .filter(([count]) => Number(count) > 0)
      .map(([count, name]) => `${count} ${name}`)
      .join(", ")}\n`;
  if (cpuWorkers === 0 && vm === 0 && io === 0) return "";
  return `stress: info: [${process.pid}] dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd\n`;
}

export const stress: Tool = () => program;
