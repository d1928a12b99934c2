/**
 * `node bench/programs.ts [text…]`: the CPU time of a unit of work (src/lib/work.ts) of containers that run without an
 * end, by script, and the longest run without a pause. The prices of a program's steps are right if a unit takes at most
 * two microseconds. Durations depend on the machine.
 */
import type { ClusterTransaction } from "../src/cluster/cluster-transaction.ts";
import { allControllers } from "../src/control-plane/controllers.ts";
import type { Requeue } from "../src/controllers/controller.ts";
import { podKind } from "../src/kinds/core/pod.ts";
import { type Parts, WORK } from "../src/lib/work.ts";
import { podWith } from "../test/kubelet/clusters.ts";
import { TestCluster } from "../test/support/cluster.ts";

/** Long enough for a large image to be pulled. */
const ADVANCE_MS = 20_000;

interface Script {
  image: string;
  text: string;
}

const BUSYBOX: readonly string[] = [
  ":(){ :|:& };:",
  "yes",
  "while :; do :; done",
  "cat /dev/zero",
  "cat /dev/urandom | base64",
  "f() { f; }; f",
  "x=a; while :; do x=$x$x; done",
  "tail /dev/zero",
  "dd if=/dev/zero of=/tmp/a bs=1M count=10000",
  "seq 1 999999999",
  "while true; do date >> /tmp/log; done",
  "find / -exec cat {} \\;",
  "while true; do sh -c 'sleep 0.001' & done",
  "yes | awk '{s=s $0}'",
  "while true; do grep -r x /; done",
  "while true; do echo $RANDOM | md5sum; done",
  "while true; do find / -name '*.conf'; done",
  "while true; do ls -lR /; done",
  "while true; do cat /proc/*/status /proc/meminfo; done",
  "while true; do ps; done",
  "while true; do tar cf /tmp/a.tar /etc; gzip -f /tmp/a.tar; done",
  "seq 1 100000 > /tmp/n; while true; do sort -rn /tmp/n; done",
  "seq 1 100000 > /tmp/n; while true; do sed 's/1/2/g' /tmp/n; done",
  "seq 1 100000 > /tmp/n; while true; do grep -c 9 /tmp/n; wc /tmp/n; done",
  "seq 1 100000 > /tmp/n; while true; do awk '{s+=$1} END {print s}' /tmp/n; done",
  "seq 1 100000 > /tmp/n; while true; do cut -c1-3 /tmp/n | uniq -c | tr 1 2 > /tmp/o; done",
  "while true; do dd if=/dev/urandom bs=64k count=16 of=/tmp/r; sha256sum /tmp/r; rm /tmp/r; done",
  "mkdir /tmp/d; while true; do touch /tmp/d/$((i=i+1)); done",
  "while true; do nslookup kubernetes; done",
  "while true; do wget -qO- http://kubernetes; done",
  "while true; do nc -z -w 1 10.96.0.1 443; done",
  "while true; do echo '2^2000' | bc; done",
  "while true; do df; mount; du /; stat /etc; done",
];

const OTHERS: readonly Script[] = [
  { image: "python:3.12", text: "python3 -c 'while True: pass'" },
  { image: "python:3.12", text: "python3 -c 'while True: x = [i * i for i in range(10000)]'" },
  { image: "python:3.12", text: "python3 -c 'while True: print(\"x\" * 1000)'" },
  { image: "python:3.12", text: "python3 -c 'import json\nwhile True: json.loads(json.dumps([1] * 10000))'" },
  { image: "node:22", text: "node -e 'for(;;);'" },
  { image: "node:22", text: "node -e 'for(;;) [...Array(10000).keys()].map(x => x * x)'" },
  { image: "node:22", text: "node -e 'for(;;) console.log(\"x\".repeat(1000))'" },
  { image: "node:22", text: "node -e 'for(;;) JSON.parse(JSON.stringify(Array(10000).fill(1)))'" },
  { image: "debian:12", text: "while true; do for i in {1..1000}; do a[$i]=$i; done; done" },
  { image: "debian:12", text: "while true; do grep -rE '(a|b)+c' /etc /usr; done" },
  { image: "alpine/openssl", text: "while true; do openssl genrsa 2048; done" },
  { image: "alpine/k8s:1.31.0", text: "while true; do kubectl get --raw /version; done" },
  { image: "alpine/k8s:1.31.0", text: "while true; do seq 1 1000 | jq -s add; done" },
];

const scripts: readonly Script[] = [...BUSYBOX.map((text) => ({ image: "busybox", text })), ...OTHERS];

interface Sum {
  ms: number;
  work: number;
  /** Of one part of a reconcile. */
  longestMs: number;
}

function measure({ image, text }: Script): Sum {
  const sum: Sum = { ms: 0, work: 0, longestMs: 0 };
  const controllers = allControllers.map((controller): typeof controller =>
    controller.name !== "kubelet"
      ? controller
      : {
          ...controller,
          reconcile: (tx, key, nowMs) => timed(tx as ClusterTransaction, controller.reconcile(tx, key, nowMs), sum),
        },
  );
  const cluster = new TestCluster({ controllers, settings: { nodes: [{}] } });
  const container = { image, command: ["sh", "-c", text] };
  cluster.create(podKind, podWith("a", container, { automountServiceAccountToken: false }));
  cluster.advance(ADVANCE_MS);
  return sum;
}

function* timed(
  { writeSet }: ClusterTransaction,
  run: ReturnType<(typeof allControllers)[0]["reconcile"]>,
  sum: Sum,
): Parts<Requeue> {
  if (typeof run !== "object") return run;
  for (;;) {
    const workBefore = writeSet.work;
    const startMs = cpuMs();
    const part = run.next();
    const tookMs = cpuMs() - startMs;
    sum.ms += tookMs;
    sum.longestMs = Math.max(sum.longestMs, tookMs);
    sum.work += writeSet.work - workBefore + (part.done ? WORK.reconcile : 0);
    if (part.done) return part.value;
    yield;
  }
}

/** CPU time of this process, ms: it depends less than the time of day on the machine's other load. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const words = process.argv.slice(2);
for (const script of scripts) {
  if (words.length > 0 && !words.some((word) => script.text.includes(word))) continue;
  const { ms, work, longestMs } = measure(script);
  const perUnit = ((1000 * ms) / work).toFixed(2);
  console.log(
    `${perUnit} µs for a unit of work, ${ms.toFixed(0)} ms, longest ${longestMs.toFixed(0)} ms: ${script.text}`,
  );
}
