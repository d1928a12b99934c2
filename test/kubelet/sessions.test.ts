/** Commands in a running container, and connections to its first process, as the API server drives them. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { SESSION_LEASE_MS } from "../../src/lib/container-limits.ts";
import type { SessionInput, SessionOutput } from "../../src/lib/session-pieces.ts";
import type { Container, Pod } from "../../src/schema/index.ts";
import { clusterWith, podWith } from "./clusters.ts";

type Cluster = ReturnType<typeof clusterWith>;

/** A pod whose container runs. */
function runningPod(container: Partial<Container> = { image: "nginx" }): Cluster {
  const cluster = clusterWith({}, podWith("p", container));
  cluster.advance(10_000);
  return cluster;
}

class Client {
  stdout = "";
  stderr = "";
  exitCode: number | undefined;
  wakeAtMs: number | undefined;
  readonly #cluster: Cluster;
  readonly #id: string;

  private constructor(cluster: Cluster, id: string) {
    this.#cluster = cluster;
    this.#id = id;
  }

  static exec(cluster: Cluster, command: string[], { stdin = false, tty = false } = {}): Client {
    const options = { command, stdin, stdout: true, stderr: !tty, tty };
    const id = cluster.write((tx) => containerAccess.exec(tx, target(cluster), options));
    return new Client(cluster, id);
  }

  static attach(cluster: Cluster, { tty = false } = {}): Client {
    const options = { stdin: true, stdout: true, stderr: !tty, tty };
    const id = cluster.write((tx) => containerAccess.attach(tx, target(cluster), options));
    return new Client(cluster, id);
  }

  exchange(input: SessionInput = {}): SessionOutput {
    const output = this.#cluster.write((tx) => containerAccess.exchange(tx, target(this.#cluster), this.#id, input));
    this.stdout += output.stdout;
    this.stderr += output.stderr;
    this.exitCode = output.exitCode;
    this.wakeAtMs = output.wakeAtMs;
    return output;
  }

  close(): void {
    this.#cluster.write((tx) => containerAccess.closeSession(tx, target(this.#cluster), this.#id));
  }
}

function target(cluster: Cluster): { pod: Pod; container: string } {
  return { pod: cluster.get(podKind, "p")!, container: "c" };
}

function logOf(cluster: Cluster): string {
  const options = { previous: false, timestamps: false };
  return cluster.write((tx) => containerAccess.readLog(tx, target(cluster), options)).text;
}

describe("a command", () => {
  it("has the variables in the runtime's order, the home folder last", () => {
    const cluster = runningPod({ image: "busybox", command: ["sleep", "1000"], env: [{ name: "OWN", value: "1" }] });
    const client = Client.exec(cluster, ["env"], { tty: true });
    client.exchange();
    const names = client.stdout.match(/^(?!KUBERNETES_)\w+/gm);
    expect(names).toEqual(["PATH", "HOSTNAME", "OWN", "TERM", "HOME"]);
  });

  it("that an unknown image lacks is missing, although the image's own scripts find a program of that name", () => {
    const cluster = runningPod({ image: "registry.example.com/app:1", command: ["sh", "-c", "exec /app/server"] });
    const client = Client.exec(cluster, ["sh", "-c", "/app/server; echo $?"]);
    client.exchange();
    expect(client).toMatchObject({ stdout: "127\n", stderr: "sh: line 1: /app/server: No such file or directory\n" });
  });

  it("has its output and its exit code, apart from the container's log", () => {
    const cluster = runningPod();
    const before = logOf(cluster);
    const client = Client.exec(cluster, ["sh", "-c", "echo out; echo err >&2; exit 3"]);
    client.exchange();
    expect(client).toMatchObject({ stdout: "out\n", stderr: "err\n", exitCode: 3 });
    expect(logOf(cluster)).toBe(before);
  });

  it("tells in which order its output and its errors were written", () => {
    const client = Client.exec(runningPod(), ["sh", "-c", "echo err >&2; echo out; printf more; echo again >&2"]);
    expect(client.exchange()).toMatchObject({
      stdout: "out\nmore",
      stderr: "err\nagain\n",
      order: [
        ["stderr", 4],
        ["stdout", 8],
        ["stderr", 6],
      ],
    });
  });

  it("that is missing is refused in the words of the container runtime", () => {
    const cluster = runningPod();
    expect(() => Client.exec(cluster, ["nope"])).toThrow(
      /^Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in \$PATH: unknown$/,
    );
  });

  it("reads as much input as its pipe holds, and the rest later", () => {
    const cluster = runningPod();
    const client = Client.exec(cluster, ["sh", "-c", "read -r go; read -r big; echo $big"], { stdin: true });
    const line = `${"x".repeat(300_000)}\n`;
    const first = client.exchange({ stdin: line.slice(0, 200_000) });
    expect(first.stdinTakenBytes).toBe(200_000);
    expect(client.exitCode).toBeUndefined();
    client.exchange({ stdin: line.slice(200_000) });
    client.exchange({ stdin: line });
    expect(client).toMatchObject({ stdout: line, exitCode: 0 });
  });

  it("that edits a line makes its pod due at no other instant, and that runs a command does", () => {
    const cluster = runningPod({ image: "busybox", command: ["sleep", "60"] });
    const client = Client.exec(cluster, ["sh"], { stdin: true, tty: true });
    cluster.advance(2_000);
    const dueAtMs = cluster.nextDueAtMs;
    expect(dueAtMs).toBeGreaterThan(cluster.nowMs + 1_000);
    for (const key of [..."ls -l", "\t", "\x7f", "\x1b[A", "\x1b[B"]) {
      client.exchange({ stdin: key });
      expect({ key, dueAtMs: cluster.nextDueAtMs }).toEqual({ key, dueAtMs });
    }
    for (const line of ["\x15ls /\r", "echo x > /tmp/f\r", "(sleep 1; kill 1) &\r"]) {
      cluster.advance(2_000);
      client.exchange({ stdin: line });
      expect(cluster.nextDueAtMs! - cluster.nowMs, line).toBeLessThan(100);
    }
    expect(client.stdout).toContain("/ # ls -l");
  });

  it("that edits a line does not move the end of its container", () => {
    const ends = [false, true].map((types) => {
      const cluster = runningPod({ image: "busybox", command: ["sh", "-c", "sleep 30; exit 3"] });
      const client = Client.exec(cluster, ["sh"], { stdin: true, tty: true });
      for (let i = 0; i < 40; i++) {
        cluster.advance(1_000);
        if (types && client.exitCode === undefined) client.exchange({ stdin: "x" });
        else if (client.exitCode === undefined) client.exchange();
      }
      return cluster.get(podKind, "p")!.status.containerStatuses![0]!.lastState?.terminated?.finishedAt;
    });
    expect(ends[0]).toBeDefined();
    expect(ends[1]).toBe(ends[0]);
  });

  it("that reads nothing takes a pipe full", () => {
    const cluster = runningPod();
    const client = Client.exec(cluster, ["sh", "-c", "wait; while :; do read -t 9999 x < /dev/null; done"], {
      stdin: true,
    });
    const { stdinTakenBytes } = client.exchange({ stdin: "x".repeat(200_000), endOfStdin: true });
    expect(stdinTakenBytes).toBeLessThan(100_000);
  });

  it("that writes endlessly waits for its client without a loss, and ends when the client goes", () => {
    const cluster = runningPod();
    const script = "x=0123456789; for i in 1 2 3 4 5 6 7 8 9 10; do x=$x$x; done; while :; do echo $x; done";
    const client = Client.exec(cluster, ["sh", "-c", script]);
    cluster.advance(600_000);
    for (let rounds = 0; rounds < 5; rounds++) {
      client.exchange();
      cluster.advance(1000);
    }
    const line = `${"0123456789".repeat(1024)}\n`;
    expect(client.stdout.length).toBeGreaterThan(1_000_000);
    expect(client.stdout).toBe(line.repeat(client.stdout.length / line.length));
    client.close();
    cluster.advance(60_000);
    expect(cluster.nextDueAtMs).toBeNull();
  });

  it("ends with its container", () => {
    const cluster = runningPod({
      image: "busybox",
      command: ["sh", "-c", "read -t 20 x < /dev/tty; exit 0"],
      tty: true,
      stdin: true,
    });
    const client = Client.exec(cluster, ["sh"], { stdin: true });
    expect(client.exchange().exitCode).toBeUndefined();
    cluster.advance(60_000);
    expect(client.exchange().exitCode).toBe(137);
  });

  it("loses its session when nothing was heard of it for the time of its lease", () => {
    const cluster = runningPod();
    const lost = Client.exec(cluster, ["sh"], { stdin: true });
    const kept = Client.exec(cluster, ["sh"], { stdin: true });
    for (let passedMs = 0; passedMs < SESSION_LEASE_MS; passedMs += SESSION_LEASE_MS / 2) {
      cluster.advance(SESSION_LEASE_MS / 2);
      kept.exchange();
    }
    lost.exchange();
    expect(lost.exitCode).toBe(137);
    kept.exchange({ stdin: "echo alive\nexit 5\n" });
    expect(kept).toMatchObject({ stdout: "alive\n", exitCode: 5 });
  });
});

describe("an attached client", () => {
  it("speaks to process 1, whose output is in the log too", () => {
    const cluster = runningPod({ image: "busybox", command: ["sh"], stdin: true });
    const client = Client.attach(cluster);
    client.exchange({ stdin: "echo hello\n" });
    expect(client.stdout).toBe("hello\n");
    expect(logOf(cluster)).toBe("hello\n");
  });

  it("ends when the container ends, whose input ends with the first client if it says so", () => {
    const cluster = runningPod({ image: "busybox", command: ["sh"], stdin: true, stdinOnce: true });
    const client = Client.attach(cluster);
    client.exchange({ stdin: "exit 4\n" });
    expect(client.exitCode).toBe(0);
  });
});

describe("a container that has ended", () => {
  it("is not found, in the words of the kubelet's two handlers", () => {
    const cluster = clusterWith({}, podWith("p", { image: "busybox", command: ["true"] }, { restartPolicy: "Never" }));
    cluster.advance(10_000);
    expect(() => Client.exec(cluster, ["sh"])).toThrow('container not found ("c")');
    expect(() => Client.attach(cluster)).toThrow("container c not found in pod p_default");
  });
});
