/**
 * Records what the real tools of this machine answer to the cases of `cases/`: GNU's tools by their names, busybox by
 * `busybox <name>`. Run it on Debian as root: `node test/programs/record.ts [group …]`.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GROUPS } from "./cases/index.ts";
import {
  type Case,
  commandOf,
  FIXTURE_TIME_MS,
  FIXTURES,
  type Flavour,
  type Group,
  keyOf,
  type Outcome,
  wordsOf,
} from "./table.ts";

export function recordedPath(group: string): string {
  return join(import.meta.dirname, "recorded", `${group}.json`);
}

/** Runs a case with the real tool. */
export function runReal(flavour: Flavour, each: Case, showsFiles: boolean): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "tools-"));
  try {
    makeFixtures(folder);
    const { run, stdin, env } = commandOf(each);
    const words = wordsOf(run);
    const argv = flavour === "busybox" ? ["busybox", ...words] : words;
    const result = spawnSync(argv[0]!, argv.slice(1), {
      cwd: folder,
      input: Buffer.from(stdin, "latin1"),
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: "/root", TZ: "UTC", LC_ALL: "C", ...env },
      timeout: 10_000,
    });
    const text = (bytes: Buffer) => bytes.toString("latin1").replaceAll(folder, "/work");
    const status = result.status ?? 128;
    return {
      stdout: text(result.stdout),
      stderr: text(result.stderr),
      status,
      ...(showsFiles && { files: listing(folder, "") }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFixtures(folder: string): void {
  const names = Object.keys(FIXTURES);
  for (const name of names) {
    const path = join(folder, name);
    if (name.endsWith("/")) mkdirSync(path);
    else writeFileSync(path, Buffer.from(FIXTURES[name]!, "latin1"));
    chmodSync(path, name.endsWith("/") ? 0o755 : 0o644);
  }
  chmodSync(folder, 0o755);
  for (const name of [...names].reverse())
    utimesSync(join(folder, name), FIXTURE_TIME_MS / 1000, FIXTURE_TIME_MS / 1000);
}

function listing(folder: string, prefix: string): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name of readdirSync(join(folder, prefix)).sort()) {
    const path = join(folder, prefix, name);
    const entry = lstatSync(path);
    const mode = (entry.mode & 0o7777).toString(8);
    if (entry.isSymbolicLink()) shown[join(prefix, name)] = `link  ${readlinkSync(path)}`;
    else if (entry.isDirectory()) {
      shown[join(prefix, name)] = `directory ${mode}`;
      Object.assign(shown, listing(folder, join(prefix, name)));
    } else if (entry.isFIFO()) shown[join(prefix, name)] = `fifo ${mode}`;
    else shown[join(prefix, name)] = `file ${mode} ${readFileSync(path).toString("latin1")}`.trim();
  }
  return Object.fromEntries(Object.entries(shown).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function record({ name, cases, showsFiles = false, flavours = ["gnu", "busybox"] }: Group): void {
  const outcomes: Record<string, Outcome> = {};
  for (const each of cases) {
    for (const flavour of flavours) {
      const { only } = commandOf(each);
      if (only === undefined || only === flavour) outcomes[keyOf(flavour, each)] = runReal(flavour, each, showsFiles);
    }
  }
  writeFileSync(recordedPath(name), `${JSON.stringify(outcomes, null, 1)}\n`);
  console.log(`${name}: ${Object.keys(outcomes).length}`);
}

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  for (const group of GROUPS) if (wanted.length === 0 || wanted.includes(group.name)) record(group);
}
