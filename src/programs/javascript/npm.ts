/** `npm`, `npx` and `yarn`: scripts of a package run; what needs the registry fails as without a network. */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";

interface Package {
  name?: string;
  version?: string;
  main?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** Versions of npm by major version of Node.js. */
const NPM_VERSIONS: Record<string, string> = {
  12: "6.14.16",
  14: "6.14.18",
  16: "8.19.4",
  18: "10.8.2",
  20: "10.8.2",
  22: "10.9.4",
  24: "11.6.2",
};
/** Attempts to reach the registry, with the pauses between them, ms. */
const ATTEMPTS_MS = 70_000;

const majorOf = (process: ProcessView): number => Number(/^\d+/.exec(process.env["NODE_VERSION"] ?? "")?.[0] ?? 25);

function end(process: ProcessView, fd: number, text: string, status: number): Step {
  process.write(fd, bytesOfText(text));
  return { type: "exit", status };
}

function readPackage(process: ProcessView): Package | undefined {
  try {
    return JSON.parse(textOfBytes(process.files.read(`${process.cwd.replace(/\/$/, "")}/package.json`))) as Package;
  } catch (error) {
    if (error instanceof FileError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export const npm: Program = {
  run(process) {
    const args = process.argv.slice(1).map(textOfBytes);
    const name = (process.argv[0] ?? "").replace(/^.*\//, "");
    const word = majorOf(process) >= 22 ? "npm error" : "npm ERR!";
    if (typeof process.state["failsAtMs"] === "number") return fail(process, word);
    const words = args.filter((arg) => !arg.startsWith("-"));
    if (args.includes("-v") || args.includes("--version")) {
      const version = name === "yarn" ? "1.22.22" : (NPM_VERSIONS[majorOf(process)] ?? "11.8.0");
      return end(process, 1, `${version}\n`, 0);
    }
    if (name === "npx") return runPackage(process, words);
    const [command = "help", ...rest] = words;
    const known = readPackage(process);
    if (command === "run" || command === "run-script") return runScript(process, known, rest[0], args, word);
    if (["start", "test", "stop", "restart"].includes(command)) return runScript(process, known, command, args, word);
    if (["install", "i", "ci", "add", "update"].includes(command)) return install(process, known, rest);
    return end(
      process,
      1,
      "npm <command>\n\nUsage:\n\nnpm install        install all the dependencies in your project\nnpm test           run this project's tests\nnpm run <foo>      run the script named <foo>\n",
      1,
    );
  },
};

/** Runs a script of the package in the shell. */
function runScript(
  process: ProcessView,
  known: Package | undefined,
  name: string | undefined,
  args: string[],
  word: string,
): Step {
  const folder = textOfBytes(process.cwd);
  if (!known) {
    const path = `${folder.replace(/\/$/, "")}/package.json`;
    const text = `${word} code ENOENT\n${word} syscall open\n${word} path ${path}\n${word} errno -2\n${word} enoent Could not read package.json: Error: ENOENT: no such file or directory, open '${path}'\n`;
    return end(process, 2, text, 254);
  }
  const scripts = known.scripts ?? {};
  if (name === undefined) {
    const lines = Object.entries(scripts).map(([each, script]) => `  ${each}\n    ${script}\n`);
    return end(
      process,
      1,
      `Scripts available in ${known.name ?? ""}@${known.version ?? ""} via \`npm run\`:\n${lines.join("")}`,
      0,
    );
  }
  const script = scripts[name] ?? (name === "start" ? "node server.js" : undefined);
  if (script === undefined) {
    return end(
      process,
      2,
      `${word} Missing script: "${name}"\n${word}\n${word} To see a list of scripts, run:\n${word}   npm run\n`,
      1,
    );
  }
  const separator = args.indexOf("--");
  const more = separator < 0 ? [] : args.slice(separator + 1);
  const line = [script, ...more.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`)].join(" ");
  if (!args.some((arg) => arg === "-s" || arg === "--silent"))
    process.write(1, bytesOfText(`\n> ${known.name ?? ""}@${known.version ?? ""} ${name}\n> ${line}\n\n`));
  const path = `${process.cwd.replace(/\/$/, "")}/node_modules/.bin:${process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"}`;
  return { type: "exec", argv: ["/bin/sh", "-c", bytesOfText(line)], env: { ...process.env, PATH: path } };
}

function runPackage(process: ProcessView, [name = "", ...rest]: string[]): Step {
  const path = `${process.cwd.replace(/\/$/, "")}/node_modules/.bin/${bytesOfText(name)}`;
  if (name !== "" && process.files.find(path)) return { type: "exec", argv: [path, ...rest.map(bytesOfText)] };
  return wait(process, [name]);
}

function install(process: ProcessView, known: Package | undefined, names: string[]): Step {
  const wanted = [...names, ...Object.keys(known?.dependencies ?? {}), ...Object.keys(known?.devDependencies ?? {})];
  const folder = process.cwd.replace(/\/$/, "");
  const missing = wanted.filter((name) => !process.files.find(`${folder}/node_modules/${name}`));
  if (missing.length === 0)
    return end(process, 1, `\nup to date, audited ${wanted.length + 1} packages in 1s\n\nfound 0 vulnerabilities\n`, 0);
  return wait(process, missing);
}

/** The registry is tried for a while. */
function wait(process: ProcessView, names: string[]): Step {
  process.state["failsAtMs"] = process.nowMs + ATTEMPTS_MS;
  process.state["name"] = names[0]!.replace(/(.)@.*$/, "$1");
  return { type: "wait", for: [{ type: "time", atMs: process.nowMs + ATTEMPTS_MS }] };
}

function fail(process: ProcessView, word: string): Step {
  const atMs = Number(process.state["failsAtMs"]);
  if (process.nowMs < atMs) return { type: "wait", for: [{ type: "time", atMs }] };
  const url = `https://registry.npmjs.org/${String(process.state["name"])}`;
  const lines = [
    "code EAI_AGAIN",
    "syscall getaddrinfo",
    "errno EAI_AGAIN",
    `request to ${url} failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org`,
  ];
  return end(process, 2, lines.map((line) => `${word} ${line}\n`).join(""), 1);
}
