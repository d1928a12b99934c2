/**
 * The state of a Prometheus server at the instant of a request: the stored series, and what its targets would have been
 * scraped since the last round. It is dropped after the answer, so a query changes no byte of the database.
 */
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { drive, type Session, type Steps } from "../kubectl/core/session.ts";
import { type Discovery, discover, type Target } from "./discovery/discover.ts";
import { matcherTest } from "./promql/matchers.ts";
import type { Matcher } from "./promql/syntax.ts";
import { RuledSource } from "./rules/rules.ts";
import { Ingestion } from "./scrape/ingest.ts";
import { type ScrapeResult, scrapeAll, stepsOf } from "./scrape/scrape.ts";
import { flagsOf, type Loaded, loadedOf } from "./settings.ts";
import type { Database } from "./storage/database.ts";
import { readDatabase } from "./storage/files.ts";

export interface View extends Loaded {
  database: Database;
  source: RuledSource;
  discovery: Discovery;
  results: readonly ScrapeResult[];
}

/** The instants at which the server began, and at which it last scraped its targets, ms. */
export function sinceOf({ state, nowMs }: ProcessView): { startedMs: number; lastMs: number } {
  const startedMs = Number(state["startedMs"] ?? nowMs);
  return { startedMs, lastMs: Number(state["lastRoundMs"] ?? startedMs) };
}

/** `reads`: matchers of the series that the request reads; absent: all targets are scraped. */
export function openView(process: ProcessView, reads?: readonly (readonly Matcher[])[]): View {
  const { startedMs, lastMs } = sinceOf(process);
  const loaded = loadedOf(process);
  const database = readDatabase(process, flagsOf(process).storage);
  const source = new RuledSource(database, loaded.groups, startedMs);
  const wanted = reads?.flatMap((matchers) => [matchers, ...source.read(matchers)]);
  let found: { discovery: Discovery; results: readonly ScrapeResult[] } | undefined;
  function* refresh(session: Session): Steps<number> {
    found = yield* refreshed(session, loaded, (target) => isRead(target, wanted), lastMs);
    return 0;
  }
  // A server that answers gets its own answers at once.
  if (!wanted?.every(isOfScrapes)) drive(process, refresh, {} as JsonObject);
  const { discovery, results } = found ?? {
    discovery: { targets: [], dropped: [], resources: [], problems: [] },
    results: [],
  };
  process.charge(stepsOf(results) + Math.ceil(database.size / 10));
  const ingestion = new Ingestion(database, { nowMs: process.nowMs, lastMs });
  for (const result of results) ingestion.add(result);
  return { ...loaded, database, source, discovery, results };
}

function* refreshed(
  session: Session,
  { config }: Loaded,
  isWanted: (target: Target) => boolean,
  lastMs: number,
): Steps<{ discovery: Discovery; results: ScrapeResult[] }> {
  const discovery = yield* discover(session, config);
  const results = yield* scrapeAll(session, discovery.targets.filter(isWanted), lastMs);
  return { discovery, results };
}

/** Whether only series of the scrapes themselves are read: they change only with a round. */
function isOfScrapes(matchers: readonly Matcher[]): boolean {
  const name = matchers.find((each) => each.name === "__name__" && each.operator === "=")?.value ?? "";
  return /^(up|scrape_\w+)$/.test(name);
}

/** Whether a target may have series that the request reads: by the labels that it gives to all of its series. */
function isRead({ labels, job }: Target, reads: readonly (readonly Matcher[])[] | undefined): boolean {
  if (!reads) return true;
  return reads.some((matchers) => {
    if (isOfScrapes(matchers)) return false;
    if (job.honorLabels || job.metricRelabelRules.length > 0) return true;
    return matcherTest(matchers.filter((each) => each.name in labels))(labels);
  });
}
