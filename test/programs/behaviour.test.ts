/** Programs that wait, stream, and bound what they take. */
import { describe, expect, it } from "vitest";
import { MAX_FILE_BYTES } from "../../src/lib/container-limits.ts";
import { compress } from "../../src/programs/archives/compression.ts";
import { decode, newDecoder } from "../../src/programs/archives/tar-decoder.ts";
import { encodeMember, endOfArchive } from "../../src/programs/archives/tar-format.ts";
import type { FakeFiles } from "../support/fake-files.ts";
import { NOW_MS, programOf, runProgram } from "../support/fake-process.ts";
import { fixtureFiles } from "./table.ts";

const CWD = "/work";

function files(contents: Record<string, string> = {}): FakeFiles {
  const made = fixtureFiles();
  for (const [name, content] of Object.entries(contents)) made.write(`${CWD}/${name}`, content);
  return made;
}

describe("programs that wait", () => {
  it("sleeps for the sum of its intervals, in cluster time", () => {
    const { status, endedAtMs } = runProgram({ argv: ["sleep", "1m", "0.5"] });
    expect({ status, passedMs: endedAtMs - NOW_MS }).toEqual({ status: 0, passedMs: 60_500 });
  });

  it("never wakes from an infinite sleep", () => {
    const { waits, status } = runProgram({ argv: ["sleep", "infinity"] });
    expect({ waits, status }).toEqual({ waits: [[{ type: "signal" }]], status: -1 });
  });

  it("follows a file: prints its end, then waits for a change of it", () => {
    const { stdout, waits } = runProgram({ argv: ["tail", "-n1", "-f", "a.txt"], files: files(), cwd: CWD });
    expect({ stdout, waits }).toEqual({ stdout: "cherry\n", waits: [[{ type: "file", path: "/work/a.txt" }]] });
  });

  it("waits with tail -F for a file that is missing", () => {
    const { stderr, waits } = runProgram({ argv: ["tail", "-F", "later.log"], files: files(), cwd: CWD });
    expect(stderr).toBe("tail: cannot open 'later.log' for reading: No such file or directory\n");
    expect(waits).toEqual([[{ type: "file", path: "/work/later.log" }]]);
  });

  it("stress takes the memory that it was told to take, and CPU time until its end", () => {
    const argv = ["stress", "--vm", "1", "--vm-bytes", "250M", "--timeout", "2s"];
    const { status, cpuMs, endedAtMs } = runProgram({ argv });
    expect({ status, cpuMs, passedMs: endedAtMs - NOW_MS }).toEqual({ status: 0, cpuMs: 2000, passedMs: 2000 });
    const process = { argv, state: { memoryBytes: 250 * 1024 * 1024 } };
    expect(programOf("stress").memoryBytes?.(process as never)).toBeGreaterThan(250 * 1024 * 1024);
  });
});

describe("programs that stream", () => {
  const pieces = ["one\ntw", "o\nthree\n"];

  it.each([
    { argv: ["grep", "-n", "t"], stdout: "2:two\n3:three\n" },
    { argv: ["sed", "s/o/0/"], stdout: "0ne\ntw0\nthree\n" },
    { argv: ["sed", "-n", "$p"], stdout: "three\n" },
    { argv: ["sed", "N;s/\\n/+/"], stdout: "one+two\nthree\n" },
    { argv: ["cut", "-c1"], stdout: "o\nt\nt\n" },
    { argv: ["tr", "a-z", "A-Z"], stdout: "ONE\nTWO\nTHREE\n" },
    { argv: ["head", "-n2"], stdout: "one\ntwo\n" },
    { argv: ["tail", "-n1"], stdout: "three\n" },
    { argv: ["cat", "-n"], stdout: "     1\tone\n     2\ttwo\n     3\tthree\n" },
    { argv: ["uniq"], stdout: "one\ntwo\nthree\n" },
    { argv: ["sort", "-r"], stdout: "two\nthree\none\n" },
    { argv: ["awk", "{print NR, $1}"], stdout: "1 one\n2 two\n3 three\n" },
    { argv: ["xargs", "-n2", "echo"], stdout: "one two\nthree\n" },
  ])("$argv gives the same for input that arrives in pieces", ({ argv, stdout }) => {
    const whole = runProgram({ argv, stdin: pieces.join(""), files: files(), cwd: CWD });
    const inPieces = runProgram({ argv, pieces, files: files(), cwd: CWD });
    expect(whole.stdout).toBe(stdout);
    expect(inPieces.stdout).toBe(stdout);
    expect(inPieces.status).toBe(0);
  });
});

describe("bounds of programs", () => {
  it("refuses an archive that grows beyond the limit of a file", () => {
    const bomb = compress("\0".repeat(MAX_FILE_BYTES + 1));
    expect(bomb.length).toBeLessThan(MAX_FILE_BYTES / 100);
    const {
      stderr,
      status,
      files: after,
    } = runProgram({ argv: ["gunzip", "b.gz"], files: files({ "b.gz": bomb }), cwd: CWD });
    expect({ stderr, status, isMade: after.find("/work/b") !== undefined }).toEqual({
      stderr: "gzip: b.gz: File too large\n",
      status: 1,
      isMade: false,
    });
  });

  it("refuses names that lead out of the folder, and goes on", () => {
    const entry = { type: "file" as const, content: "x", mode: 0o644, uid: 0, gid: 0, modifiedAtMs: 0 };
    const names = { user: "root", group: "root" };
    const members = ["../out", "/etc/cron", "in"].map((name) => encodeMember(name, entry, "x", names)).join("");
    const archive = members + endOfArchive(members.length);
    const {
      stderr,
      status,
      files: after,
    } = runProgram({ argv: ["tar", "xf", "a.tar"], files: files({ "a.tar": archive }), cwd: CWD });
    expect(stderr).toContain("Member name contains '..'");
    expect(status).toBe(2);
    const isThere = (path: string) => after.find(path) !== undefined;
    expect([isThere("/out"), isThere("/etc/cron"), isThere("/work/etc/cron"), isThere("/work/in")]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it("does not write through a link that leads out of the folder", () => {
    const link = { type: "link" as const, target: "/etc", mode: 0o777, uid: 0, gid: 0, modifiedAtMs: 0 };
    const entry = { type: "file" as const, content: "x", mode: 0o644, uid: 0, gid: 0, modifiedAtMs: 0 };
    const names = { user: "root", group: "root" };
    const members = encodeMember("out", link, "", names) + encodeMember("out/evil", entry, "x", names);
    const { status, files: after } = runProgram({
      argv: ["tar", "xf", "a.tar"],
      files: files({ "a.tar": members + endOfArchive(members.length) }),
      cwd: CWD,
    });
    expect({ status, isThere: after.find("/etc/evil") !== undefined }).toEqual({ status: 2, isThere: false });
  });

  it("packs and unpacks a folder through pipes", () => {
    const packed = runProgram({ argv: ["tar", "czf", "-", "dir"], files: files(), cwd: CWD });
    const target = files();
    target.makeDirectory("/work/x");
    const { status } = runProgram({
      argv: ["tar", "xzf", "-", "-C", "x"],
      stdin: packed.stdout,
      files: target,
      cwd: CWD,
    });
    expect({ status, content: target.read("/work/x/dir/sub/deep.txt") }).toEqual({ status: 0, content: "deep\n" });
  });

  it("unpacks an archive as it comes, wherever its pieces end, and keeps little of it", () => {
    const attributes = { mode: 0o640, uid: 0, gid: 0, modifiedAtMs: 5000 };
    const names = { user: "root", group: "root" };
    const long = `${"d".repeat(70)}/${"e".repeat(70)}`;
    const contents: Record<string, string> = { a: "", b: "x".repeat(511), [long]: "long\n", c: "y".repeat(100_000) };
    const members = Object.entries(contents)
      .map(([name, content]) => encodeMember(name, { type: "file", content, ...attributes }, content, names))
      .join("");
    const archive = members + endOfArchive(members.length);
    for (const size of [100, 512, 777, 10_240, archive.length]) {
      const pieces = Array.from({ length: Math.ceil(archive.length / size) }, (_, i) =>
        archive.slice(i * size, (i + 1) * size),
      );
      const ran = runProgram({ argv: ["tar", "xf", "-"], pieces, cwd: CWD, files: files() });
      expect([ran.status, ran.stderr]).toEqual([0, ""]);
      for (const [name, content] of Object.entries(contents)) expect(ran.files.read(`/work/${name}`)).toBe(content);
      expect(ran.files.find("/work/c")).toMatchObject({ mode: 0o640, modifiedAtMs: 5000 });
    }
    const decoder = newDecoder();
    for (let at = 0; at < archive.length; at += 777) {
      decode(decoder, archive.slice(at, at + 777));
      expect(JSON.stringify(decoder).length).toBeLessThan(4096);
    }
  });

  it("says that an archive is cut off, after what has come", () => {
    const entry = { type: "file" as const, content: "", mode: 0o644, uid: 0, gid: 0, modifiedAtMs: 0 };
    const member = encodeMember("a", entry, "z".repeat(2000), { user: "root", group: "root" });
    const ran = runProgram({ argv: ["tar", "x"], stdin: member.slice(0, 1000), cwd: CWD, files: files() });
    expect([ran.status, ran.stderr]).toEqual([
      2,
      "tar: Unexpected EOF in archive\ntar: Error is not recoverable: exiting now\n",
    ]);
    expect(ran.files.read("/work/a")).toBe("z".repeat(488));
  });

  it("matches a pattern with nested repetitions in linear time", () => {
    const { status } = runProgram({ argv: ["grep", "-E", "(a+)+$"], stdin: `${"a".repeat(50_000)}b\n` });
    expect(status).toBe(1);
  });

  it("ends an endless script of sed", () => {
    const { status, stderr } = runProgram({ argv: ["sed", ":a;ba"], stdin: "x\n" });
    expect({ status, stderr }).toEqual({ status: 1, stderr: "sed: the script takes too many steps\n" });
  });
});

describe("vi", () => {
  it("opens, inserts, deletes a line and saves", () => {
    const keys = "ohello\x1bggdd:wq\r";
    const { status, files: after } = runProgram({
      argv: ["vi", "a.txt"],
      stdin: keys,
      files: files(),
      cwd: CWD,
      terminal: { columns: 80, rows: 24 },
    });
    expect({ status, content: after.read("/work/a.txt") }).toEqual({ status: 0, content: "hello\nbanana\ncherry\n" });
  });

  it.each([
    ["dd and p", "ddp:wq\r", "banana\napple\ncherry\n"],
    ["yy and P", "jyyP:wq\r", "apple\nbanana\nbanana\ncherry\n"],
    ["u", "ddxu:wq\r", "banana\ncherry\n"],
    ["a search and x", "/er\rx:x\r", "apple\nbanana\nchrry\n"],
    ["n for the next match", "/a\rnx:wq\r", "apple\nbanna\ncherry\n"],
    ["arrows", "\x1b[B\x1b[C\x1b[Cx:wq\r", "apple\nbaana\ncherry\n"],
    ["arrows while inserting", "i\x1b[B\x1b[C>\x1b:wq\r", "apple\nb>anana\ncherry\n"],
    ["A and O", "A!\x1bOtop\x1b:wq\r", "top\napple!\nbanana\ncherry\n"],
    ["G and a count", "Gdd1Gi-\x1b:wq\r", "-apple\nbanana\n"],
    [":%s with a pattern", ":%s/[an]*$/<&>/\r:wq\r", "apple<>\nb<anana>\ncherry<>\n"],
    [":s with groups", ":s/\\(.\\)\\(.*\\)/\\2\\1/\r:wq\r", "pplea\nbanana\ncherry\n"],
    [":s on all of a range", ":2,$s/a\\|e/_/g\r:wq\r", "apple\nb_n_n_\nch_rry\n"],
    [":g and :d", ":g/an/d\r:2d\r:wq\r", "apple\n"],
  ])("edits with %s", (_what, keys, content) => {
    const { files: after } = runProgram({
      argv: ["vi", "a.txt"],
      stdin: keys,
      files: files(),
      cwd: CWD,
      terminal: { columns: 80, rows: 24 },
    });
    expect(after.read("/work/a.txt")).toBe(content);
  });

  it("does not leave a changed file without an exclamation mark", () => {
    const { files: after, status } = runProgram({
      argv: ["vi", "a.txt"],
      stdin: "x:q\r:q!\r",
      files: files(),
      cwd: CWD,
      terminal: { columns: 80, rows: 24 },
    });
    expect({ status, content: after.read("/work/a.txt") }).toEqual({ status: 0, content: "apple\nbanana\ncherry\n" });
  });
});
