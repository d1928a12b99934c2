import { describe, expect, it } from "vitest";
import { baseEntries } from "../../src/files/base-entries.ts";
import { DEVICE_ENTRIES } from "../../src/files/devices.ts";
import type { Credentials, LayerEntries } from "../../src/files/entry.ts";
import { FileError } from "../../src/files/errors.ts";
import type { FileSystem } from "../../src/files/file-system.ts";
import type { Mount } from "../../src/files/mount.ts";
import { createFiles } from "../../src/files/mounted-files.ts";
import { LayerTree } from "../../src/files/tree.ts";
import { virtualDirectory, virtualTree } from "../../src/files/virtual-tree.ts";
import { MAX_FILE_BYTES, MAX_LAYER_ENTRIES } from "../../src/lib/container-limits.ts";

const NOW_MS = 1_800_000_000_000;
const ROOT: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER", "FSETID"] };
const USER: Credentials = { uid: 1000, gid: 1000, groups: [2000], capabilities: [] };

const IMAGE = baseEntries(
  `
  d /tmp 1777
  d /home/user 0700 1000:1000
  f /etc/shadow 0640 0:42
  f /home/user/secret 0600 1000:1000
  l /var/run /run
  d /run
  l /bin /usr/bin
  x /usr/bin/{cat,ls} busybox 1131168
  l /loop /loop
  `,
  { "/etc/passwd": "root:x:0:0\n", "/srv/site/index.html": "hello" },
);

describe("a file system over mounts", () => {
  it("reads the image and keeps changes in the layer", () => {
    const tree = new LayerTree(IMAGE);
    const fs = filesOf(tree);
    fs.write("/etc/passwd", "changed");
    fs.append("/etc/passwd", "!");
    fs.removeFile("/srv/site/index.html");
    fs.makeDirectory("/data");
    fs.write("/data/a", "1");
    expect(fs.read("/etc/passwd")).toBe("changed!");
    expect(fs.list("/srv/site")).toEqual([]);
    expect(fs.list("/")).toEqual(["bin", "data", "etc", "home", "loop", "run", "srv", "tmp", "usr", "var"]);
    const layer = JSON.parse(JSON.stringify(tree.layer())) as LayerEntries;
    expect(layer["/srv/site/index.html"]).toBeNull();
    const again = filesOf(new LayerTree(IMAGE, layer));
    expect(again.read("/etc/passwd")).toBe("changed!");
    expect(again.list("/data")).toEqual(["a"]);
    expect(again.find("/srv/site/index.html")).toBeUndefined();
  });

  it("removes an entry of the image for good and makes it again", () => {
    const tree = new LayerTree(IMAGE);
    const fs = filesOf(tree);
    fs.removeFile("/srv/site/index.html");
    fs.removeDirectory("/srv/site");
    fs.makeDirectory("/srv/site");
    expect(fs.list("/srv/site")).toEqual([]);
    fs.removeDirectory("/srv/site");
    fs.makeDirectory("/only-here");
    fs.removeDirectory("/only-here");
    expect(fs.find("/only-here")).toBeUndefined();
    expect(Object.keys(tree.layer())).not.toContain("/only-here");
  });

  it("counts octets as they change", () => {
    const tree = new LayerTree(IMAGE);
    const fs = filesOf(tree);
    fs.write("/tmp/a", "12345");
    fs.append("/tmp/a", "678");
    fs.write("/tmp/b", "1");
    expect(tree.usedBytes).toBe(9);
    fs.rename("/tmp/b", "/tmp/a");
    expect(tree.usedBytes).toBe(1);
    fs.removeFile("/tmp/a");
    expect(tree.usedBytes).toBe(0);
  });

  it("gives Linux' errors for paths", () => {
    const fs = filesOf(new LayerTree(IMAGE));
    expect(codeOf(() => fs.stat("/nope"))).toBe("ENOENT");
    expect(codeOf(() => fs.stat("/nope/x"))).toBe("ENOENT");
    expect(codeOf(() => fs.stat("/etc/passwd/x"))).toBe("ENOTDIR");
    expect(codeOf(() => fs.stat("/etc/passwd/"))).toBe("ENOTDIR");
    expect(codeOf(() => fs.stat("/etc/passwd/."))).toBe("ENOTDIR");
    expect(codeOf(() => fs.stat("/loop"))).toBe("ELOOP");
    expect(codeOf(() => fs.read("/etc"))).toBe("EISDIR");
    expect(codeOf(() => fs.write("/etc", ""))).toBe("EISDIR");
    expect(codeOf(() => fs.write("/tmp/new/", ""))).toBe("EISDIR");
    expect(codeOf(() => fs.write("/nope/x", ""))).toBe("ENOENT");
    expect(codeOf(() => fs.list("/etc/passwd"))).toBe("ENOTDIR");
    expect(codeOf(() => fs.makeDirectory("/etc"))).toBe("EEXIST");
    expect(codeOf(() => fs.removeFile("/etc"))).toBe("EISDIR");
    expect(codeOf(() => fs.removeDirectory("/etc"))).toBe("ENOTEMPTY");
    expect(codeOf(() => fs.removeDirectory("/etc/passwd"))).toBe("ENOTDIR");
    expect(codeOf(() => fs.removeDirectory("/tmp/."))).toBe("EINVAL");
    expect(codeOf(() => fs.removeDirectory("/"))).toBe("EBUSY");
    expect(codeOf(() => fs.write(`/tmp/${"x".repeat(256)}`, ""))).toBe("ENAMETOOLONG");
    expect(fs.find("/nope")).toBeUndefined();
    expect(fs.find("/etc/passwd/x")).toBeUndefined();
    expect(fs.find("/etc/../etc//./passwd")).toMatchObject({ type: "file" });
  });

  it("follows links in paths, and creates a dangling link's target", () => {
    const fs = filesOf(new LayerTree(IMAGE));
    expect(fs.realPath("/var/run/../run")).toBe("/run");
    expect(fs.realPath("/bin/ls")).toBe("/usr/bin/ls");
    expect(fs.findLink("/bin")).toMatchObject({ type: "link", target: "/usr/bin" });
    fs.makeLink("target", "/tmp/link");
    fs.write("/tmp/link", "x");
    expect(fs.read("/tmp/target")).toBe("x");
    fs.removeFile("/tmp/link");
    expect(fs.read("/tmp/target")).toBe("x");
  });

  it("copies the program of a binary, and forgets it when the content is replaced", () => {
    const fs = filesOf(new LayerTree(IMAGE));
    fs.copyFile("/bin/ls", "/tmp/ls");
    expect(fs.stat("/tmp/ls")).toMatchObject({ program: "busybox", mode: 0o755 });
    expect(fs.sizeBytes(fs.stat("/tmp/ls"))).toBe(1131168);
    fs.write("/tmp/ls", "#!/bin/sh\n");
    expect(fs.stat("/tmp/ls")).not.toHaveProperty("program");
    expect(fs.sizeBytes(fs.stat("/tmp/ls"))).toBe(10);
  });
});

describe("rights", () => {
  it("reads and writes by owner, group and others", () => {
    const tree = new LayerTree(IMAGE);
    const user = filesOf(tree, USER);
    const other = filesOf(tree, { ...USER, uid: 1001, gid: 1001, groups: [42] });
    expect(codeOf(() => user.read("/etc/shadow"))).toBe("EACCES");
    expect(other.read("/etc/shadow")).toBe("");
    expect(codeOf(() => other.write("/etc/shadow", "x"))).toBe("EACCES");
    expect(user.read("/home/user/secret")).toBe("");
    expect(codeOf(() => other.find("/home/user/secret"))).toBe("EACCES");
    expect(codeOf(() => other.list("/home/user"))).toBe("EACCES");
    expect(codeOf(() => user.write("/etc/new", "x"))).toBe("EACCES");
    expect(filesOf(tree, ROOT).list("/home/user")).toEqual(["secret"]);
    expect(codeOf(() => filesOf(tree, { ...ROOT, capabilities: [] }).list("/home/user"))).toBe("EACCES");
    expect(codeOf(() => filesOf(tree, ROOT).access("/etc/passwd", "x"))).toBe("EACCES");
    expect(codeOf(() => user.access("/etc/passwd", "rw"))).toBe("EACCES");
    user.access("/bin/ls", "rx");
  });

  it("gives new entries to the user, and to the group of a setgid directory", () => {
    const tree = new LayerTree(IMAGE);
    const root = filesOf(tree);
    root.makeDirectory("/shared");
    root.setOwner("/shared", 0, 2000);
    root.setMode("/shared", 0o2775);
    const user = filesOf(tree, USER);
    user.makeDirectory("/shared/below");
    user.write("/shared/below/file", "");
    expect(user.stat("/shared/below")).toMatchObject({ uid: 1000, gid: 2000, mode: 0o2755, modifiedAtMs: NOW_MS });
    expect(user.stat("/shared/below/file")).toMatchObject({ uid: 1000, gid: 2000, mode: 0o644 });
    user.write("/tmp/mine", "");
    expect(user.stat("/tmp/mine")).toMatchObject({ uid: 1000, gid: 1000 });
  });

  it("protects the entries of a sticky directory", () => {
    const tree = new LayerTree(IMAGE);
    filesOf(tree, USER).write("/tmp/mine", "", 0o666);
    const other = filesOf(tree, { ...USER, uid: 1001 });
    other.write("/tmp/mine", "written");
    expect(codeOf(() => other.removeFile("/tmp/mine"))).toBe("EPERM");
    expect(codeOf(() => other.rename("/tmp/mine", "/tmp/yours"))).toBe("EPERM");
    filesOf(tree, USER).removeFile("/tmp/mine");
  });

  it("lets owners change modes, and CHOWN change owners", () => {
    const tree = new LayerTree(IMAGE);
    const user = filesOf(tree, USER);
    user.write("/tmp/mine", "");
    user.setMode("/tmp/mine", 0o4755);
    user.setOwner("/tmp/mine", 1000, 2000);
    expect(user.stat("/tmp/mine")).toMatchObject({ gid: 2000, mode: 0o755 });
    expect(codeOf(() => user.setOwner("/tmp/mine", 0, 0))).toBe("EPERM");
    expect(codeOf(() => user.setMode("/etc/passwd", 0o777))).toBe("EPERM");
    expect(codeOf(() => user.setModifiedAt("/etc/passwd", NOW_MS))).toBe("EACCES");
    expect(codeOf(() => user.setModifiedAt("/etc/passwd", 0))).toBe("EPERM");
    expect(codeOf(() => filesOf(tree, { ...ROOT, capabilities: [] }).setOwner("/etc/passwd", 1, 1))).toBe("EPERM");
  });
});

describe("mounts", () => {
  const mountsOf = (tree: LayerTree, more: readonly Mount[]): readonly Mount[] => [overlay(tree), ...more];

  it("hides what lies below, makes mount points, and follows links to them", () => {
    const tree = new LayerTree(IMAGE);
    const volume = new LayerTree({});
    const mounts = mountsOf(tree, [
      { path: "/var/run/secrets/token", tree: volume, fileSystemType: "tmpfs", source: "tmpfs" },
      { path: "/etc/passwd", tree: volume, subPath: "/file", fileSystemType: "ext4", source: "/dev/vda1" },
    ]);
    volume.put("/file", { type: "file", mode: 0o644, uid: 0, gid: 0, modifiedAtMs: 0, content: "mounted" });
    const fs = createFiles({ mounts, nowMs: () => NOW_MS }).filesFor(ROOT);
    expect(fs.read("/var/run/secrets/token/file")).toBe("mounted");
    expect(fs.mountOf("/run/secrets/token/file").path).toBe("/run/secrets/token");
    expect(fs.read("/etc/passwd")).toBe("mounted");
    expect(fs.list("/run/secrets")).toEqual(["token"]);
    expect(tree.layer()).toEqual({});
    expect(codeOf(() => fs.removeDirectory("/run/secrets/token"))).toBe("EBUSY");
    expect(codeOf(() => fs.removeFile("/etc/passwd"))).toBe("EBUSY");
    expect(codeOf(() => fs.rename("/var/run/secrets/token/file", "/tmp/file"))).toBe("EXDEV");
    fs.write("/etc/passwd", "by the mount");
    expect(volume.find("/file")).toMatchObject({ content: "by the mount" });
  });

  it("shares one tree between subPaths and containers", () => {
    const volume = new LayerTree({});
    const seenBy = (subPath?: string) =>
      createFiles({
        mounts: mountsOf(new LayerTree(IMAGE), [
          { path: "/data", tree: volume, fileSystemType: "ext4", source: "/dev/vda1", ...(subPath && { subPath }) },
        ]),
        nowMs: () => NOW_MS,
      }).filesFor(ROOT);
    seenBy().makeDirectory("/data/a");
    seenBy("/a").write("/data/x", "1");
    expect(seenBy().read("/data/a/x")).toBe("1");
    expect(seenBy("/a").list("/data/..")).toContain("data");
  });

  it("refuses every change of a read-only mount", () => {
    const fs = createFiles({ mounts: [{ ...overlay(new LayerTree(IMAGE)), readOnly: true }], nowMs: () => NOW_MS });
    const files = fs.filesFor(ROOT);
    for (const change of [
      () => files.write("/etc/passwd", ""),
      () => files.write("/new", ""),
      () => files.makeDirectory("/new"),
      () => files.removeFile("/etc/passwd"),
      () => files.rename("/etc/passwd", "/etc/new"),
      () => files.setMode("/etc/passwd", 0),
      () => files.setOwner("/etc/passwd", 0, 0),
      () => files.setModifiedAt("/etc/passwd", 0),
      () => files.access("/etc", "w"),
    ]) {
      expect(codeOf(change)).toBe("EROFS");
    }
    expect(codeOf(() => files.makeDirectory("/etc"))).toBe("EEXIST");
  });

  it("has devices that swallow, fill and refuse", () => {
    const dev = { path: "/dev", tree: new LayerTree(DEVICE_ENTRIES), fileSystemType: "tmpfs", source: "tmpfs" };
    let drawn = 0;
    const mounts = [{ ...overlay(new LayerTree(IMAGE)), readOnly: true }, dev];
    const fs = createFiles({ mounts, nowMs: () => NOW_MS, random: () => drawn++ }).filesFor(ROOT);
    fs.write("/dev/null", "gone");
    expect(fs.read("/dev/null")).toBe("");
    expect(fs.read("/dev/zero").slice(0, 3)).toBe("\0\0\0");
    expect(fs.read("/dev/urandom").slice(0, 5)).toBe("\0\0\0\0\x01");
    expect(codeOf(() => fs.write("/dev/full", "x"))).toBe("ENOSPC");
    expect(fs.find("/dev/tty")).toMatchObject({ type: "device", device: "tty" });
  });

  it("computes virtual entries when they are read", () => {
    const proc = virtualTree(
      virtualDirectory({
        uptime: { type: "file", content: () => "1.00 2.00\n" },
        self: { type: "link", target: String },
        "7": virtualDirectory({ comm: { type: "file", content: () => "sh\n" } }),
      }),
      NOW_MS,
    );
    const mounts = mountsOf(new LayerTree(IMAGE), [
      { path: "/proc", tree: proc, fileSystemType: "proc", source: "proc" },
    ]);
    const fs = createFiles({ mounts, nowMs: () => NOW_MS }).filesFor(ROOT, 7);
    expect(fs.read("/proc/uptime")).toBe("1.00 2.00\n");
    expect(fs.read("/proc/self/comm")).toBe("sh\n");
    expect(fs.list("/proc")).toEqual(["7", "self", "uptime"]);
    expect(fs.sizeBytes(fs.stat("/proc/uptime"))).toBe(0);
    expect(codeOf(() => fs.write("/proc/uptime", ""))).toBe("EROFS");
  });

  it("does not mount into a read-only volume", () => {
    const mounts = mountsOf(new LayerTree(IMAGE), [
      { path: "/cfg", tree: new LayerTree({}), readOnly: true, fileSystemType: "tmpfs", source: "tmpfs" },
      { path: "/cfg/below", tree: new LayerTree({}), fileSystemType: "tmpfs", source: "tmpfs" },
    ]);
    expect(codeOf(() => createFiles({ mounts, nowMs: () => NOW_MS }))).toBe("EROFS");
  });
});

describe("rename", () => {
  const made = () => {
    const fs = filesOf(new LayerTree(IMAGE));
    fs.makeDirectory("/tmp/a");
    fs.makeDirectory("/tmp/a/b");
    fs.write("/tmp/a/b/file", "x");
    fs.write("/tmp/file", "y");
    return fs;
  };

  it("moves directories with what they hold, those of the image too", () => {
    const fs = made();
    fs.rename("/tmp/a", "/tmp/c");
    expect(fs.read("/tmp/c/b/file")).toBe("x");
    expect(fs.find("/tmp/a")).toBeUndefined();
    fs.rename("/srv", "/tmp/srv");
    expect(fs.read("/tmp/srv/site/index.html")).toBe("hello");
    expect(fs.list("/")).not.toContain("srv");
  });

  it("gives Linux' errors", () => {
    const fs = made();
    expect(codeOf(() => fs.rename("/tmp/a", "/tmp/a/b/c"))).toBe("EINVAL");
    expect(codeOf(() => fs.rename("/tmp/a", "/tmp/file"))).toBe("ENOTDIR");
    expect(codeOf(() => fs.rename("/tmp/file", "/tmp/a"))).toBe("EISDIR");
    expect(codeOf(() => fs.rename("/tmp/nope", "/tmp/x"))).toBe("ENOENT");
    fs.makeDirectory("/tmp/empty");
    expect(codeOf(() => fs.rename("/tmp/empty", "/tmp/a"))).toBe("ENOTEMPTY");
    fs.rename("/tmp/a", "/tmp/empty");
    expect(fs.list("/tmp/empty")).toEqual(["b"]);
  });
});

describe("limits", () => {
  it("fills a volume and then has no space", () => {
    const fs = filesOf(new LayerTree({}, {}, { sizeBytes: 10 }));
    fs.write("/a", "123456");
    expect(codeOf(() => fs.write("/b", "1234567"))).toBe("ENOSPC");
    expect(fs.read("/b")).toBe("1234");
    expect(fs.mountOf("/b")).toMatchObject({ sizeBytes: 10, usedBytes: 10 });
    fs.write("/a", "");
    fs.append("/b", "567");
    expect(fs.read("/b")).toBe("1234567");
  });

  it("shares room between trees", () => {
    const room = { bytes: 1000 };
    const [one, other] = [new LayerTree({}, {}, { room }), new LayerTree({}, {}, { room })];
    filesOf(one).write("/a", "x".repeat(500));
    expect(codeOf(() => filesOf(other).write("/b", "y".repeat(500)))).toBe("ENOSPC");
    filesOf(one).write("/a", "");
    filesOf(other).write("/b", "y".repeat(500));
    expect(filesOf(other).read("/b")).toHaveLength(500);
  });

  it("counts what replaces a file of the image", () => {
    const fs = filesOf(new LayerTree(baseEntries("", { "/a": "x".repeat(100) }), {}, { sizeBytes: 10 }));
    expect(codeOf(() => fs.write("/a", "y".repeat(50)))).toBe("ENOSPC");
    expect(fs.read("/a")).toBe("y".repeat(10));
  });

  it("bounds a file and the number of entries", () => {
    const fs = filesOf(new LayerTree({}));
    expect(codeOf(() => fs.write("/big", "x".repeat(MAX_FILE_BYTES + 1)))).toBe("ENOSPC");
    expect(fs.sizeBytes(fs.stat("/big"))).toBe(MAX_FILE_BYTES);
    const layer: LayerEntries = {};
    for (let count = 0; count < MAX_LAYER_ENTRIES; count++) {
      layer[`/d${count}`] = { type: "directory", mode: 0o755, uid: 0, gid: 0, modifiedAtMs: 0 };
    }
    const full = filesOf(new LayerTree(IMAGE, layer));
    expect(codeOf(() => full.write("/more", ""))).toBe("ENOSPC");
    full.removeDirectory("/d0");
    // The move of a directory of the image needs more entries than there are.
    expect(codeOf(() => full.rename("/srv", "/moved"))).toBe("ENOSPC");
    expect(full.read("/srv/site/index.html")).toBe("hello");
    expect(full.find("/moved")).toBeUndefined();
  });
});

describe("the description of an image's files", () => {
  it("refuses a line that it cannot read", () => {
    expect(() => baseEntries("q /etc")).toThrow("begins with d, f, l or x");
    expect(() => baseEntries("d etc")).toThrow("absolute path");
    expect(() => baseEntries("l /bin")).toThrow("target");
  });
});

function overlay(tree: LayerTree): Mount {
  return { path: "/", tree, fileSystemType: "overlay", source: "overlay" };
}

function filesOf(tree: LayerTree, credentials: Credentials = ROOT): FileSystem {
  return createFiles({ mounts: [overlay(tree)], nowMs: () => NOW_MS }).filesFor(credentials);
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof FileError) return error.code;
    throw error;
  }
  return undefined;
}
