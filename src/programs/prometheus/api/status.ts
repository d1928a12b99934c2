/** `/status/…`: version, flags, configuration and size of the server. */
import { configText, flagsOf, VERSION } from "../settings.ts";
import { openView, sinceOf } from "../view.ts";
import type { Endpoint } from "./endpoint.ts";

export const buildInfo: Endpoint = {
  path: /^\/status\/buildinfo$/,
  methods: ["GET"],
  answer: () => ({
    version: VERSION,
    revision: "d1b56d5fb1ad4b6cf8b14cd6a8b8ce4ab2f71d4d",
    branch: "HEAD",
    buildUser: "root@buildkitsandbox",
    buildDate: "20251217-08:53:44",
    goVersion: "go1.25.5",
  }),
};

export const statusConfig: Endpoint = {
  path: /^\/status\/config$/,
  methods: ["GET"],
  answer: ({ process }) => ({ yaml: configText(process) }),
};

export const statusFlags: Endpoint = {
  path: /^\/status\/flags$/,
  methods: ["GET"],
  answer({ process }) {
    const { configFile, storage, port, hasLifecycle } = flagsOf(process);
    return {
      "config.file": configFile,
      "storage.tsdb.path": storage,
      "web.enable-lifecycle": String(hasLifecycle),
      "web.listen-address": `0.0.0.0:${port}`,
    };
  },
};

export const runtimeInfo: Endpoint = {
  path: /^\/status\/runtimeinfo$/,
  methods: ["GET"],
  answer: ({ process }) => ({
    startTime: new Date(sinceOf(process).startedMs).toISOString(),
    CWD: process.cwd,
    reloadConfigSuccess: process.state["reloadFailed"] !== true,
    lastConfigTime: new Date(Number(process.state["loadedMs"] ?? process.nowMs)).toISOString(),
    corruptionCount: 0,
    goroutineCount: 40,
    GOMAXPROCS: process.host.cpus,
    GOGC: "75",
    GODEBUG: "",
    storageRetention: "15d",
  }),
};

export const databaseStatus: Endpoint = {
  path: /^\/status\/tsdb$/,
  methods: ["GET"],
  answer({ process }) {
    const { database } = openView(process, []);
    const counts = new Map<string, number>();
    for (const { labels } of database.series) {
      const name = labels["__name__"] ?? "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10);
    return {
      headStats: { numSeries: database.size, numLabelPairs: counts.size, chunkCount: database.size },
      seriesCountByMetricName: top.map(([name, value]) => ({ name, value })),
    };
  },
};
