/** Files that fill a disk and take no room in the state. */
import { describe, expect, it } from "vitest";
import type { FileSystem } from "../../src/files/file-system.ts";
import { createFiles } from "../../src/files/mounted-files.ts";
import { LayerTree } from "../../src/files/tree.ts";
import { MAX_FILE_BYTES } from "../../src/lib/container-limits.ts";

function filesOf(tree: LayerTree): FileSystem {
  const root = { path: "/", tree, fileSystemType: "overlay", source: "overlay" };
  const who = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE"] };
  return createFiles({ mounts: [root], nowMs: () => 0 }).filesFor(who);
}

describe("zeros at the end of a large file", () => {
  const GIB = 1024 ** 3;

  function onDisk(freeBytes: number) {
    const disk = { freeBytes: () => freeBytes, takenBytes: 0 };
    return { disk, tree: new LayerTree({}, {}, { disk }) };
  }

  it("are counted and not held", () => {
    const { disk, tree } = onDisk(10 * GIB);
    const fs = filesOf(tree);
    fs.write("/f", "data");
    fs.resize("/f", 3 * GIB);
    fs.append("/f", "\0\0");
    expect(fs.sizeBytes(fs.stat("/f"))).toBe(3 * GIB + 2);
    expect([tree.usedBytes, disk.takenBytes]).toEqual([3 * GIB + 2, 3 * GIB + 2]);
    expect(JSON.stringify(tree.layer()).length).toBeLessThan(200);
    expect(() => fs.read("/f")).toThrow("File too large");
    expect(() => fs.append("/f", "x")).toThrow("No space left on device");
    fs.resize("/f", 2);
    expect(fs.read("/f")).toBe("da");
    expect(disk.takenBytes).toBe(2);
  });

  it("are copied, and moved with the file", () => {
    const { tree, disk } = onDisk(10 * GIB);
    const fs = filesOf(tree);
    fs.resize("/a", GIB);
    fs.copyFile("/a", "/b");
    fs.rename("/a", "/c");
    expect(disk.takenBytes).toBe(2 * GIB);
    fs.write("/b", "short");
    fs.removeFile("/c");
    expect([fs.read("/b"), disk.takenBytes]).toEqual(["short", 5]);
  });

  it("end where the disk is full", () => {
    const { tree } = onDisk(GIB);
    const fs = filesOf(tree);
    expect(() => fs.resize("/f", 2 * GIB)).toThrow("No space left on device");
    expect(fs.sizeBytes(fs.stat("/f"))).toBe(GIB);
  });

  it("are held where there is no disk", () => {
    const fs = filesOf(new LayerTree({}));
    fs.resize("/f", 1000);
    expect(fs.read("/f")).toBe("\0".repeat(1000));
    expect(() => fs.resize("/g", GIB)).toThrow("No space left on device");
    expect(fs.read("/g").length).toBe(MAX_FILE_BYTES);
  });
});
