/**
 * Random operations on a file system of ours and on one of this machine: the same entries, contents and errors. Errors
 * of rights are not compared, because the tests may run as root.
 */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Credentials } from "../../src/files/entry.ts";
import { FileError } from "../../src/files/errors.ts";
import type { FileSystem } from "../../src/files/file-system.ts";
import { createFiles } from "../../src/files/mounted-files.ts";
import { LayerTree } from "../../src/files/tree.ts";
import { Random } from "../../src/lib/prng.ts";

const SEED = process.env["FILES_SEED"] ?? "files";
const RUNS = Number(process.env["FILES_RUNS"] ?? 40);
const OPERATIONS = 60;
const ROOT: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER", "FSETID"] };

const folder = fs.mkdtempSync(join(tmpdir(), "sandbar-files-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** One operation on both: `real` has paths below a folder of this machine. */
interface Operation {
  text: string;
  ours: (files: FileSystem) => unknown;
  real: (at: (path: string) => string) => unknown;
}

describe.skipIf(process.platform !== "linux")("files, compared with Linux", () => {
  it(`behave the same in ${RUNS} runs of ${OPERATIONS} operations`, () => {
    const random = new Random(SEED, 0);
    for (let run = 0; run < RUNS; run++) compareRun(random, join(folder, String(run)));
  });
});

function compareRun(random: Random, root: string): void {
  fs.mkdirSync(root);
  let tree = new LayerTree({});
  const history: string[] = [];
  for (let step = 0; step < OPERATIONS; step++) {
    const operation = draw(random);
    history.push(operation.text);
    const files = createFiles({
      mounts: [{ path: "/", tree, fileSystemType: "ext4", source: "/dev/vda1" }],
      nowMs: () => 0,
    }).filesFor(ROOT);
    const ours = outcomeOf(() => operation.ours(files));
    const real = outcomeOf(() => operation.real((path) => root + path));
    expect({ history, outcome: ours }).toEqual({ history, outcome: withoutRoot(real, root) });
    // The state survives a round trip at any point.
    if (step % 7 === 0) tree = new LayerTree({}, JSON.parse(JSON.stringify(tree.layer())));
  }
  expect(dump("/", filesOf(tree))).toEqual(dumpReal("/", root));
}

function filesOf(tree: LayerTree): FileSystem {
  const mounts = [{ path: "/", tree, fileSystemType: "ext4", source: "/dev/vda1" }];
  return createFiles({ mounts, nowMs: () => 0 }).filesFor(ROOT);
}

function draw(random: Random): Operation {
  const pick = <T>(items: readonly T[]) => items[random.below(items.length)]!;
  const name = () => pick(["a", "b", "c", "d"]);
  const path = () => {
    const names = Array.from({ length: 1 + random.below(3) }, () => pick(["a", "b", "c", "d", "..", "."]));
    // Paths that leave the folder of the run would differ.
    const depth = names.reduce((lowest, _, index) => {
      const level = names
        .slice(0, index + 1)
        .reduce((sum, each) => sum + (each === ".." ? -1 : each === "." ? 0 : 1), 0);
      return Math.min(lowest, level);
    }, 0);
    return depth < 0 ? `/${name()}` : `/${names.join("/")}${random.below(8) === 0 ? "/" : ""}`;
  };
  const plain = () => `/${Array.from({ length: 1 + random.below(3) }, name).join("/")}`;
  const [from, to, at] = [path(), path(), plain()];
  const content = pick(["", "one", "two\n", "x".repeat(100)]);
  const target = pick(["a", "b/c", "c", "d/a", "./a"]);
  const mode = pick([0o644, 0o600, 0o755, 0o700]);
  return pick<Operation>([
    {
      text: `write ${at} ${content.length}`,
      ours: (files) => files.write(at, content),
      real: (real) => fs.writeFileSync(real(at), content),
    },
    {
      text: `append ${at} ${content.length}`,
      ours: (files) => files.append(at, content),
      real: (real) => fs.appendFileSync(real(at), content),
    },
    { text: `mkdir ${from}`, ours: (files) => files.makeDirectory(from), real: (real) => fs.mkdirSync(real(from)) },
    { text: `mkdir ${at}`, ours: (files) => files.makeDirectory(at), real: (real) => fs.mkdirSync(real(at)) },
    {
      text: `symlink ${target} ${at}`,
      ours: (files) => files.makeLink(target, at),
      real: (real) => fs.symlinkSync(target, real(at)),
    },
    {
      text: `rename ${from} ${to}`,
      ours: (files) => files.rename(from, to),
      real: (real) => fs.renameSync(real(from), real(to)),
    },
    { text: `unlink ${from}`, ours: (files) => files.removeFile(from), real: (real) => fs.unlinkSync(real(from)) },
    { text: `rmdir ${from}`, ours: (files) => files.removeDirectory(from), real: (real) => fs.rmdirSync(real(from)) },
    {
      text: `chmod ${from} ${mode.toString(8)}`,
      ours: (files) => files.setMode(from, mode),
      real: (real) => fs.chmodSync(real(from), mode),
    },
    { text: `list ${from}`, ours: (files) => files.list(from), real: (real) => fs.readdirSync(real(from)).sort() },
    {
      text: `read ${from}`,
      ours: (files) => files.read(from),
      real: (real) => fs.readFileSync(real(from), "latin1"),
    },
    {
      text: `realpath ${from}`,
      ours: (files) => files.realPath(from),
      real: (real) => fs.realpathSync.native(real(from)),
    },
    {
      text: `stat ${from}`,
      ours: (files) => describeEntry(files, from),
      real: (real) => describeReal(fs.statSync(real(from))),
    },
  ]);
}

type Outcome = { value: unknown } | { error: string };

function outcomeOf(act: () => unknown): Outcome {
  try {
    return { value: act() ?? null };
  } catch (error) {
    if (error instanceof FileError) return { error: error.code };
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    return { error: code };
  }
}

/** Paths of this machine without the run's folder. */
function withoutRoot(outcome: Outcome, root: string): Outcome {
  if ("error" in outcome || typeof outcome.value !== "string" || !outcome.value.startsWith(root)) return outcome;
  return { value: outcome.value.slice(root.length) || "/" };
}

function describeEntry(files: FileSystem, path: string): string {
  const entry = files.stat(path);
  const size = entry.type === "file" ? files.sizeBytes(entry) : "";
  return `${entry.type} ${entry.mode.toString(8)} ${size}`;
}

function describeReal(stat: fs.Stats): string {
  const type = stat.isDirectory() ? "directory" : "file";
  return `${type} ${(stat.mode & 0o7777).toString(8)} ${stat.isFile() ? stat.size : ""}`;
}

function dump(path: string, files: FileSystem): string[] {
  const entry = files.findLink(path)!;
  if (entry.type === "link") return [`${path} -> ${entry.target}`];
  if (entry.type === "file") return [`${path} ${entry.mode.toString(8)} ${entry.content}`];
  const below = files.list(path).flatMap((name) => dump(path === "/" ? `/${name}` : `${path}/${name}`, files));
  return [path === "/" ? path : `${path} ${entry.mode.toString(8)}`, ...below];
}

function dumpReal(path: string, root: string): string[] {
  const at = root + path;
  const stat = fs.lstatSync(at);
  if (stat.isSymbolicLink()) return [`${path} -> ${fs.readlinkSync(at)}`];
  if (stat.isFile()) return [`${path} ${(stat.mode & 0o7777).toString(8)} ${fs.readFileSync(at, "latin1")}`];
  const names = fs.readdirSync(at).sort();
  const below = names.flatMap((name) => dumpReal(path === "/" ? `/${name}` : `${path}/${name}`, root));
  return [path === "/" ? path : `${path} ${(stat.mode & 0o7777).toString(8)}`, ...below];
}
