/** redis-benchmark: it sends a command of each test once and reports the rates of a model. */
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines } from "../log.ts";

/** Tests, their commands and about their rates on a small machine, requests per second. */
const TESTS: readonly { name: string; title: string; command: readonly string[]; rate: number }[] = [
  { name: "ping_inline", title: "PING_INLINE", command: ["PING"], rate: 91_000 },
  { name: "ping_mbulk", title: "PING_MBULK", command: ["PING"], rate: 93_000 },
  { name: "set", title: "SET", command: ["SET", "key:__rand_int__", "xxx"], rate: 88_000 },
  { name: "get", title: "GET", command: ["GET", "key:__rand_int__"], rate: 92_000 },
  { name: "incr", title: "INCR", command: ["INCR", "counter:__rand_int__"], rate: 90_000 },
  { name: "lpush", title: "LPUSH", command: ["LPUSH", "mylist", "xxx"], rate: 87_000 },
  { name: "rpush", title: "RPUSH", command: ["RPUSH", "mylist", "xxx"], rate: 87_000 },
  { name: "lpop", title: "LPOP", command: ["LPOP", "mylist"], rate: 88_000 },
  { name: "rpop", title: "RPOP", command: ["RPOP", "mylist"], rate: 88_000 },
  { name: "sadd", title: "SADD", command: ["SADD", "myset", "element:__rand_int__"], rate: 89_000 },
  { name: "hset", title: "HSET", command: ["HSET", "myhash", "element:__rand_int__", "xxx"], rate: 86_000 },
  { name: "spop", title: "SPOP", command: ["SPOP", "myset"], rate: 91_000 },
  { name: "zadd", title: "ZADD", command: ["ZADD", "myzset", "0", "element:__rand_int__"], rate: 87_000 },
  { name: "zpopmin", title: "ZPOPMIN", command: ["ZPOPMIN", "myzset"], rate: 91_000 },
  { name: "mset", title: "MSET (10 keys)", command: ["MSET", "key:__rand_int__", "xxx"], rate: 62_000 },
];

interface Options {
  host: string;
  port: number;
  password: string | undefined;
  requests: number;
  clients: number;
  tests: readonly string[];
  isQuiet: boolean;
}

function optionsOf({ argv }: ProcessView): Options {
  const value = (flag: string) => (argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined);
  return {
    host: value("-h") ?? "127.0.0.1",
    port: Number(value("-p") ?? 6379),
    password: value("-a"),
    requests: Number(value("-n") ?? 100_000),
    clients: Number(value("-c") ?? 50),
    tests: (value("-t") ?? "").toLowerCase().split(",").filter(Boolean),
    isQuiet: argv.includes("-q"),
  };
}

export const redisBenchmark: Program = {
  run(process): Step {
    const options = optionsOf(process);
    const { state, nowMs } = process;
    const isChosen = (name: string) =>
      options.tests.length === 0 ||
      options.tests.some((each) => name === each || name === `${each}_inline` || name === `${each}_mbulk`);
    const chosen = TESTS.filter(({ name }) => isChosen(name));
    for (;;) {
      const test = chosen[Number(state["at"] ?? 0)];
      if (!test) return { type: "exit", status: 0 };
      const doneMs = state["doneAtMs"];
      if (typeof doneMs === "number") {
        if (nowMs < doneMs) return { type: "wait", for: [{ type: "time", atMs: doneMs }] };
        report(process, options, test.title, Number(state["rate"]));
        delete state["doneAtMs"];
        state["at"] = Number(state["at"] ?? 0) + 1;
        continue;
      }
      const { host, port, password, requests } = options;
      const body = { args: [...test.command], db: 0, ...(password !== undefined && { password }) };
      const answer = process.ask({ type: "message", host, port, protocol: "redis", body, timeoutMs: 5000 });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      if (answer.type !== "message") {
        printLines(process, 2, [`Could not connect to Redis at ${host}:${port}: Connection refused`]);
        return { type: "exit", status: 1 };
      }
      const rate = test.rate + (process.random() % 4000);
      state["rate"] = rate;
      state["doneAtMs"] = nowMs + Math.round((requests / rate) * 1000);
    }
  },
};

function report(process: ProcessView, { requests, clients, isQuiet }: Options, title: string, rate: number): void {
  const seconds = requests / rate;
  if (isQuiet) {
    printLines(process, 1, [`${title}: ${rate.toFixed(2)} requests per second, p50=0.${250 + (rate % 90)} msec`]);
    return;
  }
  printLines(process, 1, [
    `====== ${title} ======`,
    `  ${requests} requests completed in ${seconds.toFixed(2)} seconds`,
    `  ${clients} parallel clients`,
    "  3 bytes payload",
    "  keep alive: 1",
    '  host configuration "save": 3600 1 300 100 60 10000',
    '  host configuration "appendonly": no',
    "  multi-thread: no",
    "",
    "Summary:",
    `  throughput summary: ${rate.toFixed(2)} requests per second`,
    "  latency summary (msec):",
    "          avg       min       p50       p95       p99       max",
    "        0.291     0.104     0.279     0.431     0.575     1.207",
    "",
  ]);
}
