/** Accounts, the machine, network scans and nano, as programs of a container. */
import { describe, expect, it } from "vitest";
import type { Question } from "../../src/shell/question.ts";
import type { FakeFiles } from "../support/fake-files.ts";
import { runProgram } from "../support/fake-process.ts";
import { fixtureFiles } from "./table.ts";

const CWD = "/work";

function run(files: FakeFiles, ...argv: string[]) {
  const { stdout, stderr, status } = runProgram({ argv, files, cwd: CWD });
  return { stdout, stderr, status };
}

describe("accounts", () => {
  it("adds a user with a group of the same name and a home", () => {
    const files = fixtureFiles();
    files.makeDirectory("/home");
    expect(run(files, "useradd", "-m", "-s", "/bin/bash", "ann")).toEqual({ stdout: "", stderr: "", status: 0 });
    expect(files.read("/etc/passwd").split("\n").at(-2)).toBe("ann:x:1000:1000::/home/ann:/bin/bash");
    expect(files.read("/etc/group").split("\n").at(-2)).toBe("ann:x:1000:");
    expect(files.stat("/home/ann")).toMatchObject({ type: "directory", uid: 1000, gid: 1000 });
    expect(run(files, "id", "ann").stdout).toBe("uid=1000(ann) gid=1000(ann) groups=1000(ann)\n");
    expect(run(files, "useradd", "ann")).toEqual({
      stdout: "",
      stderr: "useradd: user 'ann' already exists\n",
      status: 9,
    });
  });

  it("puts a user into further groups, and removes both again", () => {
    const files = fixtureFiles();
    run(files, "groupadd", "-g", "2000", "ops");
    run(files, "useradd", "-u", "1500", "bob");
    expect(run(files, "usermod", "-aG", "ops", "bob").status).toBe(0);
    expect(run(files, "id", "bob").stdout).toBe("uid=1500(bob) gid=1500(bob) groups=1500(bob),2000(ops)\n");
    expect(run(files, "usermod", "-aG", "nope", "bob").stderr).toBe("usermod: group 'nope' does not exist\n");
    run(files, "userdel", "bob");
    expect(run(files, "id", "bob")).toMatchObject({ stderr: "id: 'bob': no such user\n", status: 1 });
  });
});

describe("the machine", () => {
  it("prints sizes for people with a tenth, as busybox does, or with two figures, as GNU does", () => {
    const sizes = (flavour: "busybox" | "gnu", ...argv: string[]) =>
      runProgram({ argv, files: fixtureFiles(), cwd: CWD, flavour })
        .stdout.split("\n")[1]
        ?.match(/[\d.]+[KMG]i?(?= )/g);
    expect(sizes("busybox", "df", "-h")).toEqual(["100.0G", "20.0G", "80.0G"]);
    expect(sizes("gnu", "df", "-h")).toEqual(["100G", "20G", "80G"]);
  });

  it("shows the processors of the node, and refuses what containers may not do", () => {
    const files = fixtureFiles();
    expect(run(files, "lscpu").stdout).toMatch(/^CPU\(s\): +4$/m);
    expect(run(files, "getconf", "_NPROCESSORS_ONLN").stdout).toBe("4\n");
    expect(run(files, "dmesg").status).toBe(1);
    expect(run(files, "unshare", "-n", "true").stderr).toBe("unshare: unshare failed: Operation not permitted\n");
  });

  it("names the process that listens on a port", () => {
    expect(run(fixtureFiles(), "lsof", "-i", ":80").stdout.split("\n")[1]).toMatch(
      /^nginx +1 root .* TCP \*:80 \(LISTEN\)$/,
    );
    expect(run(fixtureFiles(), "fuser", "80/tcp").stdout).toBe(" 1");
  });
});

describe("the network", () => {
  const answer = (question: Question) => {
    if (question.type !== "connect") throw new Error("only connections are expected");
    if (question.host === "nowhere") return { afterMs: 1, type: "failed", why: "unknownName" } as const;
    return question.port === 80
      ? ({ afterMs: 1, type: "connected", address: "10.96.0.7", data: "" } as const)
      : ({ afterMs: 1, type: "failed", why: "refused", address: "10.96.0.7" } as const);
  };

  it("nmap shows the state of each port", () => {
    const { stdout } = runProgram({ argv: ["nmap", "-Pn", "-p", "80,443", "web"], files: fixtureFiles(), answer });
    expect(stdout.split("\n").slice(1, 7)).toEqual([
      "Nmap scan report for web (10.96.0.7)",
      "Host is up (0.00012s latency).",
      "",
      "PORT    STATE  SERVICE",
      "80/tcp  open   http",
      "443/tcp closed https",
    ]);
  });

  it("ssh finds no server", () => {
    const ssh = (host: string) => runProgram({ argv: ["ssh", `root@${host}`, "ls"], files: fixtureFiles(), answer });
    expect(ssh("web")).toMatchObject({
      stderr: "ssh: connect to host web port 22: Connection refused\n",
      status: 255,
    });
    expect(ssh("nowhere").stderr).toBe("ssh: Could not resolve hostname nowhere: Name or service not known\n");
  });
});

describe("nano", () => {
  const terminal = { columns: 80, rows: 24 };
  const edit = (name: string, ...pieces: string[]) => {
    const files = fixtureFiles();
    const { stdout, status } = runProgram({ argv: ["nano", name], files, cwd: CWD, terminal, pieces });
    return { files, stdout, status };
  };

  it("saves what was typed with ^O and Enter, and ends with ^X", () => {
    const { files, stdout, status } = edit("new.txt", "hello\rworld", "\x0f\r", "\x18");
    expect(files.read("/work/new.txt")).toBe("hello\nworld\n");
    expect(stdout).toContain("[ Wrote 2 lines ]");
    expect(status).toBe(0);
  });

  it("asks at ^X whether a changed file is to be saved", () => {
    expect(edit("a.txt", "\x1b[B\x0b", "\x18", "y\r").files.read("/work/a.txt")).toBe("apple\ncherry\n");
    expect(edit("a.txt", "x", "\x18", "n").files.read("/work/a.txt")).toBe("apple\nbanana\ncherry\n");
  });

  it("moves with arrows and deletes backwards", () => {
    const { files } = edit("a.txt", "\x1b[C\x1b[C", "\x7f\x7f", "\x1b[F", "!", "\x0f\r\x18");
    expect(files.read("/work/a.txt")).toBe("ple!\nbanana\ncherry\n");
  });

  it("finds a text with ^W and cuts and pastes lines", () => {
    const { files } = edit("a.txt", "\x17che\r", "\x0b", "\x1b[A\x1b[A", "\x15", "\x0f\r\x18");
    expect(files.read("/work/a.txt")).toBe("cherry\napple\nbanana\n");
  });
});
