/** vmstat, iostat, w, last, lsof, fuser, pstree, pmap: figures and lists of processes. */
import { tool, UsageError } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { readOptions } from "../base/options.ts";
import { Names } from "../base/users.ts";

/** One sample: the model of a node has no history. */
export const vmstat = tool((call) => {
  readOptions(call, { short: "adfmnp:sS:twV" });
  const { host } = call.process;
  const kibibytes = (share: number) => String(Math.floor((host.memoryBytes * share) / 1024));
  const running = call.process.processes().filter(({ state }) => state === "R").length;
  call.print(
    "procs -----------memory---------- ---swap-- -----io---- -system-- -------cpu-------\n" +
      " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st gu\n",
  );
  call.print(
    `${String(running).padStart(2)}  0      0 ${kibibytes(0.47).padStart(6)} ${kibibytes(0.01).padStart(6)} ` +
      `${kibibytes(0.34).padStart(6)}    0    0     5    21  210  380  2  1 97  0  0  0\n`,
  );
  return 0;
});

export const iostat = tool((call) => {
  const { host, nowMs, env } = call.process;
  const date = formatTime("%m/%d/%y", localTime(nowMs, env.TZ));
  call.print(
    `Linux ${host.kernelRelease} (${host.hostname}) \t${date} \t_${host.architecture}_\t(${host.cpus} CPU)\n\n`,
  );
  call.print("avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n");
  call.print("           2.00    0.00    1.00    0.10    0.00   96.90\n\n");
  call.print("Device:            tps    kB_read/s    kB_wrtn/s    kB_read    kB_wrtn\n");
  call.print("sda               4.10        12.50        60.20     512340    2467180\n");
  return 0;
});

/** No one is logged in: containers have no record of sessions. */
export const w = tool((call) => {
  const { nowMs, host, env } = call.process;
  const minutes = Math.floor((nowMs - host.bootedAtMs) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const up = `${days > 0 ? `${days} day${days === 1 ? "" : "s"}, ` : ""}${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, "0")}`;
  const time = formatTime("%H:%M:%S", localTime(nowMs, env.TZ));
  call.print(` ${time} up ${up},  0 users,  load average: 0.12, 0.12, 0.12\n`);
  call.print("USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n");
  return 0;
});

export const last = tool((call) => {
  if (call.flavour === "busybox") return 0;
  if (!call.process.files.find("/var/log/wtmp")) {
    call.warn("last: cannot open /var/log/wtmp: No such file or directory\n");
    return 1;
  }
  call.print("\nwtmp begins at the start of this container\n");
  return 0;
});

export const lsof = tool((call) => {
  const options = readOptions(call, { short: "abC:c:d:i::g::lLMnNoO:p:PRr:sS:tTu:UVwX" });
  const names = new Names(call.process.files);
  const listeners = call.process.listeners();
  const command = (argv: readonly string[]) => (argv[0] ?? "").split("/").at(-1)!.split(/[ :]/)[0]!;
  if (call.flavour === "busybox") {
    for (const { pid, argv } of call.process.processes()) {
      for (const fd of [0, 1, 2])
        call.print(`${pid}\t/bin/${command(argv)}\t${fd > 0 ? "pipe:[48211]" : "/dev/null"}\n`);
    }
    return 0;
  }
  const wanted = options.has("i") ? Number(/:(\d+)/.exec(options.value("i") ?? "")?.[1] ?? 0) : undefined;
  const rows = call.process.processes().flatMap(({ pid, uid, argv }) => {
    const user = names.user(uid);
    if (options.has("p") && !options.value("p")!.split(",").includes(String(pid))) return [];
    const sockets = listeners
      .filter((each) => each.pid === pid && (wanted === undefined || wanted === 0 || each.port === wanted))
      .map(({ port, protocol }) => [
        `${3}u`,
        "IPv4",
        protocol.toUpperCase(),
        `*:${port}${protocol === "tcp" ? " (LISTEN)" : ""}`,
      ]);
    const files = [
      ["cwd", "DIR", "", "/"],
      ["0r", "CHR", "", "/dev/null"],
    ];
    return [...(options.has("i") ? [] : files), ...sockets].map((cells) => ({ pid, user, name: command(argv), cells }));
  });
  if (options.has("t")) {
    call.print([...new Set(rows.map(({ pid }) => `${pid}\n`))].join(""));
    return rows.length > 0 ? 0 : 1;
  }
  if (rows.length === 0) return 1;
  call.print("COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n");
  for (const { pid, user, name, cells } of rows) {
    const [fd = "", type = "", node = "", path = ""] = cells;
    call.print(
      `${name.slice(0, 9).padEnd(9)} ${String(pid).padStart(3)} ${user.padEnd(5)} ${fd.padStart(4)} ${type.padStart(6)} ` +
        `${"0,0".padStart(6)} ${"0t0".padStart(8)} ${node.padStart(4)} ${path}\n`,
    );
  }
  return 0;
});

/** Processes that listen on a port: `fuser 80/tcp`. Open files are not recorded. */
export const fuser = tool((call) => {
  const options = readOptions(call, { short: "aikmMn:N:suvV46", long: { kill: "k", all: "a", verbose: "v" } });
  if (options.operands.length === 0) throw new UsageError("No process specification given");
  let status = 1;
  for (const operand of options.operands) {
    const [, port, protocol] = /^(\d+)(?:\/(tcp|udp))?$/.exec(operand) ?? [];
    const space = protocol ?? options.value("n");
    const pids = call.process
      .listeners()
      .filter((each) => String(each.port) === port && each.protocol === space)
      .map(({ pid }) => pid);
    if (pids.length === 0) continue;
    status = 0;
    if (call.flavour === "gnu") call.warn(`${port}/${space}:            `);
    call.print(`${pids.map((pid) => ` ${pid}`).join("")}${call.flavour === "busybox" ? "\n" : ""}`);
    if (call.flavour === "gnu") call.warn("\n");
    if (options.has("k")) for (const pid of pids) call.process.kill(pid, "KILL");
  }
  return status;
});

export const pstree = tool((call) => {
  const options = readOptions(call, { short: "aAcglnpsTuUZ" });
  const processes = call.process.processes();
  const nameOf = (argv: readonly string[]) => (argv[0] ?? "").split("/").at(-1)!.split(/[ :]/)[0]!;
  const lines: string[] = [];
  const walk = (pid: number, prefix: string, branch: string) => {
    const found = processes.find((each) => each.pid === pid);
    if (!found) return;
    const label = options.has("p") ? `${nameOf(found.argv)}(${pid})` : nameOf(found.argv);
    const children = processes.filter(({ parentPid }) => parentPid === pid);
    lines.push(`${branch}${label}`);
    const indent = prefix + " ".repeat(label.length);
    children.forEach((child, i) => {
      const isLast = i === children.length - 1;
      const joint = children.length === 1 ? "---" : i === 0 ? "-+-" : isLast ? " `-" : " |-";
      const own = lines.length;
      walk(child.pid, `${indent}${isLast ? "   " : " | "}`, i === 0 ? "" : indent + joint);
      if (i === 0) lines.splice(own - 1, 2, `${lines[own - 1]}${joint}${lines[own]}`);
    });
  };
  walk(Number(options.operands[0] ?? 1), "", "");
  call.print(lines.map((line) => `${line}\n`).join(""));
  return 0;
});

/** Priorities and processor sets change nothing in the model: they are accepted. */
export const renice = tool((call) => {
  const options = readOptions(call, { short: "n:gpu", long: { priority: "n", pid: "p", user: "u" } });
  const [first, ...others] = options.operands;
  const priority = options.value("n") ?? first;
  const pids = options.has("n") ? options.operands : others;
  if (priority === undefined || pids.length === 0) throw new UsageError("not enough arguments");
  let status = 0;
  for (const pid of pids) {
    if (call.process.processes().some((each) => String(each.pid) === pid)) {
      if (call.flavour === "gnu") call.print(`${pid} (process ID) old priority 0, new priority ${Number(priority)}\n`);
    } else {
      call.warn(
        `renice: ${call.flavour === "gnu" ? `failed to get priority for ${pid} (process ID)` : `getpriority ${pid}`}: No such process\n`,
      );
      status = 1;
    }
  }
  return status;
});
