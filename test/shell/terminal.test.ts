/** Shells on a terminal: prompts, editing, history, keys that interrupt, job control. */
import { describe, expect, it } from "vitest";
import type { ProcessStart, ShellFlavour } from "../../src/shell/contract.ts";
import { closeSession, endInput, input, resize, sessionEnd, startSession } from "../../src/shell/machine.ts";
import { drive, START_MS, type TestContainer, testContainer } from "./support/machine.ts";

const SIZE = { columns: 80, rows: 24 };

class Screen {
  readonly container: TestContainer;
  readonly #session: number;

  constructor(flavour: ShellFlavour, options: Partial<ProcessStart> = {}) {
    const argv = [flavour === "bash" ? "bash" : "sh"];
    this.container = testContainer(flavour, { argv, stdin: "open", terminal: SIZE, cwd: "/", ...options });
    this.#session = 0;
  }

  /** Output of the terminal after the keys, up to `ms` later. */
  type(keys: string, ms = 0): string {
    input(this.container.machine, this.#session, keys, this.container.system);
    return this.wait(ms);
  }

  wait(ms = 0): string {
    const untilMs = this.container.machine.nowMs - START_MS + ms;
    return drive(this.container, { untilMs }).stdout;
  }

  get status(): number | undefined {
    return this.container.machine.exit?.status;
  }
}

describe("a shell on a terminal", () => {
  it.each([
    ["bash", "root@web-0:/# "],
    ["dash", "# "],
    ["busybox", "/ # "],
  ] as const)("%s prompts, echoes and answers", (flavour, prompt) => {
    const screen = new Screen(flavour);
    expect(screen.wait()).toBe(prompt);
    expect(screen.type("echo hi\r")).toBe(`echo hi\r\nhi\r\n${prompt}`);
    expect(screen.type("nosuch\r")).toMatch(/nosuch: (command )?not found\r\n/);
    expect(screen.type("exit 3\r")).toBe(flavour === "bash" ? "exit 3\r\nexit\r\n" : "exit 3\r\n");
    expect(screen.status).toBe(3);
  });

  it("shows a user's prompt and the folder", () => {
    const credentials = { uid: 1000, gid: 1000, groups: [], capabilities: [] };
    expect(new Screen("dash", { credentials }).wait()).toBe("$ ");
    const screen = new Screen("bash");
    screen.wait();
    expect(screen.type("cd /tmp; PS1='[\\W \\j] '\r")).toBe("cd /tmp; PS1='[\\W \\j] '\r\n[tmp 0] ");
    expect(screen.type("cd\r")).toBe("cd\r\n[~ 0] ");
  });

  it("continues an incomplete command", () => {
    const screen = new Screen("bash");
    screen.wait();
    expect(screen.type("for i in 1 2; do\r")).toBe("for i in 1 2; do\r\n> ");
    expect(screen.type("echo $i; done\r")).toBe("echo $i; done\r\n1\r\n2\r\nroot@web-0:/# ");
  });

  it("edits with control keys and arrows", () => {
    const screen = new Screen("bash");
    screen.wait();
    // Left twice, erase, insert; home, end; kill and yank.
    expect(screen.type("echo abXd\x1b[D\x7fc\x05!\r")).toContain("\r\nabcd!\r\n");
    expect(screen.type("tail\x01echo \x05\x17word\r")).toContain("\r\nword\r\n");
    expect(screen.type("echo lost\x15echo kept\r")).toContain("\r\nkept\r\n");
    expect(screen.type("echo one two\x17\x19 three\r")).toContain("\r\none two three\r\n");
  });

  it("has a history", () => {
    const screen = new Screen("busybox");
    screen.wait();
    screen.type("echo first\r");
    screen.type("echo second\r");
    expect(screen.type("\x1b[A\x1b[A\r")).toContain("\r\nfirst\r\n");
    expect(screen.type("\x10\x10\x0e x\r")).toContain("x\r\n");
    expect(screen.type("history\r")).toContain("    1  echo first\r\n");
    expect(screen.type("history | grep second\r")).toContain("    2  echo second\r\n");
  });

  it("expands events of the history", () => {
    const screen = new Screen("bash");
    screen.wait();
    screen.type("echo one two\r");
    expect(screen.type("!!\r")).toBe("!!\r\necho one two\r\none two\r\nroot@web-0:/# ");
    expect(screen.type("echo last: !$\r")).toBe("echo last: !$\r\necho last: two\r\nlast: two\r\nroot@web-0:/# ");
    expect(screen.type("!1\r")).toContain("\r\none two\r\n");
    expect(screen.type("^one^three\r")).toContain("\r\nthree two\r\n");
    expect(screen.type("!echo\r")).toContain("\r\nthree two\r\n");
    expect(screen.type("echo '!!' \"a!\" \\!!\r")).toContain("\r\n!! a! !!\r\n");
    expect(screen.type("!nope\r")).toBe("!nope\r\nbash: !nope: event not found\r\nroot@web-0:/# ");
  });

  it("searches the history", () => {
    const screen = new Screen("bash");
    screen.wait();
    screen.type("echo needle\r");
    screen.type("echo other\r");
    expect(screen.type("\x12need\r")).toContain("\r\nneedle\r\n");
  });

  it("completes commands and files", () => {
    const screen = new Screen("bash");
    screen.wait();
    screen.type("cd /tmp; touch alpha-one alpha-two; mkdir folder\r");
    expect(screen.type("hist\t")).toContain("history ");
    expect(screen.type("\x15echo al\t")).toContain("alpha-");
    expect(screen.type("\t\t")).toContain("alpha-one  alpha-two\r\n");
    expect(screen.type("o\t\r")).toContain("one \r\nalpha-one\r\n");
    expect(screen.type("ls fol\t\r")).toContain("ls folder/\r\n");
  });

  it("gives up the line at ^C", () => {
    const screen = new Screen("bash");
    screen.wait();
    expect(screen.type("echo lost")).toBe("echo lost");
    expect(screen.type("\x03")).toBe("^C\r\nroot@web-0:/# ");
    expect(screen.type("echo $?\r")).toBe("echo $?\r\n130\r\nroot@web-0:/# ");
  });

  it("ends the foreground program at ^C and drops the rest of the line", () => {
    const screen = new Screen("bash");
    screen.wait();
    expect(screen.type("sleep 100; echo never\r", 1000)).toBe("sleep 100; echo never\r\n");
    expect(screen.type("\x03")).toBe("^C\r\nroot@web-0:/# ");
    expect(screen.type("sleep 50 | cat\r", 1000)).toBe("sleep 50 | cat\r\n");
    expect(screen.type("\x03")).toBe("^C\r\nroot@web-0:/# ");
    expect(Object.keys(screen.container.machine.processes)).toHaveLength(1);
  });

  it("ends an endless loop at ^C", () => {
    const screen = new Screen("busybox");
    screen.wait();
    screen.type("while :; do :; done\r", 50);
    expect(screen.type("\x03", 50)).toContain("/ # ");
    expect(screen.type("echo alive\r")).toContain("\r\nalive\r\n");
  });

  it("stops a program at ^Z and brings it back", () => {
    const screen = new Screen("bash");
    screen.wait();
    screen.type("sleep 5\r", 1000);
    expect(screen.type("\x1a")).toContain("[1]+  Stopped                 sleep 5\r\nroot@web-0:/# ");
    expect(screen.type("jobs\r")).toContain("[1]+  Stopped                 sleep 5\r\n");
    expect(screen.type("fg\r")).toBe("fg\r\nsleep 5\r\n");
    expect(screen.wait(10_000)).toBe("root@web-0:/# ");
  });

  it("tells that a job is done", () => {
    const screen = new Screen("bash");
    screen.wait();
    expect(screen.type("sleep 1 &\r")).toMatch(/\[1\] \d+\r\nroot/);
    screen.wait(2000);
    expect(screen.type("\r")).toContain("[1]+  Done                    sleep 1\r\n");
  });

  it("ends at ^D", () => {
    const screen = new Screen("bash");
    screen.wait();
    screen.type("false\r");
    expect(screen.type("\x04")).toBe("exit\r\n");
    expect(screen.status).toBe(1);
  });

  it("lets programs read lines that the terminal edits", () => {
    const screen = new Screen("bash");
    screen.wait();
    screen.type("read -p 'name? ' x; echo \"<$x>\"\r");
    expect(screen.type("ab\x7fc\r")).toBe("ab\b \bc\r\n<ac>\r\nroot@web-0:/# ");
    screen.type("cat\r");
    expect(screen.type("line\r")).toBe("line\r\nline\r\n");
    expect(screen.type("\x04")).toBe("root@web-0:/# ");
  });

  it("hides a password", () => {
    const screen = new Screen("bash");
    screen.wait();
    screen.type("read -s x; echo; echo $x\r");
    expect(screen.type("secret\r")).toBe("\r\nsecret\r\nroot@web-0:/# ");
  });

  it("runs a session beside the first process and forgets it when its client goes", () => {
    const container = testContainer("bash", { argv: ["sleep", "1000"], cwd: "/" });
    const session = startSession(container.machine, {
      argv: ["bash"],
      env: { HOME: "/root", PATH: "/usr/bin" },
      cwd: "/",
      credentials: { uid: 0, gid: 0, groups: [], capabilities: [] },
      stdin: "open",
      terminal: SIZE,
    });
    drive(container, { untilMs: 0 });
    resize(container.machine, session, { columns: 120, rows: 50 }, container.system);
    input(container.machine, session, "echo $COLUMNS\r", container.system);
    expect(drive(container, { untilMs: 0 }).stdout).toContain("120\r\n");
    closeSession(container.machine, session, container.system);
    drive(container, { untilMs: 0 });
    expect(Object.keys(container.machine.processes)).toEqual(["1"]);
  });

  it("ends a session with its status", () => {
    const container = testContainer("bash", { argv: ["sleep", "1000"], cwd: "/" });
    const start = { env: {}, cwd: "/", credentials: { uid: 0, gid: 0, groups: [], capabilities: [] } };
    const session = startSession(container.machine, { ...start, argv: ["/usr/bin/cat"], stdin: "open" });
    input(container.machine, session, "data", container.system);
    endInput(container.machine, session);
    expect(drive(container, { untilMs: 0 }).stdout).toBe("data");
    expect(sessionEnd(container.machine, session)).toMatchObject({ status: 0 });
  });
});
