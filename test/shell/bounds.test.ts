/** Scripts without an end and without measure: each request is bounded, and the container goes on as Linux would. */
import { describe, expect, it } from "vitest";
import {
  MAX_INHERITED_JOBS,
  MAX_JOBS,
  MAX_PROCESSES,
  MAX_SHELL_DEPTH,
  PIPE_BUFFER_BYTES,
} from "../../src/lib/container-limits.ts";
import type { ProcessEnd } from "../../src/shell/contract.ts";
import { run, setNow, signal, takeOutput } from "../../src/shell/machine.ts";
import type { Program } from "../../src/shell/program.ts";
import { processFacts } from "../../src/shell/view.ts";
import { drive, START_MS, type TestContainer, testContainer } from "./support/machine.ts";

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

  it("forgets ended jobs, and gives a subshell the last ones only", () => {
    const container = bash("i=0; while [ $i -lt 3000 ]; do : & sleep 0.01; i=$((i+1)); done; (sleep 9999; :)");
    drive(container, { untilMs: 600_000, maxSteps: 400_000 });
    const shells = Object.values(container.machine.processes).flatMap(({ shell, exits }) =>
      shell ? [{ jobs: shell.jobs.length, exits: Object.keys(exits).length }] : [],
    );
    expect(shells.length).toBeGreaterThan(1);
    const [first, ...others] = shells;
    expect(first!.jobs).toBeLessThanOrEqual(MAX_JOBS);
    expect(first!.exits).toBeLessThanOrEqual(MAX_JOBS);
    for (const { jobs } of others) expect(jobs).toBeLessThanOrEqual(MAX_INHERITED_JOBS);
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

/** Steps of the longest run of an endless script, with the bytes of its machine afterwards. */
function measure(
  container: TestContainer,
  runs: number,
): { largestRun: number; stateBytes: number; exit?: ProcessEnd } {
  let largestRun = 0;
  for (let i = 0; i < runs && !container.machine.exit; i++) {
    const before = container.machine.steps;
    const { wakeAtMs } = run(container.machine, container.system, 20_000);
    takeOutput(container.machine);
    largestRun = Math.max(largestRun, container.machine.steps - before);
    if (wakeAtMs !== undefined) setNow(container.machine, wakeAtMs);
  }
  return { largestRun, stateBytes: JSON.stringify(container.machine).length, exit: container.machine.exit };
}

function limited(container: TestContainer, memoryLimitBytes: number): TestContainer {
  const { host } = container.system;
  return { ...container, system: { ...container.system, host: { ...host, memoryLimitBytes } } };
}

describe("endless input", () => {
  const KEEPING = [
    "tail /dev/zero",
    "tail -n 1 /dev/zero",
    "sort /dev/zero",
    "grep x /dev/zero",
    "sed -n p /dev/zero",
    "awk 1 /dev/zero",
  ];

  for (const script of [...KEEPING, "base64 /dev/urandom"])
    it(`kills what keeps all of it: ${script}`, () => {
      for (const container of [bash(script), limited(bash(script), 5_000_000)])
        expect(measure(container, 400)).toMatchObject({ exit: { status: 137, wasOomKilled: true } });
    });

  for (const script of ["read x < /dev/zero", "cat /dev/zero > /dev/null", "cat /dev/urandom | tr -d a > /dev/null"])
    it(`goes on in bounded pieces: ${script}`, () => {
      const { exit, largestRun, stateBytes } = measure(bash(script), 50);
      expect(exit).toBeUndefined();
      expect(largestRun).toBeLessThan(30_000);
      expect(stateBytes).toBeLessThan(1_000_000);
    });

  it("ends only the process that keeps too much", () => {
    const outcome = drive(bash("tail /dev/zero; echo $?"));
    expect(outcome).toMatchObject({ stdout: "137\n", status: 0 });
    expect(outcome.stderr).toContain("Killed");
    const many = bash('x=$(printf "x%.0s" {1..60000}); for i in {1..3000}; do eval "a$i=\\$x"; done; echo no');
    expect(measure(many, 100).exit).toMatchObject({ status: 137, wasOomKilled: true });
  });

  it("fills the disk and no more", () => {
    const full = "write error: No space left on device\n";
    for (const command of ["seq 1000000000", "yes", "cat /dev/zero", "head -c 10G /dev/zero"]) {
      const { stderr, status } = drive(bash(`${command} > /tmp/f`));
      expect([stderr, status]).toEqual([`${command.split(" ")[0]}: ${full}`, 1]);
    }
    expect(drive(bash("dd if=/dev/zero of=/tmp/f bs=1M 2>&1 | head -3")).stdout).toBe(
      "dd: error writing '/tmp/f': No space left on device\n9+0 records in\n8+0 records out\n",
    );
    expect(drive(bash("dd if=/dev/zero of=/tmp/f bs=10G count=1")).stderr).toBe(
      "dd: memory exhausted by input buffer of size 10737418240 bytes (10 GiB)\n",
    );
    expect(drive(limited(bash("dd if=/dev/zero of=/tmp/f bs=100M"), 20_000_000)).status).toBe(137);
  });
});

describe("work of tools", () => {
  const LOOPS = [
    "seq 1 100000 | sort -R | md5sum",
    "tar cf /tmp/a.tar /etc /usr",
    "head -c 5000000 /dev/zero | gzip | wc -c",
    "jq -n '[range(100000)] | length'",
    "awk 'BEGIN { for (i = 0; i < 100000; i++) n += i }'",
    "python3 -c 'sum(range(100000))'",
    "echo x | sed ':a;s/^/x/;ta'",
    "openssl rand -base64 1000000 | wc -c",
    "seq 1 100000 > n; cut -c1-3 n > /dev/null",
    "seq 1 100000 > n; grep -c 9 n",
    "seq 1 100000 > n; uniq n > /dev/null",
  ];
  for (const script of LOOPS)
    it(`is counted: ${script}`, () => {
      const once = bash(script);
      drive(once);
      expect(once.machine.steps).toBeGreaterThan(script.startsWith("tar") ? 20 : 1000);
    });

  it("is counted for each path that is looked up, and each entry that is listed", () => {
    for (const script of ["find /", "ls -lR /", "du -a /", "grep -r nothing /"]) {
      const once = bash(`${script} > /dev/null 2>&1`);
      drive(once);
      expect(once.machine.steps, script).toBeGreaterThan(100);
    }
  });

  it("is not counted when others look at a process: a look changes nothing", () => {
    const program: Program = {
      run: () => ({ type: "wait", for: [{ type: "signal" }] }),
      shows: ({ files, argv }) => ({ title: `${argv[0]} ${files.list("/etc").length}` }),
      memoryBytes: ({ files }) =>
        ["/etc/passwd", "/etc/group", "/etc", "/tmp"].filter((path) => files.find(path)).length,
    };
    const container = bash("exec sleep 100");
    const { findProgram } = container.system;
    container.system = { ...container.system, findProgram: (name) => (name === "sleep" ? program : findProgram(name)) };
    drive(container);
    const before = structuredClone(container.machine);
    for (let look = 0; look < 20; look++) {
      const [facts] = processFacts(container.machine, container.system);
      expect(facts).toMatchObject({ argv: [expect.stringMatching(/^sleep \d+$/)], memoryBytes: expect.any(Number) });
    }
    expect(container.machine).toEqual(before);
  });

  it("grows with a program's data", () => {
    expect(drive(bash("python3 -c 'x=[]\nwhile True: x.append(\"a\"*1000)'")).status).toBe(137);
    const much = "python3 -c 'x = \"a\" * 10**8; print(len(x))'";
    expect(drive(limited(bash(much), 50_000_000)).status).toBe(137);
    expect(drive(bash(`python3 -c 'x = "a" * 10**12'`)).stderr).toContain("MemoryError");
  });

  it("ends one program when it fails, and nothing else", () => {
    const nested = drive(bash("python3 -c 'x=[]\nfor i in range(100000): x=[x]\nprint(x)'; echo $?"));
    expect(nested).toMatchObject({ stdout: expect.stringMatching(/^13[79]\n$/) as string, status: 0 });
    expect(drive(bash("grep -E 'a{1000}{1000}' /etc/passwd; echo $?")).stdout).toBe("2\n");
    expect(drive(bash("echo x | sed 'G;h;:a;G;h;ba'; echo $?")).stderr).toBe("sed: memory exhausted\n");
    expect(drive(bash("seq 1000000000000 | head -2")).stdout).toBe("1\n2\n");
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
