/** chroot, flock, taskset, script, nsenter, unshare, crontab, logger, nologin, mesg, run-parts: around other programs. */
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Flavour, MissingOperand, type Tool, tool, UsageError } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { readOptions } from "../base/options.ts";
import { joinPath, resolvePath } from "../base/paths.ts";
import { execute, launch } from "../processes/launch.ts";
import { withUsage } from "../processes/waiting.ts";

/** Without namespaces of its own a process keeps its root: only `/` can be entered. */
export const chroot: Tool = (flavour) => ({
  run: (process) =>
    withUsage(
      process,
      flavour,
      () => {
        const options = readOptions(
          { args: process.argv.slice(1), flavour },
          {
            short: "",
            long: { userspec: ":", groups: ":", "skip-chdir": "-" },
            stopsAtOperand: true,
            status: 125,
          },
        );
        const [root, ...argv] = options.operands;
        if (root === undefined) throw new MissingOperand("missing operand", { status: 125 });
        const path = resolvePath(process.cwd, root);
        const entry = process.files.find(path);
        const refuse = (problem: string) => {
          const gnu = `chroot: cannot change root directory to '${root}': ${problem}\n`;
          process.write(2, flavour === "gnu" ? gnu : `chroot: can't change root directory to '${root}': ${problem}\n`);
          return { type: "exit", status: flavour === "gnu" ? 125 : 1 } as const;
        };
        if (process.credentials.uid !== 0) return refuse("Operation not permitted");
        if (!entry) return refuse("No such file or directory");
        if (path !== "/") {
          process.write(2, `chroot: this cluster simulates containers, and a process cannot change its root in it\n`);
          return { type: "exit", status: 69 };
        }
        return execute(process, { argv: argv.length > 0 ? argv : [process.env.SHELL ?? "/bin/sh", "-i"] }, flavour);
      },
      125,
    ),
});

/** Runs a command as a child and ends with its status. */
function runChild(process: ProcessView, argv: readonly string[], flavour: Flavour): Step {
  const { state } = process;
  if (state.child === undefined) {
    const started = launch(process, { argv }, flavour);
    if (started.type === "failed") return { type: "exit", status: started.status };
    state.child = started.pid;
  }
  const pid = Number(state.child);
  const status = process.takeExit(pid);
  return status === undefined ? { type: "wait", for: [{ type: "child", pid }] } : { type: "exit", status };
}

/** How often a waiting flock looks whether the lock is free. */
const LOCK_POLL_MS = 200;

/** A lock is an entry beside the file: `<file>` stays empty, as flock(1) leaves it. */
export const flock: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions(
        { args: process.argv.slice(1), flavour },
        {
          short: "sxeunw:oE:c:F",
          long: {
            shared: "s",
            exclusive: "x",
            unlock: "u",
            nonblock: "n",
            timeout: "w",
            command: "c",
            "conflict-exit-code": "E",
          },
          stopsAtOperand: true,
        },
      );
      const [file, ...words] = options.operands;
      if (file === undefined) throw new MissingOperand("requires at least one argument");
      const own = words[0] === "-c" ? words.slice(1) : words;
      const text = options.value("c") ?? (words[0] === "-c" ? own.join(" ") : undefined);
      const argv = text !== undefined ? ["/bin/sh", "-c", text] : own;
      // `flock 9` locks a descriptor: no other process of the simulation can hold it.
      if (argv.length === 0) return { type: "exit", status: 0 };
      const path = resolvePath(process.cwd, file);
      const { state } = process;
      if (state.isLocked !== true) {
        state.sinceMs ??= process.nowMs;
        if (!process.files.find(path)) process.files.write(path, "");
        const holders = process
          .processes()
          .filter(
            ({ pid, argv: [name = "", ...args] }) =>
              pid < process.pid && /(^|\/)flock$/.test(name) && args.includes(file),
          );
        if (holders.length > 0) {
          const conflict = Number(options.value("E") ?? 1);
          if (options.has("n")) return { type: "exit", status: conflict };
          const waitedMs = process.nowMs - Number(state.sinceMs);
          if (options.has("w") && waitedMs >= Number(options.value("w")) * 1000)
            return { type: "exit", status: conflict };
          return { type: "wait", for: [{ type: "time", atMs: process.nowMs + LOCK_POLL_MS }] };
        }
        state.isLocked = true;
      }
      return runChild(process, argv, flavour);
    }),
});

/** Processor sets change nothing in the model: the command runs. */
export const taskset: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions(
        { args: process.argv.slice(1), flavour },
        {
          short: "acp",
          long: { "all-tasks": "a", "cpu-list": "c", pid: "p" },
          stopsAtOperand: true,
        },
      );
      const [mask, ...argv] = options.operands;
      const all = (1 << process.host.cpus) - 1;
      if (options.has("p")) {
        process.write(1, `pid ${options.operands.at(-1)}'s current affinity mask: ${all.toString(16)}\n`);
        return { type: "exit", status: 0 };
      }
      if (mask === undefined || argv.length === 0) throw new UsageError("bad usage");
      return execute(process, { argv }, flavour);
    }),
});

/** Runs a command and writes nothing more than its first and last line into the file: the terminal keeps its output. */
export const script: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions(
        { args: process.argv.slice(1), flavour },
        {
          short: "ac:efqt::",
          long: { append: "a", command: "c", return: "e", flush: "f", quiet: "q", timing: "?" },
        },
      );
      const file = resolvePath(process.cwd, options.operands[0] ?? "typescript");
      const { state } = process;
      const time = () => formatTime("%F %T%:z", localTime(process.nowMs, process.env.TZ));
      if (state.isStarted !== true) {
        state.isStarted = true;
        const head = `Script started on ${time()} [<not executed on terminal>]\n`;
        if (options.has("a")) process.files.append(file, head);
        else process.files.write(file, head);
        if (!options.has("q"))
          process.write(1, `Script started, output log file is '${options.operands[0] ?? "typescript"}'.\n`);
      }
      const text = options.value("c");
      const step = runChild(
        process,
        text === undefined ? [process.env.SHELL ?? "/bin/sh"] : ["/bin/sh", "-c", text],
        flavour,
      );
      if (step.type !== "exit") return step;
      process.files.append(file, `\nScript done on ${time()} [COMMAND_EXIT_CODE="${step.status}"]\n`);
      if (!options.has("q")) process.write(1, "Script done.\n");
      return options.has("e") ? step : { type: "exit", status: 0 };
    }),
});

/** Namespaces need a capability that containers lack. */
export const nsenter = tool((call) => {
  if (call.args.length === 0) throw new UsageError("no target PID specified");
  call.warn(
    call.flavour === "gnu"
      ? "nsenter: reassociate to namespaces failed: Operation not permitted\n"
      : "nsenter: setns(): can't reassociate to namespace 'mnt': Operation not permitted\n",
  );
  return 1;
});

export const unshare = tool((call) => {
  call.warn(
    call.flavour === "gnu"
      ? "unshare: unshare failed: Operation not permitted\n"
      : "unshare: unshare(0x20000): Operation not permitted\n",
  );
  return 1;
});

/** Tables are stored; no daemon of the image reads them unless it is started. */
export const crontab = tool((call) => {
  const options = readOptions(call, { short: "elru:ic:", long: {} });
  const user = options.value("u") ?? "root";
  const folder = call.flavour === "gnu" ? "/var/spool/cron/crontabs" : "/var/spool/cron/crontabs";
  const path = `${folder}/${user}`;
  const { files } = call.process;
  if (options.has("l")) {
    if (!files.find(path)) {
      call.warn(
        call.flavour === "gnu"
          ? `no crontab for ${user}\n`
          : `crontab: can't open '${user}': No such file or directory\n`,
      );
      return 1;
    }
    call.print(files.read(path));
    return 0;
  }
  if (options.has("r")) {
    if (files.find(path)) files.removeFile(path);
    return 0;
  }
  const content = call.read(options.operands[0] ?? "-");
  let parent = "";
  for (const part of folder.split("/").slice(1)) {
    parent += `/${part}`;
    if (!files.find(parent)) files.makeDirectory(parent);
  }
  files.write(path, content, 0o600);
  return 0;
});

/** Without a daemon at /dev/log messages are lost; -s prints them, too. */
export const logger = tool((call) => {
  const options = readOptions(call, {
    short: "cdeif:n:P:p:st:Tu:",
    long: { stderr: "s", tag: "t", priority: "p", file: "f", id: "?" },
  });
  const text =
    options.operands.length > 0 ? options.operands.join(" ") : call.read(options.value("f") ?? "-").trimEnd();
  if (!options.has("s")) return 0;
  const time = formatTime("%b %e %T", localTime(call.process.nowMs, call.process.env.TZ));
  const tag = options.value("t") ?? "root";
  for (const line of text.split("\n")) {
    call.warn(call.flavour === "gnu" ? `<13>${time} ${tag}: ${line}\n` : `${tag}: ${line}\n`);
  }
  return 0;
});

export const nologin = tool((call) => {
  call.print("This account is currently not available.\n");
  return 1;
});

export const mesg = tool((call) => {
  if (call.process.isTerminal(0)) {
    call.print("is y\n");
    return 0;
  }
  call.warn(call.flavour === "gnu" ? "mesg: ttyname failed: Inappropriate ioctl for device\n" : "mesg: not a tty\n");
  return call.flavour === "gnu" ? 2 : 1;
});

/** Runs the executables of a folder by name. */
export const runParts: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions(
        { args: process.argv.slice(1), flavour },
        {
          short: "a:u:v",
          long: { test: "-", list: "-", arg: "a", "exit-on-error": "-", regex: ":", reverse: "-", report: "-" },
        },
      );
      const [folder] = options.operands;
      if (folder === undefined) throw new MissingOperand("missing operand");
      const path = resolvePath(process.cwd, folder);
      const names = process.files.list(path).filter((name) => /^[A-Za-z0-9_-]+$/.test(name));
      const { state } = process;
      if (options.has("test", "list")) {
        process.write(1, names.map((name) => `${joinPath(folder, name)}\n`).join(""));
        return { type: "exit", status: 0 };
      }
      for (let at = Number(state.at ?? 0); at < names.length; at++) {
        state.at = at;
        const step = runChild(process, [joinPath(path, names[at]!), ...options.values("a")], flavour);
        if (step.type !== "exit") return step;
        delete state.child;
        if (step.status !== 0) {
          process.write(2, `run-parts: ${joinPath(folder, names[at]!)} exited with return code ${step.status}\n`);
          if (options.has("exit-on-error")) return step;
          state.status = 1;
        }
      }
      return { type: "exit", status: Number(state.status ?? 0) };
    }),
});
