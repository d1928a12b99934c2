/**
 * Rounds of scrapes. A change of an object that the targets or their metrics depend on leads to a round at once, so that
 * pods which are being deleted still tell what they counted, and to another one at the next scrape instant. Between two
 * rounds the targets are the same, and their pages tell when their counters changed. While counters move there is a round
 * now and then. So nothing is due in a cluster in which nothing happens.
 */
import { FileError } from "../../files/errors.ts";
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { MOVING_COUNTERS } from "../../shell/counters.ts";
import type { ProcessView, Wait } from "../../shell/program.ts";
import { objectIn } from "../kubectl/core/parts.ts";
import { drive, type Session, type Steps } from "../kubectl/core/session.ts";
import { pathError } from "../servers/go.ts";
import { printLines, slogLine } from "../servers/log.ts";
import { register } from "./alerting/send.ts";
import { discover, readDiscovery, storedDiscovery } from "./discovery/discover.ts";
import { Ingestion } from "./scrape/ingest.ts";
import { type ScrapeResult, scrapeAll, stepsOf } from "./scrape/scrape.ts";
import { flagsOf, loadedOf } from "./settings.ts";
import { appendEntries, type Entry, readDatabase } from "./storage/files.ts";
import { sinceOf } from "./view.ts";

/** Rounds are at least so far apart. */
const MIN_PERIOD_MS = 5_000;
/** Rounds that repeat the scrape of a target that does not answer. After them only a change leads to another one. */
const MAX_RETRIES = 4;
/** From a round in which counters had moved until the next one. */
const MOVING_MS = 60_000;
/** From a change until its late effects show: kubelets measure a container for 15 to 30 seconds first. */
const LATE_EFFECT_MS = 45_000;

/** Runs a round if one is due, and returns what the server waits for then. */
export function advanceRounds(process: ProcessView): Wait[] {
  const { state } = process;
  for (;;) {
    const isRunning = isJsonObject(state["round"]);
    const plannedMs = Number(state["roundAtMs"] ?? Number.POSITIVE_INFINITY);
    if (!isRunning && process.nowMs < plannedMs) {
      // It was woken by a change, unless it waits for the scrape instant that follows one.
      if (state["isSettling"] !== true) beginSettling(process);
      const atMs = Number(state["roundAtMs"]);
      if (process.nowMs < atMs) return [{ type: "time", atMs }];
    }
    const kept: JsonObject = isJsonObject(state["round"]) ? state["round"] : {};
    state["round"] = kept;
    const outcome = drive(process, round, kept);
    if (outcome.type === "wait") return [...outcome.for];
    delete state["round"];
    if (state["isSettling"] === true) continue;
    const waits: Wait[] = [{ type: "objects", resources: resourcesOf(state) }];
    if (typeof state["roundAtMs"] === "number") waits.push({ type: "time", atMs: state["roundAtMs"] });
    return waits;
  }
}

/** After a change: a round at once if the last one is long ago, and the next one at a scrape instant. */
function beginSettling(process: ProcessView): void {
  const { state, nowMs } = process;
  const { lastRoundMs } = state;
  state["retries"] = 0;
  state["isSettling"] = true;
  state["isFollowed"] = true;
  const isLate = typeof lastRoundMs === "number" && nowMs - lastRoundMs >= periodOf(process);
  state["roundAtMs"] = isLate ? nowMs : nextRoundMs(process);
}

function resourcesOf(state: JsonObject): readonly string[] {
  const { resources } = state;
  return Array.isArray(resources) ? resources.map(String) : ["core/pods", MOVING_COUNTERS];
}

function periodOf(process: ProcessView): number {
  const { config } = loadedOf(process);
  const shortest = Math.min(config.scrapeIntervalMs, ...config.scrapeConfigs.map(({ intervalMs }) => intervalMs));
  return Math.max(MIN_PERIOD_MS, shortest);
}

/** The next instant at which targets are scraped, at least `afterMs` from now. */
function nextRoundMs(process: ProcessView, afterMs = 0): number {
  const periodMs = periodOf(process);
  return (Math.floor((process.nowMs + afterMs) / periodMs) + 1) * periodMs;
}

function* round(session: Session): Steps<number> {
  const { process } = session;
  const { state } = process;
  const nowMs = Number(state["roundAtMs"]);
  const { lastMs } = sinceOf(process);
  const { config } = loadedOf(process);
  // A run is repeated after each answer, so the lists of objects are read only once.
  if (session.resume === undefined) {
    const targets = storedDiscovery(yield* discover(session, config));
    const servers = storedDiscovery(yield* discover(session, { scrapeConfigs: config.alertmanagers }));
    yield { type: "restart", state: { targets, servers } };
  }
  const { targets, servers } = objectIn(session.resume);
  const discovery = readDiscovery(targets, config);
  const alertmanagers = readDiscovery(servers, { scrapeConfigs: config.alertmanagers });
  const reached = yield* register(session, alertmanagers.targets);
  const results = yield* scrapeAll(session, discovery.targets, lastMs);
  session.once(() => {
    process.charge(stepsOf(results));
    logProblems(process, discovery.problems);
    store(process, results, { nowMs, lastMs });
    state["lastRoundMs"] = nowMs;
    state["alertmanagers"] = reached;
    const discovered = [...discovery.resources, ...alertmanagers.resources];
    state["resources"] = [...new Set([...discovered, ...resourcesOfPages(results), MOVING_COUNTERS])].sort();
    planNext(process, {
      atMs: nowMs,
      hasFailed: results.some((result) => "error" in result),
      hasMoved: hasMoved(results, lastMs),
    });
  });
  return 0;
}

/** A round that followed a change at once is followed by one at a scrape instant. */
function planNext(
  process: ProcessView,
  { atMs, hasFailed, hasMoved: isMoving }: { atMs: number; hasFailed: boolean; hasMoved: boolean },
): void {
  const { state } = process;
  delete state["roundAtMs"];
  if (atMs % periodOf(process) !== 0) {
    state["roundAtMs"] = nextRoundMs(process);
    return;
  }
  const retries = Number(state["retries"] ?? 0);
  const isRetried = hasFailed && retries < MAX_RETRIES;
  state["retries"] = retries + 1;
  state["isSettling"] = isRetried;
  if (isRetried) state["roundAtMs"] = nextRoundMs(process);
  else if (state["isFollowed"] === true) {
    delete state["isFollowed"];
    state["roundAtMs"] = nextRoundMs(process, LATE_EFFECT_MS);
  } else if (isMoving) state["roundAtMs"] = nextRoundMs(process, MOVING_MS - periodOf(process));
}

/** Whether counters changed since the last round, as far as their pages tell. */
function hasMoved(results: readonly ScrapeResult[], lastMs: number): boolean {
  return results.some(
    (result) =>
      "page" in result &&
      result.page.families.some(
        ({ type, series }) =>
          (type === "counter" || type === "histogram") &&
          series.some(({ points }) => (points.at(-1)?.[0] ?? 0) > lastMs),
      ),
  );
}

function resourcesOfPages(results: readonly ScrapeResult[]): string[] {
  return results.flatMap((result) => ("page" in result ? (result.page.changesWith ?? []) : []));
}

function store(process: ProcessView, results: readonly ScrapeResult[], round: { nowMs: number; lastMs: number }): void {
  const { storage } = flagsOf(process);
  const database = readDatabase(process, storage);
  const ingestion = new Ingestion(database, round);
  ingestion.endOthers(results.map(({ target }) => target));
  for (const result of results) ingestion.add(result);
  if (ingestion.refused > 0) {
    const dropped = String(ingestion.refused);
    const line = slogLine(process.nowMs, "WARN", "scrape.go:1812", "Error on ingesting samples: too many series", {
      num_dropped: dropped,
    });
    printLines(process, 2, [line]);
  }
  writeEntries(process, ingestion.entries, database);
}

/** Appends to the database's files; a full disk is told in the log, as samples are lost then. */
export function writeEntries(
  process: ProcessView,
  entries: readonly Entry[],
  database = readDatabase(process, flagsOf(process).storage),
): void {
  try {
    appendEntries(process, flagsOf(process).storage, { entries, database });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const err = `write to WAL: log samples: ${pathError("write", error)}`;
    printLines(process, 2, [slogLine(process.nowMs, "ERROR", "scrape.go:1405", "Scrape commit failed", { err })]);
  }
}

/** A problem is told once, until another one is there. */
function logProblems(process: ProcessView, problems: readonly string[]): void {
  const { state } = process;
  const told = Array.isArray(state["told"]) ? state["told"].map(String) : [];
  const fresh = problems.filter((each) => !told.includes(each));
  printLines(
    process,
    2,
    fresh.map((err) =>
      slogLine(process.nowMs, "ERROR", "reflector.go:205", "Failed to watch", {
        component: "k8s_client_runtime",
        logger: "UnhandledError",
        err: err.replace(/^Failed to watch: /, ""),
      }),
    ),
  );
  if (problems.length > 0) state["told"] = [...problems];
  else delete state["told"];
}
