/** The Python interpreter beside recorded runs of CPython 3.11, and its life between requests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { python } from "../../src/programs/python/index.ts";
import type { ProcessView } from "../../src/shell/program.ts";
import { runPython, scriptsOf } from "./python/run.ts";

const folder = join(import.meta.dirname, "python");
const recorded = JSON.parse(readFileSync(join(folder, "recorded.json"), "utf8")) as Record<
  string,
  { status: number; stdout: string; stderr: string }
>;
const differences = JSON.parse(readFileSync(join(folder, "known-differences.json"), "utf8")) as Record<string, string>;
const scripts = scriptsOf(readFileSync(join(folder, "corpus.txt"), "utf8"));

interface Outcome {
  status: number | "waits";
  stdout: string;
  stderr: string;
}

/** Standard error counts where a script fails: it is the traceback. */
const compared = ({ status, stdout, stderr }: Outcome, failed: boolean) => ({
  status,
  stdout,
  ...(failed && { stderr }),
});
const recordedOf = ({ name }: { name: string }) => compared(recorded[name]!, recorded[name]!.status !== 0);
const runOf = ({ name, source }: { name: string; source: string }) =>
  compared(runPython(source), recorded[name]!.status !== 0);

describe("python3", () => {
  it("has a recorded run for each script", () => {
    expect(scripts.map(({ name }) => name).sort()).toEqual(Object.keys(recorded).sort());
  });

  it.each(scripts.filter(({ name }) => !(name in differences)).map((script) => [script.name, script] as const))(
    "%s prints as CPython",
    (_name, script) => expect(runOf(script)).toEqual(recordedOf(script)),
  );

  it.each(scripts.filter(({ name }) => name in differences).map((script) => [script.name, script] as const))(
    "%s still differs",
    (_name, script) => expect(runOf(script)).not.toEqual(recordedOf(script)),
  );

  it("sleeps in virtual time", () => {
    const run = runPython("import time\nfor i in range(3):\n    print(i)\n    time.sleep(1.5)\n");
    expect(run).toMatchObject({ status: 0, stdout: "0\n1\n2\n", tookMs: 4500 });
  });

  it("runs tasks of asyncio side by side in virtual time", () => {
    const source = `
import asyncio
async def tick(name, seconds):
    for i in range(3):
        await asyncio.sleep(seconds)
        print(name, i)
async def main():
    await asyncio.gather(tick('slow', 2), tick('fast', 0.75))
asyncio.run(main())
`;
    const lines = ["fast 0", "fast 1", "slow 0", "fast 2", "slow 1", "slow 2"];
    expect(runPython(source)).toMatchObject({ status: 0, stdout: `${lines.join("\n")}\n`, tookMs: 6000 });
  });

  it("runs tests of a file with -m unittest", () => {
    const files = {
      "/tmp/test_sum.py":
        "import unittest\nclass T(unittest.TestCase):\n    def test_sum(self): self.assertEqual(sum([1, 2]), 4)\n",
    };
    const run = runPython("", { argv: ["python3", "-m", "unittest", "test_sum"], files });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^F\n=+\nFAIL: test_sum \(test_sum.T.test_sum\)\n.*AssertionError: 3 != 4\n.*FAILED/s);
  });

  it("holds output back until a flush, as for a pipe", () => {
    const loop = "import time\nwhile True:\n    print('tick')\n    time.sleep(1)\n";
    const stop = [{ atMs: 3500, name: "INT" as const }];
    const held = runPython(loop, { signals: stop });
    expect(held.status).toBe(130);
    expect(held.stderr).toMatch(/KeyboardInterrupt\n$/);
    const shown = runPython(loop.replace("'tick'", "'tick', flush=True"), { signals: stop });
    expect(shown.stdout).toBe("tick\n".repeat(4));
  });

  it("runs a handler of SIGTERM, which process 1 ignores otherwise", () => {
    const source = `
import signal, sys, time
def stop(number, frame):
    print('stopping', number)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
time.sleep(100)
`;
    const signals = [{ atMs: 2000, name: "TERM" as const }];
    expect(runPython(source, { signals })).toMatchObject({ status: 0, stdout: "stopping 15\n", tookMs: 2000 });
    expect(runPython("import time\ntime.sleep(5)\nprint('slept')", { signals })).toMatchObject({
      status: 0,
      stdout: "slept\n",
      tookMs: 5000,
    });
  });

  it("takes the exit status from the script", () => {
    const source = "import os, sys\nsys.exit(0 if os.environ['JOB_COMPLETION_INDEX'] > '1' else 1)";
    const statusAt = (index: string) => runPython(source, { env: { JOB_COMPLETION_INDEX: index } }).status;
    expect(["0", "1", "2", "3"].map(statusAt)).toEqual([1, 1, 0, 0]);
  });

  it("serves HTTP from a handler class", () => {
    const server = runPython(`
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    count = 0
    def do_GET(self):
        Handler.count += 1
        self.send_response(200 if self.path != '/bad' else 500)
        self.send_header('Content-Type', 'text/plain')
        self.end_headers()
        self.wfile.write(('%s %d' % (self.path, Handler.count)).encode())
HTTPServer(('', 8080), Handler).serve_forever()
`);
    expect(server.status).toBe("waits");
    const view = {
      pid: 1,
      env: {},
      cwd: "/",
      nowMs: 0,
      state: server.state,
      write: () => true,
      host: { hostname: "x" },
    };
    const ask = (path: string) =>
      python.serve!(view as unknown as ProcessView, {
        type: "http",
        scheme: "http",
        method: "GET",
        path,
        headers: {},
        body: "",
        host: "x",
        port: 8080,
        from: "10.0.0.9",
      });
    expect(ask("/a")).toMatchObject({ status: 200, body: "/a 1" });
    expect(ask("/bad")).toMatchObject({ status: 500, body: "/bad 2" });
  });

  it("refuses what it does not know in Python's words", () => {
    expect(runPython("import numpy")).toMatchObject({
      status: 1,
      stderr:
        "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nModuleNotFoundError: No module named 'numpy'\n",
    });
    expect(runPython("print 'x'").status).toBe(1);
  });

  it("bounds loops of built-in functions and the size of values", () => {
    expect(runPython("x = 'a' * 10**9").stderr).toMatch(/MemoryError/);
    expect(runPython("x = 10 ** 10 ** 10").stderr).toMatch(/MemoryError/);
    expect(runPython("def f(): return f()\nf()").stderr).toMatch(/RecursionError: maximum recursion depth exceeded/);
  });
});
