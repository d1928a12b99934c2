import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openHome } from "../../scripts/local/home.ts";
import { takeLock } from "../../scripts/local/lock.ts";
import { writePrivateFile } from "../../scripts/local/private-files.ts";

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  /** A full disk creates the file, and fails at its first byte. */
  const writeFile: typeof original.writeFile = async (path, data, options) => {
    if (!disk.isFull) return original.writeFile(path, data, options);
    await original.writeFile(path, "", options);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  return { ...original, writeFile };
});

describe("files with secrets", () => {
  let folder: string;
  const modeOf = async (...path: string[]) => ((await stat(join(folder, ...path))).mode & 0o777).toString(8);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sandbar-private-"));
    vi.stubEnv("SANDBAR_HOME", folder);
  });
  afterEach(async () => {
    disk.isFull = false;
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  it("an existing folder is closed to others, with all its contents", async () => {
    await mkdir(join(folder, "postgres", "base"), { recursive: true });
    const files = ["credentials.json", "kubeconfig", "ca-key.pem", "server-key.pem", "ca.pem", "server.pem"];
    for (const file of [...files, "credentials.json.new", "lock.7", "postgres/base/1"]) {
      await writeFile(join(folder, file), "x");
      await chmod(join(folder, file), 0o666);
    }
    for (const each of ["", "postgres", "postgres/base"]) await chmod(join(folder, each), 0o755);

    await openHome();

    for (const each of ["", "postgres", "postgres/base"]) expect([each, await modeOf(each)]).toEqual([each, "700"]);
    for (const file of [...files, "credentials.json.new", "lock.7", "postgres/base/1"]) {
      expect([file, await modeOf(file)]).toEqual([file, "600"]);
    }
  });

  it("files of other programs keep their modes, and are reported", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await writeFile(join(folder, "thesis.txt"), "x");
    await writeFile(join(folder, "kubeconfig"), "x");
    await symlink(join(folder, "thesis.txt"), join(folder, "ca.pem"));
    for (const file of ["thesis.txt", "kubeconfig"]) await chmod(join(folder, file), 0o644);
    await chmod(folder, 0o755);

    await openHome();

    expect([await modeOf(""), await modeOf("thesis.txt"), await modeOf("kubeconfig")]).toEqual(["755", "644", "600"]);
    expect(warn.mock.calls.flat().join()).toContain("thesis.txt");
  });

  it("a file is private even if an old draft of it was not", async () => {
    await writeFile(join(folder, "secret.new"), "old");
    await chmod(join(folder, "secret.new"), 0o644);
    await writePrivateFile(join(folder, "secret"), "new");
    expect([await modeOf("secret"), await readdir(folder)]).toEqual(["600", ["secret"]]);
  });

  it("a full disk leaves neither a lock nor a draft", async () => {
    await writePrivateFile(join(folder, "secret"), "old");
    disk.isFull = true;
    await expect(takeLock(folder)).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(writePrivateFile(join(folder, "secret"), "new")).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await readdir(folder)).toEqual(["secret"]);
    disk.isFull = false;
    await (await takeLock(folder))();
  });
});
