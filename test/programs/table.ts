/**
 * Differential tests of tools: the same command on the same files, here and with the real tools of Debian and busybox.
 * `node test/programs/record.ts` records the real answers; tests compare with the record.
 */
import { bytesOfText } from "../../src/lib/bytes.ts";
import { FakeFiles } from "../support/fake-files.ts";
import { NOW_MS, runProgram } from "../support/fake-process.ts";

export type Flavour = "gnu" | "busybox";

/** A command line with simple quotes, or one with its standard input. */
export type Case = string | { run: string; stdin?: string; env?: Record<string, string>; only?: Flavour };

export interface Group {
  name: string;
  cases: readonly Case[];
  /** Shows the files of the working directory after each command. */
  showsFiles?: boolean;
  flavours?: readonly Flavour[];
}

export interface Outcome {
  stdout: string;
  stderr: string;
  status: number;
  files?: Record<string, string>;
}

/** Files in the working directory of every case: contents by name. A name with a slash at its end is a directory. */
export const FIXTURES: Readonly<Record<string, string>> = {
  "a.txt": "apple\nbanana\ncherry\n",
  "b.txt": "banana\ncherry\ndate\n",
  "numbers.txt": "10\n9\n2\n33\n1\n",
  "people.csv": "name,age,city\nann,30,oslo\nbob,25,rome\ncid,41,bonn\n",
  "words.txt": "one two  three\nfour\tfive six\n\nseven\n",
  passwd:
    "root:x:0:0:root:/root:/bin/bash\nwww:x:33:33:www:/var/www:/usr/sbin/nologin\nann:x:1000:1000:Ann:/home/ann:/bin/sh\n",
  "log.txt": "2026-01-01 INFO start\n2026-01-01 WARN slow\n2026-01-02 ERROR failed: disk\n2026-01-02 INFO done\n",
  "noend.txt": "first\nlast",
  "empty.txt": "",
  ".hidden": "h\n",
  "dir/": "",
  "dir/inner.txt": "inner\n",
  "dir/sub/": "",
  "dir/sub/deep.txt": "deep\n",
  "data.json":
    '{"name":"web","replicas":3,"tags":["a","b"],"spec":{"image":"nginx:1.25","ports":[{"port":80},{"port":443}]}}\n',
};
/** All fixtures were changed at this instant. */
export const FIXTURE_TIME_MS = Date.UTC(2026, 0, 10, 8, 5, 9);
export const CWD = "/work";

export function commandOf(each: Case): { run: string; stdin: string; env: Record<string, string>; only?: Flavour } {
  return typeof each === "string" ? { run: each, stdin: "", env: {} } : { stdin: "", env: {}, ...each };
}

export function keyOf(flavour: Flavour, each: Case): string {
  const { run, stdin, env } = commandOf(each);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  return `${flavour}: ${variables.join("")}${run}${stdin === "" ? "" : ` <<< ${JSON.stringify(stdin)}`}`;
}

/** Words of a command line: blanks separate, single and double quotes hold together, `\n` in double quotes is a newline. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    words.push(
      match[0].replace(
        /'([^']*)'|"([^"]*)"/g,
        (_all, single?: string, double?: string) =>
          single ?? (double ?? "").replaceAll("\\n", "\n").replaceAll("\\t", "\t"),
      ),
    );
  }
  return words;
}

export function fixtureFiles(): FakeFiles {
  const files = new FakeFiles(FIXTURE_TIME_MS);
  files.makeDirectory(CWD);
  for (const [name, content] of Object.entries(FIXTURES)) {
    if (name.endsWith("/")) files.makeDirectory(`${CWD}/${name.slice(0, -1)}`);
    else files.write(`${CWD}/${name}`, content);
  }
  for (const name of ["true", "false", "echo", "cat", "ls", "printf", "env", "sh", "basename", "rm", "printenv"]) {
    if (!files.find("/bin")) files.makeDirectory("/bin");
    files.write(`/bin/${name}`, "");
    files.setMode(`/bin/${name}`, 0o755);
  }
  files.write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n");
  files.write("/etc/group", "root:x:0:\ndaemon:x:1:\n");
  files.nowMs = NOW_MS;
  return files;
}

/** Runs a case with the programs of this project. */
export function runHere(flavour: Flavour, each: Case, showsFiles = false): Outcome {
  const { run, stdin, env } = commandOf(each);
  const files = fixtureFiles();
  const variables = { PATH: "/usr/bin:/bin", HOME: "/root", TZ: "UTC", LC_ALL: "C", ...env };
  const { stdout, stderr, status } = runProgram({
    argv: wordsOf(run).map(bytesOfText),
    stdin,
    env: variables,
    cwd: CWD,
    files,
    flavour,
  });
  return { stdout, stderr, status, ...(showsFiles && { files: listing(files) }) };
}

function listing(files: FakeFiles): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [path, entry] of files.entries) {
    if (!path.startsWith(`${CWD}/`)) continue;
    const name = path.slice(CWD.length + 1);
    const mode = entry.type === "link" ? "" : (entry.mode & 0o7777).toString(8);
    shown[name] =
      `${entry.type} ${mode} ${entry.type === "file" ? entry.content : entry.type === "link" ? entry.target : ""}`.trim();
  }
  return Object.fromEntries(Object.entries(shown).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An outcome as text, without the descriptions of usage: those of busybox depend on how it was built. */
export function comparable(flavour: Flavour, outcome: Outcome): string {
  // Behind its banner, busybox describes the use.
  const text = flavour === "busybox" ? outcome.stderr.replace(/^BusyBox v.*/ms, "usage") : outcome.stderr;
  const lines = text.split("\n").filter((line) => line !== "" && !/^(Usage: |\t| {2,})/.test(line));
  const stderr = flavour === "gnu" ? lines : lines.filter((line, i) => i === 0 || /^\w+: |^usage$/.test(line));
  return JSON.stringify({ ...outcome, stderr: stderr.join("\n") });
}

/** Whether the recorded busybox was built without this applet or option. Other builds have it. */
export function isLacking(flavour: Flavour, { stderr }: Outcome): boolean {
  return (
    flavour === "busybox" &&
    /applet not found|Math support is not compiled in|invalid option --|unrecognized( option|:)|unsupported command ~/.test(
      stderr,
    )
  );
}
