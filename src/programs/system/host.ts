/** uname, arch, nproc, hostname, uptime, free, id, whoami, groups, logname, who, tty, stty, clear, reset, which. */

import { FileError } from "../../files/errors.ts";
import { type Call, tool, UsageError } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { busyboxSize, humanSize } from "../base/sizes.ts";
import { groupsOf, Names, usersOf } from "../base/users.ts";

const UNAME_RULES = {
  short: "amnipqrsvo",
  long: {
    all: "a",
    machine: "m",
    nodename: "n",
    processor: "p",
    "hardware-platform": "i",
    "kernel-release": "r",
    "kernel-name": "s",
    "kernel-version": "v",
    "operating-system": "o",
  },
};

export const uname = tool((call) => {
  const options = readOptions(call, UNAME_RULES);
  if (options.operands.length > 0) throw new UsageError(`extra operand ${quoted(options.operands[0]!)}`);
  const { hostname, kernelRelease, kernelVersion, architecture } = call.process.host;
  const parts: [string, string][] = [
    ["s", "Linux"],
    ["n", hostname],
    ["r", kernelRelease],
    ["v", kernelVersion],
    ["m", architecture],
    ["p", "unknown"],
    ["i", "unknown"],
    ["o", call.flavour === "gnu" ? "GNU/Linux" : "Linux"],
  ];
  const isAll = options.has("a");
  const isShown = (letter: string) =>
    isAll ? !"pi".includes(letter) : options.given.length === 0 ? letter === "s" : options.has(letter);
  call.print(
    `${parts
      .filter(([letter]) => isShown(letter))
      .map(([, text]) => text)
      .join(" ")}\n`,
  );
  return 0;
});

export const arch = tool((call) => {
  call.print(`${call.process.host.architecture}\n`);
  return 0;
});

export const nproc = tool((call) => {
  const options = readOptions(call, { short: "", long: { all: "-", ignore: ":" } });
  call.print(`${Math.max(1, call.process.host.cpus - Number(options.value("ignore") ?? 0))}\n`);
  return 0;
});

export const hostname = tool((call) => {
  const options = readOptions(call, {
    short: "aAdfiIsyF:",
    long: { fqdn: "f", long: "f", short: "s", "ip-address": "i", "all-ip-addresses": "I", domain: "d" },
  });
  const { host, files } = call.process;
  if (options.operands.length > 0 || options.has("F")) {
    call.warn(
      `${call.name}: ${call.flavour === "gnu" ? "you must be root to change the host name" : "sethostname: Operation not permitted"}\n`,
    );
    return 1;
  }
  const name = host.hostname;
  if (options.has("I")) call.print(`${host.podAddresses.join(" ")} \n`);
  else if (options.has("i")) call.print(`${host.podAddresses.join(" ")}\n`);
  else if (options.has("s")) call.print(`${name.split(".")[0]}\n`);
  else if (options.has("f", "d")) {
    const full = fullName(files.find("/etc/hosts") ? files.read("/etc/hosts") : "", name);
    call.print(options.has("d") ? `${full.split(".").slice(1).join(".")}\n` : `${full}\n`);
  } else call.print(`${name}\n`);
  return 0;
});

/** The first name of the line of /etc/hosts that has the host name. */
function fullName(hosts: string, name: string): string {
  for (const line of hosts.split("\n")) {
    const names = line.replace(/#.*/, "").trim().split(/\s+/).slice(1);
    if (names.includes(name)) return names[0]!;
  }
  return name;
}

export const uptime = tool((call) => {
  const options = readOptions(call, { short: "psV", long: { pretty: "p", since: "s" } });
  const { nowMs, host, env } = call.process;
  const minutes = Math.floor((nowMs - host.bootedAtMs) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (options.has("s")) {
    call.print(`${formatTime("%F %T", localTime(host.bootedAtMs, env.TZ))}\n`);
    return 0;
  }
  if (options.has("p")) {
    const parts = (
      [
        [days, "day"],
        [hours, "hour"],
        [rest, "minute"],
      ] as const
    ).filter(([count]) => count > 0);
    call.print(`up ${parts.map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`).join(", ")}\n`);
    return 0;
  }
  const clock = hours > 0 ? `${String(hours).padStart(2)}:${String(rest).padStart(2, "0")}` : `${rest} min`;
  const up = days > 0 ? `${days} day${days === 1 ? "" : "s"}, ${clock}` : clock;
  const time = formatTime("%H:%M:%S", localTime(nowMs, env.TZ));
  const users = call.flavour === "gnu" ? ",  0 user" : ",  0 users";
  call.print(` ${time} up ${up}${users},  load average: ${loadOf(call)}\n`);
  return 0;
});

/** Load averages: processes that run now, per minute, as far as one can know from one instant. */
function loadOf(call: Call): string {
  const running = call.process.processes().filter(({ state }) => state === "R").length - 1;
  return [running, running, running].map((value) => (Math.max(0, value) + 0.12).toFixed(2)).join(", ");
}

const FREE_RULES = {
  short: "bkmghtls:c:wv",
  long: {
    bytes: "b",
    kibi: "k",
    mebi: "m",
    gibi: "g",
    human: "h",
    total: "t",
    wide: "w",
    mega: "-",
    giga: "-",
    kilo: "-",
    si: "-",
    seconds: "s",
    count: "c",
  },
};

/** The node's memory, as /proc/meminfo shows it in a container too. */
export const free = tool((call) => {
  const options = readOptions(call, FREE_RULES);
  const { host } = call.process;
  const own = call.process.processes().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  const used = Math.floor(host.memoryBytes * 0.18) + own;
  const cache = Math.floor(host.memoryBytes * 0.35);
  const shared = Math.floor(host.memoryBytes * 0.002);
  const rest = host.memoryBytes - used - cache;
  const divisor = options.has("b")
    ? 1
    : options.has("m")
      ? 1024 ** 2
      : options.has("g")
        ? 1024 ** 3
        : options.has("mega")
          ? 1e6
          : options.has("giga")
            ? 1e9
            : 1024;
  const isGnu = call.flavour === "gnu";
  const human = (bytes: number) => (isGnu ? `${humanSize(bytes)}i`.replace(/^(\d+)i$/, "$1B") : busyboxSize(bytes));
  const show = (bytes: number) => (options.has("h") ? human(bytes) : String(Math.floor(bytes / divisor)));
  const memory = [host.memoryBytes, used, rest, shared, cache, rest + Math.floor(cache * 0.9)].map(show);
  const titles = ["total", "used", "free", "shared", "buff/cache", "available"];
  const row = (title: string, cells: readonly string[]) =>
    isGnu
      ? `${title.padEnd(8)}${cells.map((cell) => cell.padStart(12)).join("")}\n`.replace(/^(.{8}) {0}/, "$1")
      : `${title.padEnd(12)} ${cells.map((cell) => cell.padStart(11)).join(" ")}\n`;
  call.print(
    isGnu
      ? `${" ".repeat(8)}${titles.map((title) => title.padStart(12)).join("")}\n`
      : `${" ".repeat(12)} ${titles.map((title) => title.padStart(11)).join(" ")}\n`,
  );
  call.print(row("Mem:", memory));
  call.print(row("Swap:", [0, 0, 0].map(show)));
  if (options.has("t")) call.print(row("Total:", [host.memoryBytes, used, rest].map(show)));
  return 0;
});

const ID_RULES = { short: "aGgnruzZ", long: { group: "g", groups: "G", user: "u", name: "n", real: "r", zero: "z" } };

export const id = tool((call) => {
  const options = readOptions(call, ID_RULES);
  const names = new Names(call.process.files);
  const [operand] = options.operands;
  const who = operand === undefined ? call.process.credentials : accountOf(call, operand);
  if (!who) {
    call.warn(call.flavour === "gnu" ? `id: ${quoted(operand!)}: no such user\n` : `id: unknown user ${operand}\n`);
    return 1;
  }
  // busybox shows the groups of the process as the kernel gives them.
  const isRaw = call.flavour === "busybox" && operand === undefined && who.groups.includes(who.gid);
  const groups = isRaw ? who.groups : [who.gid, ...who.groups.filter((gid) => gid !== who.gid)];
  const isNamed = options.has("n");
  if (isNamed && !options.has("u", "g", "G"))
    throw new UsageError("cannot print only names or real IDs in default format", { hasHint: false });
  if (options.has("u")) call.print(`${isNamed ? names.user(who.uid) : who.uid}\n`);
  else if (options.has("g")) call.print(`${isNamed ? names.group(who.gid) : who.gid}\n`);
  else if (options.has("G")) call.print(`${groups.map((gid) => (isNamed ? names.group(gid) : gid)).join(" ")}\n`);
  else {
    const shown = (number: number, name: string) => (name === String(number) ? `${number}` : `${number}(${name})`);
    const all = groups.map((gid) => shown(gid, names.group(gid))).join(",");
    call.print(
      `uid=${shown(who.uid, names.user(who.uid))} gid=${shown(who.gid, names.group(who.gid))} groups=${all}\n`,
    );
  }
  return 0;
});

function accountOf(call: Call, name: string): { uid: number; gid: number; groups: readonly number[] } | undefined {
  const { files } = call.process;
  const user = usersOf(files).find((each) => each.name === name || String(each.uid) === name);
  if (!user) return undefined;
  const groups = groupsOf(files).filter(({ members }) => members.includes(user.name));
  return { uid: user.uid, gid: user.gid, groups: groups.map(({ gid }) => gid) };
}

export const whoami = tool((call) => {
  const { uid } = call.process.credentials;
  const name = new Names(call.process.files).user(uid);
  if (name === String(uid)) {
    call.warn(
      call.flavour === "gnu" ? `whoami: cannot find name for user ID ${uid}\n` : `whoami: unknown uid ${uid}\n`,
    );
    return 1;
  }
  call.print(`${name}\n`);
  return 0;
});

export const groups = tool((call) => {
  const names = new Names(call.process.files);
  const [operand] = call.args;
  const who = operand === undefined ? call.process.credentials : accountOf(call, operand);
  if (!who) {
    call.warn(`groups: ${quoted(operand!)}: no such user\n`);
    return 1;
  }
  const all = [who.gid, ...who.groups.filter((gid) => gid !== who.gid)].map((gid) => names.group(gid)).join(" ");
  call.print(operand === undefined || call.flavour === "busybox" ? `${all}\n` : `${operand} : ${all}\n`);
  return 0;
});

export const who = tool(() => 0);
export const logname = tool((call) => {
  call.warn(`logname: ${call.flavour === "gnu" ? "no login name" : "getlogin: No such file or directory"}\n`);
  return 1;
});

export const tty = tool((call) => {
  const options = readOptions(call, { short: "s", long: { silent: "s", quiet: "s" } });
  const isTerminal = call.process.isTerminal(0);
  if (!options.has("s")) call.print(isTerminal ? "/dev/pts/0\n" : "not a tty\n");
  return isTerminal ? 0 : 1;
});

export const stty = tool((call) => {
  const terminal = call.process.terminal(0);
  if (!terminal) {
    call.warn(
      call.flavour === "gnu"
        ? "stty: 'standard input': Inappropriate ioctl for device\n"
        : "stty: standard input: Not a tty\n",
    );
    return 1;
  }
  const [first] = call.args;
  if (first === "size") call.print(`${terminal.rows} ${terminal.columns}\n`);
  else if (first === undefined) call.print("speed 38400 baud; line = 0;\n");
  else if (first === "-a")
    call.print(`speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns}; line = 0;\n`);
  else if (first === "-g")
    call.print("500:5:bf:8a3b:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0\n");
  for (const [i, word] of call.args.entries()) setTerminal(terminal, word, call.args[i + 1]);
  return 0;
});

function setTerminal(
  terminal: NonNullable<ReturnType<Call["process"]["terminal"]>>,
  word: string,
  next: string | undefined,
): void {
  if (word === "-echo" || word === "echo") terminal.echoes = word === "echo";
  if (word === "raw" || word === "-icanon" || word === "cbreak") terminal.isCooked = false;
  if (word === "cooked" || word === "icanon" || word === "-raw" || word === "sane") terminal.isCooked = true;
  if (word === "sane") terminal.echoes = true;
  if (word === "raw" || word === "-isig") terminal.sendsSignals = false;
  if (word === "cooked" || word === "isig" || word === "sane" || word === "-raw") terminal.sendsSignals = true;
  if (word === "rows" && next) terminal.rows = Number(next) || terminal.rows;
  if ((word === "cols" || word === "columns") && next) terminal.columns = Number(next) || terminal.columns;
}

export const clear = tool((call) => {
  call.print(call.flavour === "gnu" ? "\x1b[H\x1b[2J\x1b[3J" : "\x1b[H\x1b[J");
  return 0;
});

export const reset = tool((call) => {
  call.print("\x1bc\x1b[m\x1b[J\x1b[?25h");
  return 0;
});

export const which = tool((call) => {
  const options = readOptions(call, { short: "as", stopsAtOperand: true });
  const { files, env, cwd } = call.process;
  let status = options.operands.length > 0 ? 0 : 1;
  for (const name of options.operands) {
    const paths = name.includes("/")
      ? [name]
      : (env.PATH ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
          .split(":")
          .map((folder) => `${folder || cwd}/${name}`);
    const found = paths.filter((path) => {
      try {
        const entry = files.find(call.path(path));
        return entry?.type === "file" && (entry.mode & 0o111) !== 0;
      } catch (error) {
        if (error instanceof FileError) return false;
        throw error;
      }
    });
    if (found.length === 0) status = 1;
    for (const path of options.has("a") ? found : found.slice(0, 1)) call.print(`${path}\n`);
  }
  return status;
});
