/**
 * A copy of the sources in a temporary folder, in which a test follows a how-to of ARCHITECTURE.md ("one file and one
 * line") and sees that it is enough. The sources are copied, because Node resolves links before it resolves imports.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const PROJECT_ROOT = join(import.meta.dirname, "../..");
const LINKED = ["node_modules", "package.json", "tsconfig.json", "dist"];

/** One entry of a registry: an import and an element of a list. */
export interface Registration {
  /** `src/kinds/registry.ts`. */
  registry: string;
  /** The list's name: `kinds`. */
  list: string;
  /** The exported name that is listed: `noticeKind`. */
  name: string;
  /** As written in the import: `./core/notice.ts`. */
  from: string;
}

export class Scratch {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Copies `src` and the given further files or folders, such as `test/apiserver/server.ts`. */
  static async create(...further: readonly string[]): Promise<Scratch> {
    const folder = await mkdtemp(join(tmpdir(), "sandbar-howto-"));
    for (const path of ["src", ...further]) {
      await cp(join(PROJECT_ROOT, path), join(folder, path), { recursive: true });
    }
    for (const path of LINKED) await symlink(join(PROJECT_ROOT, path), join(folder, path));
    return new Scratch(folder);
  }

  /** Adds a file. Throws if the file exists: a how-to never replaces one. */
  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.#folder, path)), { recursive: true });
    await writeFile(join(this.#folder, path), text, { flag: "wx" });
  }

  /** Adds an import and an element at the end of a registry's list. Throws if the list is not found exactly once. */
  async register({ registry, list, name, from }: Registration): Promise<void> {
    const path = join(this.#folder, registry);
    const text = await readFile(path, "utf8");
    const opening = new RegExp(`\\bconst ${list}\\b[^=]*= \\[`, "g");
    const found = [...text.matchAll(opening)];
    if (found.length !== 1) throw new Error(`${registry} has ${found.length} lists named ${list}`);
    const start = found[0]!.index + found[0]![0].length;
    const end = text.indexOf("]", start);
    const before = text.slice(0, end).replace(/,?\s*$/, "");
    await writeFile(path, `import { ${name} } from "${from}";\n${before}, ${name}${text.slice(end)}`);
  }

  /** Runs a TypeScript module of the scratch copy in a process of its own; its answer is what it prints as JSON. */
  async run(script: string): Promise<unknown> {
    const path = join(this.#folder, "test/howto-script.ts");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, script);
    const { stdout } = await promisify(execFile)(process.execPath, [path], { cwd: this.#folder });
    return JSON.parse(stdout);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
