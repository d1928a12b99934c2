/** Loops that sleep for weeks: rounds that are computed give the bytes of rounds that were run. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { MAX_STEPS_PER_LOOK } from "../../src/lib/container-limits.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

type Cluster = ReturnType<typeof clusterWith>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

function looping(script: string, image = "busybox"): Cluster {
  const cluster = clusterWith({}, podWith("p", { image, command: [image === "debian" ? "bash" : "sh", "-c", script] }));
  cluster.advance(30 * SECOND);
  return cluster;
}

/** Reads the log, which brings the processes to the present, and stores them. */
function look(cluster: Cluster): string {
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  const options = { previous: false, timestamps: true };
  return cluster.write((tx) => {
    const { text } = containerAccess.readLog(tx, target, options);
    const streams = { stdin: false, stdout: true, stderr: true, tty: false };
    containerAccess.closeSession(tx, target, containerAccess.attach(tx, target, streams));
    return text;
  });
}

/** Rows of processes, logs and layers. Pieces of files are numbered by the commits that wrote them. */
function stored(cluster: Cluster): string[] {
  const rows = [...cluster.snapshot.entries()].filter(({ key }) => key.startsWith("sandbar/"));
  const isPiece = (key: string) => /container-layers.*\.\d+$/.test(key);
  const whole = rows.filter(({ key }) => !isPiece(key));
  const pieces = rows.filter(({ key }) => isPiece(key)).map(({ privateStates }) => JSON.stringify(privateStates));
  return [
    ...whole.map(({ key, privateStates }) =>
      `${key} ${JSON.stringify(privateStates)}`.replace(/"pieces":\[.*?\]/g, ""),
    ),
    ...pieces.sort(),
  ];
}

const LOOPS: Record<string, string> = {
  "the time": "while true; do date; sleep 5; done",
  "a counter": "i=0; while true; do echo $i; i=$((i+1)); sleep 1; done",
  "the documentation's counter": 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done',
  "two files": `i=0; while true; do echo "$i: $(date)" >> /var/1.log; echo "$(date) INFO $i" >> /var/2.log;
    i=$((i+1)); sleep 1; done`,
  "a file that is replaced": "while true; do date +%s > /tmp/now; sleep 2; done",
  "a pause in the condition": "while sleep 3; do date -u '+%F %T'; echo err >&2; done",
  "a variable of the round": 'n=9990; while :; do NOW=$(date); echo "at $NOW ($n)"; n=`expr $n + 7`; sleep 7; done',
  "a value of the round before": "while true; do echo $NOW; NOW=$(date +%T); sleep 3; done",
  "a number that falls": "i=1005; until false; do echo $i; i=$((i-1)); sleep 1; done",
  "two counters and printf":
    'a=0; b=98; while true; do printf "%d %s\\n" $a "$b"; a=$((a+3)); b=$((b+1)); sleep 4; done',
  "long lines": `while true; do echo "$(date +%s) ${"x".repeat(9000)}"; sleep 5; done`,
  silence: "while true; do sleep 10; done",
  "an environment": 'while true; do echo "$HOSTNAME" in $PWD && sleep 6; done',
};

describe("a loop that is proven", () => {
  it.each(Object.entries(LOOPS))("%s: computed rounds leave the state of rounds that were run", (_, script) => {
    const [stepped, jumped] = [looping(script), looping(script)];
    for (let i = 0; i < 50; i++) {
      stepped.advance(5 * SECOND);
      look(stepped);
    }
    jumped.advance(250 * SECOND);
    const text = look(jumped);
    expect(text).toBe(look(stepped));
    expect(stored(jumped)).toEqual(stored(stepped));
  });

  it.each(Object.entries(LOOPS))("%s: is never due, and a month takes few steps", (_, script) => {
    const cluster = looping(script);
    const { commits } = cluster;
    cluster.advance(30 * DAY);
    expect(cluster.nextDueAtMs).toBeNull();
    expect(cluster.commits - commits).toBeLessThan(3);
  });
});

describe("a month of a loop", () => {
  it("shows its newest lines at the first look", () => {
    const cluster = looping('i=0; while true; do echo "$i $(date +%s)"; i=$((i+1)); sleep 5; done');
    cluster.advance(30 * DAY);
    const lines = look(cluster).trim().split("\n");
    const [, count, seconds] = lines.at(-1)!.split(" ").map(Number);
    expect(cluster.nowMs - seconds! * SECOND).toBeLessThanOrEqual(5 * SECOND);
    const [, firstCount, firstSeconds] = lines[0]!.split(" ").map(Number);
    expect(seconds! - firstSeconds!).toBe(5 * (count! - firstCount!));
    expect(count!).toBeGreaterThan(518_000);
    expect(containerOf(cluster).restartCount).toBe(0);
  });

  it("fills a file at a bounded pace, each look goes on, and every line is there", () => {
    const cluster = looping("while true; do date +%s >> /f; sleep 5; done");
    cluster.advance(20 * DAY);
    const lags: number[] = [];
    for (let i = 0; i < 4; i++) {
      look(cluster);
      lags.push(lagOf(cluster));
    }
    expect(lags[0]).toBeLessThan(20 * DAY);
    expect(lags.at(-1)).toBeLessThanOrEqual(5 * SECOND);
    const lines = read(cluster, "cat /f").trim().split("\n").map(Number);
    expect(lines.length).toBe(1 + (lines.at(-1)! - lines[0]!) / 5);
    expect(lines.every((second, i) => second === lines[0]! + 5 * i)).toBe(true);
  });
});

describe("a loop that is not proven", () => {
  it("is run in steps: each look and each sync has a bounded number, and the newest lines are seen", () => {
    const script = "i=0; while true; do i=$((i+1)); if [ $((i % 2)) = 0 ]; then date +%s; fi; sleep 5; done";
    const cluster = looping(script);
    const { commits } = cluster;
    cluster.advance(4 * 60 * MINUTE);
    expect(cluster.commits - commits).toBeLessThan(40);
    const before = stepsOf(cluster);
    const last = Number(look(cluster).trim().split("\n").at(-1)!.split(" ")[1]);
    expect(stepsOf(cluster) - before).toBeLessThanOrEqual(MAX_STEPS_PER_LOOK);
    expect(cluster.nowMs - last * SECOND).toBeLessThanOrEqual(MINUTE);
  });
});

function stepsOf(cluster: Cluster): number {
  const run = stored(cluster).find((row) => row.startsWith("sandbar/container-runs"));
  return Number(/"steps":(\d+)/.exec(run ?? "")?.[1]);
}

function lagOf(cluster: Cluster): number {
  const run = stored(cluster).find((row) => row.startsWith("sandbar/container-runs"));
  return cluster.nowMs - Number(/"nowMs":(\d+)/.exec(run ?? "")?.[1]);
}

function read(cluster: Cluster, script: string): string {
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  const options = { command: ["sh", "-c", script], stdin: false, stdout: true, stderr: true, tty: false };
  const id = cluster.write((tx) => containerAccess.exec(tx, target, options));
  let text = "";
  for (let exitCode: number | undefined; exitCode === undefined; ) {
    const output = cluster.write((tx) => containerAccess.exchange(tx, target, id, {}));
    text += output.stdout;
    exitCode = output.exitCode;
  }
  return text;
}
