/** Scripts without an end and without measure: each request is bounded, and the container goes on as Linux would. */
import { describe, expect, it } from "vitest";
import { MAX_PROCESSES, MAX_SHELL_DEPTH, PIPE_BUFFER_BYTES } from "../../src/lib/container-limits.ts";
import { run, signal, takeOutput } from "../../src/shell/machine.ts";
import { drive, START_MS, testContainer } from "./support/machine.ts";

const bash = (script: string) => testContainer("bash", { argv: ["bash", "-c", script] });

describe("bounds", () => {
  it("spends its budget and goes on later", () => {
    const container = bash("i=0; while :; do i=$((i+1)); done");
    expect(run(container.machine, container.system, 200)).toMatchObject({ isSpent: true, questions: [] });
    const steps = container.machine.steps;
    run(container.machine, container.system, 200);
    expect(container.machine.steps).toBeGreaterThan(steps);
    expect(container.machine.steps).toBeLessThanOrEqual(steps + 220);
  });

  it("lets time pass in an endless loop", () => {
    const container = bash("until [ $SECONDS -ge 2 ]; do :; done; echo over");
    expect(drive(container)).toMatchObject({ stdout: "over\n", status: 0 });
    expect(container.machine.nowMs).toBe(START_MS + 2000);
  });

  it("is slower under a limit of CPU", () => {
    const container = bash("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done");
    drive(container);
    const free = container.machine.nowMs - START_MS;
    const limited = bash("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done");
    limited.system = { ...limited.system, host: { ...limited.system.host, cpuLimit: 0.1 } };
    drive(limited);
    expect(free).toBeGreaterThan(0);
    expect(limited.machine.nowMs - START_MS).toBe(free * 10);
  });

  it("stops a fork bomb at the number of processes", () => {
    const container = bash(":(){ :|:& };:; sleep 1; echo survived");
    const outcome = drive(container, { untilMs: 30_000, maxSteps: 200_000 });
    expect(outcome.stderr).toContain("fork: retry: Resource temporarily unavailable");
    expect(Object.keys(container.machine.processes).length).toBeLessThanOrEqual(MAX_PROCESSES);
    expect(JSON.stringify(container.machine).length).toBeLessThan(4_000_000);
  });

  it("ends deep recursion with an error", () => {
    const outcome = drive(bash("f() { f; }; f; echo no"));
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toBe(`bash: line 1: f: maximum function nesting level exceeded (${MAX_SHELL_DEPTH})\n`);
    expect(drive(bash("f() { echo $1; f $(($1+1)); }; f 1 2>/dev/null | tail -1")).stdout).toBe(`${MAX_SHELL_DEPTH}\n`);
  });

  it("ends deep evaluation with an error", () => {
    const nested = drive(bash('x=\'eval "$x"\'; eval "$x"; echo no'));
    expect(nested.status).not.toBe(0);
    expect(nested.stdout).toBe("");
    expect(drive(bash("a=a; echo $((a))")).stderr).toContain("expression recursion level exceeded");
  });

  it("refuses giant expansions", () => {
    expect(drive(bash("echo {1..10000000}; echo $?")).stdout).toBe("");
    expect(drive(bash("x=xxxxxxxxxx; for i in {1..30}; do x=$x$x; done; echo no")).stdout).toBe("");
    expect(drive(bash("x=$(yes); echo no"), { maxSteps: 100_000 }).stdout).toBe("");
    expect(drive(bash("printf '%99999999d' 1 | wc -c")).status).toBe(0);
  });

  it("lets a writer wait for a slow reader", () => {
    const container = bash("yes | { sleep 100; head -1; }");
    drive(container, { untilMs: 50_000 });
    const [pipe] = Object.values(container.machine.pipes);
    expect(pipe!.data.length).toBeGreaterThan(0);
    expect(pipe!.data.length).toBeLessThan(2 * PIPE_BUFFER_BYTES);
    expect(drive(container, { untilMs: 200_000 }).stdout).toBe("y\n");
  });

  it("keeps the newest output of a container that is not read", () => {
    const container = bash("yes");
    for (let i = 0; i < 20; i++) run(container.machine, container.system, 100_000);
    const bytes = takeOutput(container.machine).reduce((sum, chunk) => sum + chunk.data.length, 0);
    expect(bytes).toBeLessThan(2 * 1024 * 1024);
  });

  it("does not lose its way in patterns", () => {
    const script = `x=$(printf 'a%.0s' {1..2000}); [[ $x == *a*a*a*a*a*a*a*b ]]; echo $?; [[ $x =~ (a+)+b ]]; echo $?
      shopt -s extglob
      [[ $x == +(a|aa|aaa)b ]]; echo $?`;
    expect(drive(bash(script)).stdout).toBe("1\n1\n1\n");
  });

  it("removes the texts of scripts that are over", () => {
    const container = bash('for i in {1..500}; do eval "x$i=1; f$((i % 3))() { echo $i; }"; done; f1');
    expect(drive(container).stdout).toBe("499\n");
    expect(Object.keys(container.machine.sources).length).toBeLessThan(100);
  });
});

describe("signals of process 1", () => {
  it("ignores those without a handler, from inside and outside", () => {
    const container = bash("sleep 1000; echo no");
    drive(container, { untilMs: 1000 });
    signal(container.machine, 1, "TERM", container.system);
    signal(container.machine, 1, "INT", container.system);
    expect(drive(container, { untilMs: 2000 }).status).toBeUndefined();
    signal(container.machine, 1, "KILL", container.system);
    expect(container.machine.exit).toMatchObject({ status: 137, signal: "KILL" });
    expect(drive(bash("kill -9 1; kill -9 $$; echo alive")).stdout).toBe("alive\n");
  });

  it("runs its trap after the foreground child, and at once in wait", () => {
    const waits = bash("trap 'echo bye; exit 3' TERM; sleep 1000 & wait");
    drive(waits, { untilMs: 1000 });
    signal(waits.machine, 1, "TERM", waits.system);
    expect(drive(waits, { untilMs: 1000 })).toMatchObject({ stdout: "bye\n", status: 3 });
    const blocked = bash("trap 'echo bye; exit 3' TERM; sleep 10; echo no");
    drive(blocked, { untilMs: 1000 });
    signal(blocked.machine, 1, "TERM", blocked.system);
    expect(drive(blocked, { untilMs: 5000 })).toMatchObject({ stdout: "", status: undefined });
    expect(drive(blocked, { untilMs: 20_000 })).toMatchObject({ stdout: "bye\n", status: 3 });
  });

  it("lets the only command of -c take the place of the shell", () => {
    const container = bash("sleep 5");
    drive(container, { untilMs: 1000 });
    expect(Object.values(container.machine.processes).map((each) => each.argv)).toEqual([["sleep", "5"]]);
  });

  it("names the program itself by $!", () => {
    const container = bash("sleep 100 & kill $!; wait $!; echo $?; sleep 50 & echo x | cat");
    drive(container, { untilMs: 1000 });
    expect(Object.values(container.machine.processes).map((each) => each.argv[0])).toEqual([]);
    expect(drive(bash("sleep 100 & kill $!; wait $!; echo $?")).stdout).toBe("143\n");
  });
});
