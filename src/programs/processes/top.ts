/** top: procps' and busybox' views. Without -n it repeats until q, ^C or the end of its process. */
import type { ProcessFacts, ProcessView, Step, Wait } from "../../shell/program.ts";
import type { Flavour, Tool } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { type Options, readOptions } from "../base/options.ts";
import { Names } from "../base/users.ts";
import { withUsage } from "./waiting.ts";

interface TopState {
  rounds?: number;
  dueMs?: number;
  isRaw?: boolean;
  cpu?: Record<string, number>;
  seenAtMs?: number;
}

export const top: Tool = (flavour) => ({
  handles: ["INT", "TERM"],
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, { short: "bcd:HiE:e:n:o:Op:sSu:U:w::1m" });
      return run(process, flavour, options);
    }),
});

function run(process: ProcessView, flavour: Flavour, options: Options): Step {
  const state = process.state as TopState;
  const terminal = process.isTerminal(1) ? process.terminal(1) : undefined;
  const isBatch = options.has("b");
  if (process.takeSignal()) return leave(process, isBatch);
  if (!terminal && !isBatch && flavour === "gnu") {
    process.write(2, "top: failed tty get\n");
    return { type: "exit", status: 1 };
  }
  if (terminal && !isBatch && !state.isRaw) {
    state.isRaw = true;
    Object.assign(terminal, { isCooked: false, echoes: false });
  }
  if (state.isRaw) {
    for (let key = process.read(0, { maxBytes: 1 }); key !== undefined; key = process.read(0, { maxBytes: 1 })) {
      if (key === "q" || key === "" || key === "\x03") return leave(process, isBatch);
    }
  }
  const everyMs = Number(options.value("d") ?? (flavour === "gnu" ? 3 : 5)) * 1000;
  const most = Number(options.value("n") ?? Number.POSITIVE_INFINITY);
  if (process.nowMs >= (state.dueMs ?? 0)) {
    process.write(
      1,
      (isBatch ? "" : "\x1b[H\x1b[J") +
        screen(process, flavour, options, terminal?.rows) +
        (isBatch && flavour === "gnu" && (state.rounds ?? 0) + 1 < most ? "\n" : ""),
    );
    state.rounds = (state.rounds ?? 0) + 1;
    state.dueMs = process.nowMs + everyMs;
    if (state.rounds >= most) return leave(process, isBatch);
  }
  const waits: Wait[] = [{ type: "time", atMs: state.dueMs! }, { type: "signal" }];
  return { type: "wait", for: state.isRaw ? [...waits, { type: "readable", fd: 0 }] : waits };
}

function leave(process: ProcessView, isBatch: boolean): Step {
  const terminal = process.terminal(0);
  if (terminal && !isBatch) {
    Object.assign(terminal, { isCooked: true, echoes: true });
    process.write(1, "\r\n");
  }
  return { type: "exit", status: 0 };
}

/** CPU of each process since the last round, in percent of one CPU. */
function percents(process: ProcessView): Map<number, number> {
  const state = process.state as TopState;
  const known = state.cpu ?? {};
  const result = new Map<number, number>();
  const next: Record<string, number> = {};
  for (const each of process.processes()) {
    const sinceMs = known[each.pid] === undefined ? each.startedAtMs : (state.seenAtMs ?? each.startedAtMs);
    const usedMs = each.cpuMs - (known[each.pid] ?? 0);
    const passedMs = process.nowMs - sinceMs;
    result.set(each.pid, passedMs > 0 ? (usedMs * 100) / passedMs : 0);
    next[each.pid] = each.cpuMs;
  }
  Object.assign(state, { cpu: next, seenAtMs: process.nowMs });
  return result;
}

function screen(process: ProcessView, flavour: Flavour, options: Options, rows: number | undefined): string {
  const cpu = percents(process);
  const wanted = options
    .values("p")
    .flatMap((text) => text.split(","))
    .map(Number);
  const all = process.processes().filter(({ pid }) => wanted.length === 0 || wanted.includes(pid));
  const sorted = all.toSorted((a, b) => cpu.get(b.pid)! - cpu.get(a.pid)! || a.pid - b.pid);
  const lines =
    flavour === "gnu" ? procpsLines(process, sorted, cpu, options.has("c")) : busyboxLines(process, sorted, cpu);
  return `${lines.slice(0, options.has("b") ? undefined : (rows ?? 25) - 1).join("\n")}\n`;
}

function memoryFacts(process: ProcessView): { total: number; used: number; free: number; cache: number } {
  const total = process.host.memoryBytes;
  const used = Math.floor(total * 0.18) + process.processes().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  const cache = Math.floor(total * 0.35);
  return { total, used, free: total - used - cache, cache };
}

function busy(process: ProcessView, cpu: ReadonlyMap<number, number>): number {
  return Math.min(100, [...cpu.values()].reduce((sum, each) => sum + each, 0) / process.host.cpus);
}

function procpsLines(
  process: ProcessView,
  sorted: readonly ProcessFacts[],
  cpu: ReadonlyMap<number, number>,
  showsNames: boolean,
): string[] {
  const { nowMs, env, host } = process;
  const names = new Names(process.files);
  const minutes = Math.floor((nowMs - host.bootedAtMs) / 60_000);
  const days = Math.floor(minutes / 1440);
  const up = `${days > 0 ? `${days} day${days === 1 ? "" : "s"}, ` : ""}${String(Math.floor(minutes / 60) % 24).padStart(2)}:${String(minutes % 60).padStart(2, "0")}`;
  const memory = memoryFacts(process);
  const mebibytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(1).padStart(8);
  const count = (state: string) => String(sorted.filter((each) => each.state === state).length).padStart(3);
  const used = busy(process, cpu);
  return [
    `top - ${formatTime("%H:%M:%S", localTime(nowMs, env.TZ))} up ${up},  0 user,  load average: ${(used / 100).toFixed(2)}, ${(used / 100).toFixed(2)}, ${(used / 100).toFixed(2)}`,
    `Tasks: ${String(sorted.length).padStart(3)} total, ${count("R")} running, ${count("S")} sleeping, ${count("T")} stopped, ${count("Z")} zombie`,
    `%Cpu(s): ${used.toFixed(1).padStart(4)} us,  0.0 sy,  0.0 ni, ${(100 - used).toFixed(1).padStart(4)} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st`,
    `MiB Mem : ${mebibytes(memory.total)} total, ${mebibytes(memory.free)} free, ${mebibytes(memory.used)} used, ${mebibytes(memory.cache)} buff/cache`,
    `MiB Swap: ${mebibytes(0)} total, ${mebibytes(0)} free, ${mebibytes(0)} used. ${mebibytes(memory.free + memory.cache)} avail Mem`,
    "",
    "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
    ...sorted.map((each) => {
      const kilobytes = Math.floor(each.memoryBytes / 1024);
      const seconds = each.cpuMs / 1000;
      const time = `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, "0")}`;
      const command = (each.argv[0] ?? "").split("/").at(-1)!.split(" ")[0]!;
      const shown = showsNames ? each.argv.join(" ") : command.replace(/:$/, "");
      return `${String(each.pid).padStart(7)} ${names.user(each.uid).slice(0, 8).padEnd(8)}  20   0 ${String(kilobytes + 2048).padStart(7)} ${String(kilobytes).padStart(6)} ${String(Math.floor(kilobytes * 0.6)).padStart(6)} ${each.state} ${cpu.get(each.pid)!.toFixed(1).padStart(5)} ${((each.memoryBytes * 100) / memory.total).toFixed(1).padStart(5)} ${time.padStart(9)} ${shown}`;
    }),
  ];
}

function busyboxLines(
  process: ProcessView,
  sorted: readonly ProcessFacts[],
  cpu: ReadonlyMap<number, number>,
): string[] {
  const names = new Names(process.files);
  const memory = memoryFacts(process);
  const kilobytes = (bytes: number) => Math.floor(bytes / 1024);
  const used = busy(process, cpu);
  const running = sorted.filter(({ state }) => state === "R").length;
  return [
    `Mem: ${kilobytes(memory.used + memory.cache)}K used, ${kilobytes(memory.free)}K free, ${kilobytes(memory.total * 0.002)}K shrd, ${kilobytes(memory.cache * 0.1)}K buff, ${kilobytes(memory.cache)}K cached`,
    `CPU: ${String(Math.round(used)).padStart(3)}% usr   0% sys   0% nic ${String(100 - Math.round(used)).padStart(3)}% idle   0% io   0% irq   0% sirq`,
    `Load average: ${(used / 100).toFixed(2)} ${(used / 100).toFixed(2)} ${(used / 100).toFixed(2)} ${running}/${sorted.length} ${process.pid}`,
    "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND",
    ...sorted.map((each) => {
      const size = kilobytes(each.memoryBytes) + 1500;
      const share = Math.round((size * 102_400) / memory.total);
      return `${String(each.pid).padStart(5)} ${String(each.parentPid).padStart(5)} ${names.user(each.uid).slice(0, 8).padEnd(8)} ${each.state.padEnd(4)} ${String(size).padStart(6)} ${String(share).padStart(3)}%   0 ${String(Math.round(cpu.get(each.pid)! / process.host.cpus)).padStart(3)}% ${each.argv.join(" ")}`;
    }),
  ];
}
