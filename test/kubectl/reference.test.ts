/**
 * The examples of kubectl's reference: the kubectl of containers prints what the real one prints. Examples that read
 * run in one cluster, the others in a cluster of each program. `REFERENCE=all` runs those of `create` and `config` too,
 * whose commands other suites cover.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { type CommandResult, describeNewestKubectl, type KubectlSession, shape } from "./harness.ts";
import { runOurKubectl } from "./our-kubectl.ts";
import { examples } from "./reference/examples.ts";
import {
  CHANGING,
  DIFFERENT,
  ENDLESS,
  LAST,
  OTHER_PROGRAMS,
  READS,
  REFERENCE_FILES,
  replaced,
} from "./reference/fixtures.ts";

const ATTEMPTS = 3;

const ALL = examples().flatMap(({ command, lines }) => lines.map((line) => ({ command, line })));
const isWanted = ({ command }: { command: string }) =>
  process.env["REFERENCE"] === "all" || !/^(create|config) /.test(command);
const RUN = ALL.filter(isWanted).filter(
  ({ line }) => !OTHER_PROGRAMS.test(line) && !ENDLESS.test(line) && !(line in DIFFERENT),
);
const isRead = ({ command, line }: { command: string; line: string }) =>
  READS.includes(command) && !CHANGING.includes(line);
const place = ({ command }: { command: string }) =>
  LAST.findIndex((last) => command === last || command.startsWith(`${last} `));

async function prepare({ ok, write, run }: KubectlSession): Promise<void> {
  for (const [name, text] of Object.entries(REFERENCE_FILES)) await write(name, text);
  for (const name of ["fixtures.yaml", "requests.yaml"]) {
    const folder = name === "fixtures.yaml" ? "reference" : "rich";
    await write(`objects/${name}`, await readFile(join(import.meta.dirname, folder, name), "utf8"));
    await ok(`apply -f objects/${name}`);
  }
  await ok("wait --for=condition=Ready pod/nginx pod/mypod pod/foo pod/busybox1 --timeout=90s");
  await ok("wait --for=condition=Complete job/hello --timeout=60s");
  await run("wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/web-1 --timeout=60s");
}

type Run = (line: string, options: { stdin: string; env: Record<string, string> }) => Promise<CommandResult>;

/** Runs a line with pipes between calls of kubectl. `cat FILE` feeds one, and `VARIABLE=value` stands in front of one. */
async function runLine(line: string, run: Run): Promise<CommandResult> {
  let result: CommandResult = { stdout: "", stderr: "", exitCode: 0 };
  for (const stage of line.split(" | ")) {
    const file = /^cat (\S+)$/.exec(stage)?.[1];
    if (file !== undefined) {
      result.stdout = REFERENCE_FILES[file]!;
      continue;
    }
    const [, name, value, command = ""] = /^(?:(\w+)=(\S+) )?kubectl ?(.*)$/.exec(stage) ?? [];
    const env = { KUBE_EDITOR: "true", ...(name !== undefined && { [name]: value! }) };
    const { stdout, stderr, exitCode } = await run(command, { stdin: result.stdout, env });
    result = { stdout, stderr: result.stderr + stderr, exitCode };
  }
  return result;
}

describeNewestKubectl("the reference of kubectl", (session) => {
  beforeAll(() => prepare(session()));

  it.each(RUN.filter(isRead))("$line", async ({ line }) => {
    const text = replaced(line);
    // A container restarts meanwhile: two reads may see different states of it.
    for (let attempt = 1; ; attempt++) {
      const results = await Promise.all([
        runLine(text, (command, options) => session().run(command, options)),
        runLine(text, (command, options) => runOurKubectl(session(), command, options)),
      ]);
      const [real, ours] = results.map((result) => shaped(result, session()));
      if (isDeepStrictEqual(ours, real)) return;
      if (attempt === ATTEMPTS) expect(ours).toEqual(real);
    }
  });
});

describeNewestKubectl("the reference of kubectl: the real one", (real) => {
  describeNewestKubectl("changes", (ours) => {
    beforeAll(async () => {
      await Promise.all([prepare(real()), prepare(ours())]);
    });

    const changes = RUN.filter((one) => !isRead(one)).sort((a, b) => place(a) - place(b));
    it.each(changes)("$line", async ({ line }) => {
      const text = replaced(line);
      const [expected, got] = await Promise.all([
        runLine(text, (command, options) => real().run(command, options)),
        runLine(text, (command, options) => runOurKubectl(ours(), command, options)),
      ]);
      expect(shaped(got, ours())).toEqual(shaped(expected, real()));
    });
  });
});

describe("the examples of the reference", () => {
  it("are all known", () => {
    const lines = new Set(ALL.map(({ line }) => line));
    expect(Object.keys(DIFFERENT).filter((line) => !lines.has(line))).toEqual([]);
  });
});

function shaped({ stdout, stderr, exitCode }: CommandResult, { folder }: KubectlSession) {
  const plain = (text: string) =>
    shape(text.replaceAll(folder, "/work"))
      // The folders and times of compared files, and the warnings of klog.
      .replaceAll(/\/\S*\/(LIVE|MERGED)-\d+\/(\S+)(\t.*)?/g, "<folder>/$1/$2")
      .replaceAll(/\w{3} \w{3} +\d+ [\d:]{8} UTC \d{4}/g, "<date>")
      .replaceAll(/^W\d{4} [\d:.]+ +\d+ /gm, "W<time> ")
      .replaceAll(/\b(debugger|[a-z-]+\d?)-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "$1-<suffix>")
      .replaceAll(/(resourceVersion\W+)\d+/g, "$1<version>")
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<token>");
  return { stdout: plain(stdout), stderr: plain(stderr), exitCode };
}
