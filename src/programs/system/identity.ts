/** su, sudo, login, chroot, passwd: programs that change who runs. */
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Flavour, MissingOperand, type Tool } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { groupsOf, usersOf } from "../base/users.ts";
import { withUsage } from "../processes/waiting.ts";

/** Starts a command as another user and waits for it. */
function runAs(process: ProcessView, name: string, argv: readonly string[], flavour: Flavour, isLogin: boolean): Step {
  const { state } = process;
  if (state.child === undefined) {
    const user = usersOf(process.files).find((each) => each.name === name || String(each.uid) === name);
    const self = process.argv[0]?.split("/").at(-1) ?? "su";
    if (!user) {
      process.write(
        2,
        self === "sudo"
          ? `sudo: unknown user ${name}\nsudo: error initializing audit plugin sudoers_audit\n`
          : flavour === "gnu"
            ? `su: user ${name} does not exist or the user entry does not contain all the required fields\n`
            : `su: unknown user ${name}\n`,
      );
      return { type: "exit", status: 1 };
    }
    if (process.credentials.uid !== 0 && process.credentials.uid !== user.uid) {
      process.write(
        2,
        self === "sudo"
          ? "sudo: a password is required\n"
          : flavour === "gnu"
            ? "su: Authentication failure\n"
            : "su: must be suid to work properly\n",
      );
      return { type: "exit", status: 1 };
    }
    const groups = groupsOf(process.files)
      .filter(({ members }) => members.includes(user.name))
      .map(({ gid }) => gid);
    const env = {
      ...(isLogin ? { PATH: "/usr/local/bin:/usr/bin:/bin" } : process.env),
      HOME: user.home,
      USER: user.name,
      LOGNAME: user.name,
      SHELL: user.shell,
    };
    const command = argv.length > 0 ? argv : [user.shell];
    state.child = process.spawn({
      argv: command,
      env,
      cwd: isLogin ? user.home : process.cwd,
      credentials: {
        ...process.credentials,
        uid: user.uid,
        gid: user.gid,
        groups,
        capabilities: user.uid === 0 ? process.credentials.capabilities : [],
      },
    });
  }
  const child = Number(state.child);
  const status = process.takeExit(child);
  return status === undefined ? { type: "wait", for: [{ type: "child", pid: child }] } : { type: "exit", status };
}

export const su: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const args = process.argv.slice(1);
      const isLogin = args.some((argument) => argument === "-" || argument === "-l" || argument === "--login");
      const options = readOptions(
        { args: args.filter((argument) => argument !== "-"), flavour },
        { short: "c:flmps:g:G:", long: { command: "c", login: "l", shell: "s", "preserve-environment": "p" } },
      );
      const [name = "root", ...rest] = options.operands;
      const command = options.value("c");
      const shell = options.value("s") ?? "sh";
      return runAs(
        process,
        name,
        command !== undefined ? [shell, "-c", command, ...rest] : options.has("s") ? [shell, ...rest] : [],
        flavour,
        isLogin,
      );
    }),
});

export const sudo: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions(
        { args: process.argv.slice(1), flavour },
        { short: "AbEeHhiKklnPSsu:g:vV", long: { user: "u", "preserve-env": "?" }, stopsAtOperand: true },
      );
      const argv = [...options.operands];
      if (argv.length === 0 && !options.has("i", "s")) throw new MissingOperand("usage: sudo command");
      return runAs(process, options.value("u") ?? "root", argv, flavour, options.has("i"));
    }),
});

/** gosu, su-exec, setuidgid: the command takes the place of the program, as user[:group]. */
export const gosu: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const [who = "", ...argv] = process.argv.slice(1);
      if (argv.length === 0) throw new MissingOperand(`Usage: ${quoted("user-spec command [args]")}`);
      return runAs(process, who.split(":")[0]!, argv, flavour, false);
    }),
});
