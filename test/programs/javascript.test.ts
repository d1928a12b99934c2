/** The interpreter of JavaScript beside recorded runs of Node.js 24, and its life between requests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { node } from "../../src/programs/javascript/index.ts";
import { share } from "../../src/programs/javascript/interpreter.ts";
import type { ProcessView } from "../../src/shell/program.ts";
import { FOLDER, INPUT, NODE_VERSION, runNode, scriptsOf } from "./javascript/run.ts";
import type { Run } from "./support/run-program.ts";

const folder = join(import.meta.dirname, "javascript");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const recorded = JSON.parse(read("recorded.json")) as Record<string, Pick<Run, "status" | "stdout" | "stderr">>;
const differences = JSON.parse(read("known-differences.json")) as Record<string, string>;
const scripts = scriptsOf(read("corpus.txt"));

function runOf({ name, source }: { name: string; source: string }, maxSteps?: number) {
  const { status, stdout, stderr } = runNode(source, {
    file: `${FOLDER}/${name}.js`,
    input: INPUT,
    ...(maxSteps && { maxSteps }),
  });
  return { status, stdout, stderr };
}

describe("the corpus of node", () => {
  it("has a recorded run for each script", () => {
    expect(scripts.map(({ name }) => name).sort()).toEqual(Object.keys(recorded).sort());
    expect(Object.keys(differences).length / scripts.length).toBeLessThan(0.03);
  });

  it.each(scripts.filter(({ name }) => !(name in differences)).map((script) => [script.name, script] as const))(
    "%s prints as Node.js",
    (name, script) => expect(runOf(script)).toEqual(recorded[name]),
  );

  it.each(scripts.filter(({ name }) => name in differences).map((script) => [script.name, script] as const))(
    "%s still differs",
    (name, script) => expect(runOf(script)).not.toEqual(recorded[name]),
  );
});

describe("node between requests", () => {
  const { instructions } = share;
  afterEach(() => {
    share.instructions = instructions;
  });

  // Scripts that read the clock see that each share of instructions takes time.
  const timeless = scripts.filter(
    ({ source }) => !/setTimeout|setInterval|Date|performance|hrtime|timers/.test(source),
  );

  it.each(timeless.map((script) => [script.name, script] as const))(
    "%s prints the same if it is suspended after a few instructions",
    (_name, script) => {
      const whole = runOf(script);
      share.instructions = 211;
      expect(runOf(script, 100_000)).toEqual(whole);
    },
    60_000,
  );
});

/** Sends a request to a server that waits, through JSON. */
function ask(server: Run, path: string, { method = "GET", body = "" } = {}) {
  const output: string[] = [];
  const view = {
    pid: 1,
    env: { NODE_VERSION },
    cwd: "/",
    nowMs: 0,
    state: server.state,
    files: { find: () => undefined },
    random: () => 7,
    write: (_fd: number, data: string) => output.push(data) > 0,
    kill: () => true,
    charge: () => {},
    isTerminal: () => false,
    host: { hostname: "web-0" },
  };
  const answer = node.serve!(view as unknown as ProcessView, {
    type: "http",
    scheme: "http",
    method,
    path,
    headers: { host: "x" },
    body,
    host: "x",
    port: 8080,
    from: "10.0.0.9",
  });
  server.state = JSON.parse(JSON.stringify(view.state)) as Run["state"];
  return { ...answer, output: output.join("") };
}

describe("node", () => {
  it("waits in virtual time", () => {
    const source =
      "let i = 0; const t = setInterval(() => { console.log(i); if (++i === 3) clearInterval(t); }, 1500);";
    expect(runNode(source)).toMatchObject({ status: 0, stdout: "0\n1\n2\n", tookMs: 4500 });
  });

  it("serves HTTP and keeps its variables between requests", () => {
    const server = runNode(`
      const http = require("http"), os = require("os");
      let count = 0;
      http.createServer((request, response) => {
        console.log("Received request from " + request.socket.remoteAddress);
        if (request.url === "/bad") { response.writeHead(500, { "Content-Type": "text/plain" }); return response.end("no"); }
        response.end(\`\${os.hostname()} \${request.method} \${request.url} \${++count}\\n\`);
      }).listen(8080, () => console.log("listening"));
    `);
    expect(server).toMatchObject({ status: "waits", stdout: "listening\n" });
    expect(ask(server, "/a")).toMatchObject({
      status: 200,
      body: "web-0 GET /a 1\n",
      headers: { "content-length": "15" },
      output: "Received request from ::ffff:10.0.0.9\n",
    });
    expect(ask(server, "/bad")).toMatchObject({ status: 500, body: "no", headers: { "content-type": "text/plain" } });
    expect(ask(server, "/b")).toMatchObject({ body: "web-0 GET /b 2\n" });
  });

  it("answers after the time that the handler waits", () => {
    const server = runNode(`
      require("http").createServer(async (request, response) => {
        let text = "";
        for await (const part of request) text += part;
        await new Promise((resolve) => setTimeout(resolve, 250));
        response.end(text.toUpperCase());
      }).listen(8080);
    `);
    expect(ask(server, "/", { method: "POST", body: "hello" })).toMatchObject({ body: "HELLO", afterMs: 251 });
  });

  it("ends when a handler throws", () => {
    const server = runNode('require("http").createServer(() => { throw new Error("broken"); }).listen(8080);');
    const answer = ask(server, "/");
    expect(answer).toMatchObject({ type: "failed", why: "reset" });
    expect(answer.output).toMatch(/Error: broken\n {4}at Server\.<anonymous> /);
    expect(server.state["exitStatus"]).toBe(1);
  });

  it("runs a listener of SIGTERM, which process 1 ignores otherwise", () => {
    const signals = [{ atMs: 2000, name: "TERM" as const }];
    const source = 'process.on("SIGTERM", (name) => { console.log("stopping", name); process.exit(0); });';
    const loop = "setInterval(() => {}, 1000);";
    expect(runNode(source + loop, { signals })).toMatchObject({
      status: 0,
      stdout: "stopping SIGTERM\n",
      tookMs: 2000,
    });
    const ends = "setTimeout(() => console.log('slept'), 5000)";
    expect(runNode(ends, { signals })).toMatchObject({ status: 0, stdout: "slept\n", tookMs: 5000 });
  });

  it("ends a loop without an end by its budget, and goes on later", () => {
    const run = runNode(
      "const end = Date.now() + 300; let i = 0; while (Date.now() < end) i++; console.log(i > 1000);",
    );
    expect(run).toMatchObject({ status: 0, stdout: "true\n" });
    expect(run.tookMs).toBeGreaterThanOrEqual(300);
  });

  it("bounds memory, recursion and regular expressions", () => {
    expect(runNode("let s = 'x'; for (;;) s += s;").stderr).toMatch(/RangeError: Invalid string length/);
    expect(runNode("const f = () => f(); f();").stderr).toMatch(/RangeError: Maximum call stack size exceeded/);
    const slow = "/^(a+)+$/.test('a'.repeat(40) + 'b')";
    expect(runNode(slow).stderr).toMatch(/RangeError: the regular expression takes more steps/);
    const full = runNode("const all = []; for (;;) all.push({ text: 'x'.repeat(100_000) + all.length });");
    expect(full).toMatchObject({ status: 134 });
    expect(full.stderr).toMatch(/JavaScript heap out of memory/);
  });

  it("tells its version and reads its command line", () => {
    const run = (...argv: string[]) => runNode("", { argv: ["node", ...argv] });
    expect(run("--version")).toMatchObject({ status: 0, stdout: `v${NODE_VERSION}\n` });
    expect(run("-p", "[1, 2].map((x) => x * 2)")).toMatchObject({ status: 0, stdout: "[ 2, 4 ]\n" });
    expect(run("-e", "console.log(process.argv.slice(1), os.hostname())", "a")).toMatchObject({
      stdout: "[ 'a' ] web-0\n",
    });
    expect(run("--nope")).toMatchObject({ status: 9, stderr: "node: bad option: --nope\n" });
    expect(run("nope.js").stderr).toMatch(/Error: Cannot find module '\/tmp\/nope.js'/);
  });

  it("has every global object and every module that it names", () => {
    const source = `
      const visit = (object, depth) => {
        for (const key of Reflect.ownKeys(object)) {
          const { value } = Object.getOwnPropertyDescriptor(object, key);
          if (depth > 0 && value !== null && (typeof value === "object" || typeof value === "function")) visit(value, depth - 1);
        }
      };
      visit(globalThis, 2);
      let count = 0;
      for (const name of require("module").builtinModules) {
        try { visit(require(name), 2); count++; } catch (error) { if (!/FEATURE_UNAVAILABLE/.test(error.code)) throw error; }
      }
      console.log(count > 20);
    `;
    expect(runNode(source)).toMatchObject({ status: 0, stdout: "true\n", stderr: "" });
  });
});
