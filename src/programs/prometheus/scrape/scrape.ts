/** Requests to targets. Source: github.com/prometheus/prometheus scrape/scrape.go */
import { textOfBytes } from "../../../lib/bytes.ts";
import { STATUS_TEXTS } from "../../../lib/http-status.ts";
import type { HttpQuestion, NetworkFailure } from "../../../shell/question.ts";
import { acceptPointsSince, type MetricPage, MetricsSyntaxError, readPage } from "../../base/metrics/page.ts";
import type { HttpResult, Session, Steps } from "../../kubectl/core/session.ts";
import { dialError } from "../../servers/go.ts";
import { contentOf } from "../../servers/server.ts";
import { type Target, urlOf } from "../discovery/discover.ts";

export type ScrapeResult = { target: Target } & ({ page: MetricPage } | { error: string });

/** The pages of the targets with what changed since an instant, ms. */
export function* scrapeAll(session: Session, targets: readonly Target[], sinceMs: number): Steps<ScrapeResult[]> {
  const answers: HttpResult[] = [];
  for (const target of targets) {
    answers.push((yield { type: "http", question: questionOf(session, target, sinceMs) }) as unknown as HttpResult);
  }
  return targets.map((target, i) => resultOf(target, answers[i]!));
}

function questionOf({ process }: Session, target: Target, sinceMs: number): HttpQuestion {
  const { job, scheme, host, port, path } = target;
  const { bearerToken, bearerTokenFile, basicAuth, caFile, serverName, skipsVerification, timeoutMs } = job;
  const token = bearerToken ?? contentOf(process, bearerTokenFile)?.trim();
  const headers: Record<string, string> = {
    host: `${host}:${port}`,
    "user-agent": "Prometheus/3.8.1",
    accept: acceptPointsSince(sinceMs),
    "x-prometheus-scrape-timeout-seconds": String(timeoutMs / 1000),
    ...(token && { authorization: `Bearer ${token}` }),
    ...(basicAuth && { authorization: `Basic ${btoa(`${basicAuth.username}:${basicAuth.password}`)}` }),
  };
  const trusts =
    scheme === "https" && !skipsVerification ? { trusts: textOfBytes(contentOf(process, caFile) ?? "") } : {};
  const named = serverName === undefined ? {} : { serverName };
  return {
    type: "http",
    scheme: scheme === "https" ? "https" : "http",
    host,
    port,
    method: "GET",
    path,
    headers,
    body: "",
    timeoutMs,
    ...trusts,
    ...named,
  };
}

function resultOf(target: Target, result: HttpResult): ScrapeResult {
  if (result.type === "failed") return { target, error: failureText(target, result.why as NetworkFailure) };
  if (result.status !== 200) {
    return {
      target,
      error: `server returned HTTP status ${result.status} ${STATUS_TEXTS[result.status] ?? ""}`.trim(),
    };
  }
  try {
    return { target, page: readPage(result.body, result.headers["content-type"] ?? "") };
  } catch (error) {
    if (error instanceof MetricsSyntaxError) return { target, error: error.message };
    throw error;
  }
}

function failureText(target: Target, why: NetworkFailure): string {
  const { host, port } = target;
  const reason = why === "timeout" ? "context deadline exceeded" : dialError(why, host, port);
  return `Get ${JSON.stringify(urlOf(target))}: ${reason}`;
}

/** The size of a page in steps of the process that reads it. */
export function stepsOf(results: readonly ScrapeResult[]): number {
  let series = 0;
  for (const result of results) {
    if ("page" in result) for (const family of result.page.families) series += family.series.length;
  }
  return Math.ceil(series / 4);
}
