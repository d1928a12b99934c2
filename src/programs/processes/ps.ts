/** ps, as procps and busybox print it. */
import type { ProcessFacts } from "../../shell/program.ts";
import { type Call, tool, UsageError } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { readOptions } from "../base/options.ts";
import { Names } from "../base/users.ts";

interface Column {
  title: string;
  width: number;
  isRight?: boolean;
  text(process: ProcessFacts, view: PsView): string;
}

interface PsView {
  call: Call;
  names: Names;
}

/** Kilobytes of address space that a process shows beyond its memory. */
const SHARED_KB = 2048;

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: { title: "PID", width: 7, isRight: true, text: ({ pid }) => String(pid) },
  ppid: { title: "PPID", width: 7, isRight: true, text: ({ parentPid }) => String(parentPid) },
  user: { title: "USER", width: 8, text: ({ uid }, { names }) => names.user(uid) },
  uid: { title: "UID", width: 5, isRight: true, text: ({ uid }) => String(uid) },
  tty: { title: "TTY", width: 8, text: ({ terminal }) => terminal ?? "?" },
  stat: { title: "STAT", width: 4, text: statText },
  s: { title: "S", width: 1, text: ({ state }) => state },
  time: { title: "TIME", width: 8, isRight: true, text: ({ cpuMs }) => clockText(cpuMs) },
  bsdtime: {
    title: "TIME",
    width: 6,
    isRight: true,
    text: ({ cpuMs }) => `${Math.floor(cpuMs / 60_000)}:${two(Math.floor(cpuMs / 1000) % 60)}`,
  },
  cmd: { title: "CMD", width: 0, text: commandLine },
  args: { title: "COMMAND", width: 0, text: commandLine },
  comm: { title: "COMMAND", width: 15, text: commandName },
  cmdName: { title: "CMD", width: 0, text: commandName },
  c: {
    title: "C",
    width: 2,
    isRight: true,
    text: (process, view) => String(Math.min(99, Math.floor(cpuPercent(process, view)))),
  },
  pcpu: { title: "%CPU", width: 4, isRight: true, text: (process, view) => cpuPercent(process, view).toFixed(1) },
  pmem: {
    title: "%MEM",
    width: 4,
    isRight: true,
    text: ({ memoryBytes }, { call }) => ((memoryBytes * 100) / call.process.host.memoryBytes).toFixed(1),
  },
  vsz: {
    title: "VSZ",
    width: 6,
    isRight: true,
    text: ({ memoryBytes }) => String(Math.floor(memoryBytes / 1024) + SHARED_KB),
  },
  rss: { title: "RSS", width: 5, isRight: true, text: ({ memoryBytes }) => String(Math.floor(memoryBytes / 1024)) },
  stime: { title: "STIME", width: 5, text: startText },
  start: { title: "START", width: 5, isRight: true, text: startText },
  lstart: {
    title: "STARTED",
    width: 24,
    isRight: true,
    text: ({ startedAtMs }, { call }) =>
      formatTime("%a %b %e %H:%M:%S %Y", localTime(startedAtMs, call.process.env.TZ)),
  },
  etime: {
    title: "ELAPSED",
    width: 11,
    isRight: true,
    text: ({ startedAtMs }, { call }) => elapsed(call.process.nowMs - startedAtMs),
  },
  etimes: {
    title: "ELAPSED",
    width: 7,
    isRight: true,
    text: ({ startedAtMs }, { call }) => String(Math.floor((call.process.nowMs - startedAtMs) / 1000)),
  },
  ni: { title: "NI", width: 3, isRight: true, text: () => "0" },
  pri: { title: "PRI", width: 3, isRight: true, text: () => "19" },
  pgid: { title: "PGID", width: 7, isRight: true, text: ({ pid }) => String(pid) },
  nlwp: { title: "NLWP", width: 4, isRight: true, text: () => "1" },
};

const ALIASES: Readonly<Record<string, string>> = {
  "%cpu": "pcpu",
  "%mem": "pmem",
  command: "args",
  ucmd: "comm",
  euser: "user",
  ruser: "user",
  tt: "tty",
  tname: "tty",
  state: "s",
  cputime: "time",
  vsize: "vsz",
  rssize: "rss",
  start_time: "stime",
  nice: "ni",
};

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}-${two(hours)}:${rest}` : hours > 0 ? `${two(hours)}:${rest}` : rest;
}

function cpuPercent({ cpuMs, startedAtMs }: ProcessFacts, { call }: PsView): number {
  const age = call.process.nowMs - startedAtMs;
  return age > 0 ? Math.min(100 * call.process.host.cpus, (cpuMs * 100) / age) : 0;
}

function startText({ startedAtMs }: ProcessFacts, { call }: PsView): string {
  const { nowMs, env } = call.process;
  return formatTime(nowMs - startedAtMs < 86_400_000 ? "%H:%M" : "%b%d", localTime(startedAtMs, env.TZ));
}

function statText({ pid, state, terminal }: ProcessFacts): string {
  return state + (pid === 1 ? "s" : "") + (terminal && state !== "S" ? "+" : "");
}

function commandLine({ argv, state }: ProcessFacts): string {
  return state === "Z" ? `[${commandNameOf(argv)}] <defunct>` : argv.join(" ");
}

function commandName({ argv, state }: ProcessFacts): string {
  return commandNameOf(argv).slice(0, 15) + (state === "Z" ? " <defunct>" : "");
}

/** The command without its folder. */
export function commandNameOf(argv: readonly string[]): string {
  const first = argv[0] ?? "";
  return first
    .slice(first.lastIndexOf("/") + 1)
    .replace(/^-/, "")
    .replace(/: .*$/, "");
}

export const ps = tool((call) => (call.flavour === "busybox" ? busyboxPs(call) : procpsPs(call)));

function busyboxPs(call: Call): number {
  const options = readOptions(call, { short: "o:Twlaefux" });
  const view = { call, names: new Names(call.process.files) };
  const wanted = options.values("o").flatMap((text) => text.split(","));
  if (wanted.length > 0) {
    const columns = wanted.map((name) => columnOf(name));
    call.print(table(columns, call.process.processes(), view));
    return 0;
  }
  call.print("PID   USER     TIME  COMMAND\n");
  for (const process of call.process.processes()) {
    const minutes = Math.floor(process.cpuMs / 60_000);
    const time = `${String(minutes).padStart(3)}:${two(Math.floor(process.cpuMs / 1000) % 60)}`;
    const command = process.state === "Z" ? `[${commandNameOf(process.argv)}]` : process.argv.join(" ");
    call.print(
      `${String(process.pid).padStart(5)} ${view.names.user(process.uid).slice(0, 8).padEnd(8)} ${time.slice(-6).padStart(5)} ${command}\n`,
    );
  }
  return 0;
}

function columnOf(text: string): Column {
  const [name = "", title] = text.split("=");
  const column = COLUMNS[ALIASES[name] ?? name];
  if (!column) throw new UsageError(`unknown user-defined format specifier "${name}"`, { hasHint: false });
  return title === undefined ? column : { ...column, title };
}

function procpsPs(call: Call): number {
  const args = call.args;
  const bsd = args.find((argument) => /^[a-z]+$/.test(argument)) ?? "";
  const options = readOptions(
    { args: args.filter((argument) => argument !== bsd), flavour: call.flavour },
    {
      short: "AaC:cdefFg:G:HjlLNo:O:p:q:s:t:Tu:U:wyZM",
      long: {
        pid: "p",
        ppid: ":",
        sort: ":",
        "no-headers": "-",
        "no-heading": "-",
        format: "o",
        user: "u",
        forest: "-",
        headers: "-",
        width: ":",
      },
    },
  );
  const view = { call, names: new Names(call.process.files) };
  const shown = selected(call, options, bsd, view);
  const formats = [...options.values("o"), ...(bsd.includes("o") ? options.operands.slice(0, 1) : [])].flatMap(
    (text) => (text.includes("=") ? [text] : text.split(/[, ]/)),
  );
  const columns = formats.length > 0 ? formats.filter(Boolean).map(columnOf) : defaultColumns(options, bsd);
  const sorted = sortBy(shown, options.value("sort"), view);
  const hasTitles =
    !options.has("no-headers", "no-heading") &&
    !bsd.includes("h") &&
    !(formats.length > 0 && columns.every(({ title }) => title === ""));
  call.print(table(columns, sorted, view, hasTitles));
  return sorted.length > 0 ? 0 : 1;
}

function selected(
  call: Call,
  options: ReturnType<typeof readOptions>,
  bsd: string,
  { names }: PsView,
): readonly ProcessFacts[] {
  const all = call.process.processes();
  const pids = [...options.values("p"), ...options.values("q")].flatMap((text) => text.split(/[, ]/)).map(Number);
  if (pids.length > 0) return all.filter(({ pid }) => pids.includes(pid));
  const parents = options
    .values("ppid")
    .flatMap((text) => text.split(","))
    .map(Number);
  if (parents.length > 0) return all.filter(({ parentPid }) => parents.includes(parentPid));
  const commands = options.values("C").flatMap((text) => text.split(","));
  if (commands.length > 0) return all.filter(({ argv }) => commands.includes(commandNameOf(argv)));
  const users = [...options.values("u"), ...options.values("U")].flatMap((text) => text.split(","));
  if (users.length > 0) return all.filter(({ uid }) => users.some((user) => names.findUser(user)?.uid === uid));
  if (options.has("e", "A") || (bsd.includes("a") && bsd.includes("x"))) return all;
  const own = all.find(({ pid }) => pid === call.process.pid);
  if (bsd.includes("x")) return all.filter(({ uid }) => uid === call.process.credentials.uid);
  if (options.has("a") || bsd.includes("a")) return all.filter(({ terminal }) => terminal !== undefined);
  return all.filter(({ uid, terminal }) => uid === call.process.credentials.uid && terminal === own?.terminal);
}

function defaultColumns(options: ReturnType<typeof readOptions>, bsd: string): Column[] {
  const pick = (...names: string[]) => names.map((name) => COLUMNS[name]!);
  if (bsd.includes("u"))
    return [
      { ...COLUMNS.user!, width: 12 },
      ...pick("pid", "pcpu", "pmem", "vsz", "rss", "tty", "stat", "start", "bsdtime", "args"),
    ];
  if (options.has("f", "F"))
    return [{ ...COLUMNS.user!, title: "UID", width: 8 }, ...pick("pid", "ppid", "c", "stime", "tty", "time", "cmd")];
  if (bsd !== "") return pick("pid", "tty", "stat", "bsdtime", "args");
  return pick("pid", "tty", "time", "cmdName");
}

function sortBy(processes: readonly ProcessFacts[], text: string | undefined, view: PsView): readonly ProcessFacts[] {
  if (text === undefined) return processes;
  const isReversed = text.startsWith("-");
  const column = columnOf(text.replace(/^[-+]/, ""));
  const value = (process: ProcessFacts) => column.text(process, view);
  const compare = (a: ProcessFacts, b: ProcessFacts) =>
    Number(value(a)) - Number(value(b)) || (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
  return processes.toSorted((a, b) => (isReversed ? compare(b, a) : compare(a, b)));
}

function table(columns: readonly Column[], processes: readonly ProcessFacts[], view: PsView, hasTitles = true): string {
  const row = (cells: readonly string[]) =>
    `${cells.map((cell, i) => pad(cell, columns[i]!, i === cells.length - 1)).join(" ")}\n`;
  const titles = hasTitles ? row(columns.map(({ title }) => title)) : "";
  return titles + processes.map((process) => row(columns.map((column) => column.text(process, view)))).join("");
}

function pad(text: string, { width, isRight }: Column, isLast: boolean): string {
  if (isRight) return text.padStart(width);
  return isLast ? text : text.padEnd(width);
}
