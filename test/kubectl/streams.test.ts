/** Logs, commands and terminals in containers, with the real kubectl. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeEveryKubectl, describeNewestKubectl, type KubectlSession } from "./harness.ts";
import { hasTerminal, inTerminal } from "./terminal.ts";

/** Runs a pod and waits until its container does. */
async function runPod({ ok }: KubectlSession, name: string, line: string): Promise<void> {
  await ok(`run ${name} ${line}`);
  await ok(`wait --for=jsonpath={.status.phase}=Running pod/${name} --timeout=60s`);
}

/** The first kubectl that speaks WebSocket without being asked to. */
const WEBSOCKETS = "1.30";

describeEveryKubectl("logs, exec and stdin", (session) => {
  it("reads a log, and follows it to its end", async () => {
    const { ok } = session();
    const script = "for i in 1 2 3; do echo line $i; sleep 1; done";
    await runPod(session(), "count", `--image=busybox --restart=Never -- sh -c '${script}'`);
    expect(await ok("logs -f count")).toBe("line 1\nline 2\nline 3\n");
    expect(await ok("logs count --tail=1")).toBe("line 3\n");
  });

  it("runs a command, or names the version that can", async () => {
    const kubectl = session();
    await runPod(kubectl, "web", "--image=nginx");
    const result = await kubectl.run("exec web -- sh -c 'echo out; echo err >&2; exit 3'");
    if (kubectl.isAtLeast(WEBSOCKETS)) {
      expect(result).toEqual({ stdout: "out\n", stderr: "err\ncommand terminated with exit code 3\n", exitCode: 3 });
      expect(await kubectl.ok("exec -i web -- cat", { stdin: "hello\n" })).toBe("hello\n");
    } else {
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toMatch(/^Error from server \(BadRequest\): .*use kubectl 1\.30 or newer/);
    }
  });
});

describeNewestKubectl("logs", (session) => {
  it("has lines of its own for every option", async () => {
    const { ok, run } = session();
    await runPod(session(), "talk", "--image=busybox -- sh -c 'for i in 1 2 3 4; do echo line $i; done; sleep 3600'");
    expect(await ok("logs talk --tail=2")).toBe("line 3\nline 4\n");
    expect(await ok("logs talk --limit-bytes=9")).toBe("line 1\nli");
    expect(await ok("logs talk --since=1h")).toBe("line 1\nline 2\nline 3\nline 4\n");
    expect(await ok("logs talk --since-time=2100-01-01T00:00:00Z")).toBe("");
    expect(await ok("logs talk --timestamps --tail=1")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z line 4\n$/);
    expect(await ok("logs talk --prefix --tail=1")).toBe("[pod/talk/talk] line 4\n");
    expect((await run("logs talk -p")).stderr).toBe(
      'Error from server (BadRequest): previous terminated container "talk" in pod "talk" not found\n',
    );
    expect((await run("logs talk -c nope")).stderr).toContain("container nope is not valid for pod talk");
  });

  it("has the lines of all containers, and of all pods of a selector", async () => {
    const { ok, run, write } = session();
    const container = (name: string) => ({
      name,
      image: "busybox",
      command: ["sh", "-c", `echo ${name} says hello; sleep 3600`],
    });
    const metadata = { name: "two", labels: { app: "two" } };
    const spec = {
      initContainers: [{ ...container("first"), command: ["echo", "first"] }],
      containers: [container("a"), container("b")],
    };
    await write("two.json", JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec }));
    await ok("apply -f two.json");
    await ok("wait --for=condition=Ready pod/two --timeout=60s");
    expect((await ok("logs two --all-containers")).split("\n").sort()).toEqual([
      "",
      "a says hello",
      "b says hello",
      "first",
    ]);
    expect(await ok("logs two -c b")).toBe("b says hello\n");
    expect(await ok("logs -l app=two -c a --prefix")).toBe("[pod/two/a] a says hello\n");
    const tooMany = await run("logs -f -l app=two --all-containers --max-log-requests=2");
    expect(tooMany.stderr).toContain(
      "you are attempting to follow 3 log streams, but maximum allowed concurrency is 2",
    );
  });

  it("is that of the previous run after a restart", async () => {
    const { ok } = session();
    await ok("run again --image=busybox -- sh -c 'echo run of $RANDOM; sleep 2; exit 1'");
    await ok("wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/again --timeout=60s");
    await ok("wait --for=jsonpath={.status.containerStatuses[0].state.running} pod/again --timeout=60s");
    const [previous, present] = [await ok("logs again -p"), await ok("logs again")];
    expect(previous).toMatch(/^run of \d+\n$/);
    expect(present).toMatch(/^run of \d+\n$/);
    expect(previous).not.toBe(present);
  });

  it("says why there is none", async () => {
    const { ok, run } = session();
    await ok("run absent --image=nginx:1.91");
    await ok("wait --for=jsonpath={.status.containerStatuses[0].state.waiting} pod/absent --timeout=60s");
    const { stderr } = await run("logs absent");
    expect(stderr).toMatch(
      /^Error from server \(BadRequest\): container "absent" in pod "absent" is waiting to start: /,
    );
  });
});

describeNewestKubectl("exec and cp", (session) => {
  it("hands every argument over as it is", async () => {
    const { ok, run } = session();
    await runPod(session(), "web", "--image=nginx");
    expect(await ok("exec web -- printf '%s|' 'a b' -x --")).toBe("a b|-x|--|");
    expect((await run("exec web -- nope")).stderr).toMatch(
      /^error: Internal error occurred: .*exec: "nope": executable file not found in \$PATH: unknown\n$/,
    );
    expect((await run("exec web -c nope -- ls")).stderr).toContain("container nope is not valid for pod web");
    expect((await run("exec nope -- ls")).stderr).toBe('Error from server (NotFound): pods "nope" not found\n');
  });

  it("keeps what a command wrote for the next one", async () => {
    const { ok } = session();
    await ok("exec web -- sh -c 'echo kept > /tmp/note'");
    expect(await ok("exec web -- cat /tmp/note")).toBe("kept\n");
  });

  it("passes megabytes through a pipe in both directions", async () => {
    const { run } = session();
    const stdin = randomBytes(2_500_000).toString("hex");
    const { stdout, exitCode } = await run("exec -i web -- cat", { stdin });
    expect([exitCode, digest(stdout)]).toEqual([0, digest(stdin)]);
  });

  it("copies files and folders in both directions", async () => {
    const { ok, write, folder } = session();
    const text = randomBytes(100_000).toString("hex");
    await mkdir(join(folder, "sent/below"), { recursive: true });
    await write("sent/a", "one\n");
    await write("sent/below/b", text);
    await ok("cp sent web:/tmp/sent");
    expect(await ok("exec web -- cat /tmp/sent/a")).toBe("one\n");
    await ok("cp web:/tmp/sent received");
    expect(digest(await readFile(join(folder, "received/below/b"), "utf8"))).toBe(digest(text));
  });

  it("copies 5 MB of binary data in both directions, also with tar and gzip by hand", async () => {
    const { ok, folder, run } = session();
    const data = randomBytes(5 * 1024 * 1024);
    const sum = createHash("sha256").update(data).digest("hex");
    await writeFile(join(folder, "large"), data);
    await ok("cp large web:/tmp/large");
    expect(await ok("exec web -- sha256sum /tmp/large")).toBe(`${sum}  /tmp/large\n`);
    await ok("cp web:/tmp/large returned");
    expect(data.equals(await readFile(join(folder, "returned")))).toBe(true);
    expect(await ok("exec web -- sh -c 'gzip -c /tmp/large | gzip -d | sha256sum'")).toBe(`${sum}  -\n`);
    expect(await ok("exec web -- sh -c 'tar c -C /tmp large | tar x -O | sha256sum'")).toBe(`${sum}  -\n`);
    expect((await run("exec web -- rm /tmp/large")).exitCode).toBe(0);
  });

  it("ends with its pod", async () => {
    const { ok, run } = session();
    await runPod(session(), "short", "--image=nginx");
    const running = run("exec short -- sh -c 'touch /tmp/begun; sleep 3600'");
    while ((await run("exec short -- test -f /tmp/begun")).exitCode !== 0);
    await ok("delete pod short --grace-period=1");
    expect(await running).toMatchObject({ exitCode: 137 });
  });

  it("does not enter a pod that has ended", async () => {
    const { ok, run } = session();
    await ok("run done --image=busybox --restart=Never -- true");
    await ok("wait --for=jsonpath={.status.phase}=Succeeded pod/done --timeout=60s");
    expect((await run("exec done -- ls")).stderr).toContain(
      "cannot exec into a container in a completed pod; current phase is Succeeded",
    );
  });
});

/** A shell that says when its terminal can be typed into. */
const SHELL = "sh -c 'echo ready; exec bash'";

describeNewestKubectl("terminals", (session) => {
  const inTty = hasTerminal ? it : it.skip;

  inTty("edits lines, and has the window's size", async () => {
    await runPod(session(), "web", "--image=nginx");
    const screen = await inTerminal(session(), `exec -it web -- ${SHELL}`, [
      { see: "ready", type: "echo wrng\x7f\x7fong\r" },
      { see: "\nwrong", type: "echo $COLUMNS x $LINES\r" },
      { see: "77 x 33", type: "exit 4\r" },
    ]);
    expect(screen.exitCode).toBe(4);
  });

  inTty("interrupts a command by Ctrl-C, and leaves by Ctrl-D", async () => {
    const screen = await inTerminal(session(), `exec -it web -- ${SHELL}`, [
      { see: "ready", type: "sleep 3600\r" },
      { see: "sleep 3600", type: "\x03" },
      { see: "^C", type: "echo status $?\r" },
      { see: "status 130", type: "\x04" },
    ]);
    expect(screen.exitCode).toBe(0);
  });

  inTty("runs a pod, and removes it afterwards", async () => {
    const { ok } = session();
    const line = "run shell -it --rm --restart=Never --image=busybox -- sh";
    const screen = await inTerminal(session(), line, [
      { see: "try pressing enter", type: "echo from $HOSTNAME\r" },
      { see: "from shell", type: "exit 7\r" },
    ]);
    expect(screen.text).toContain('pod "shell" deleted');
    expect(screen.exitCode).toBe(7);
    expect(await ok("get pods shell --ignore-not-found")).toBe("");
  });

  inTty("attaches to a container that waits for a terminal", async () => {
    const { ok } = session();
    await runPod(session(), "waits", "--image=busybox --stdin --tty --attach=false -- sh");
    const screen = await inTerminal(session(), "attach -it waits", [
      { see: "try pressing enter", type: "echo attached\r" },
      { see: "\nattached", type: "exit\r" },
    ]);
    expect(screen.exitCode).toBe(0);
    expect(await ok("logs waits")).toContain("attached");
  });
});

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
