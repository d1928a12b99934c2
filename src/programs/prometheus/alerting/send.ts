/**
 * Alertmanagers of the configuration. Alerts are computed when they are read, so a round only tells each Alertmanager
 * that this server is there, and where it can ask for the alerts.
 * Source: github.com/prometheus/prometheus notifier/manager.go, rules/alerting.go
 */

import type { ProcessView } from "../../../shell/program.ts";
import type { HttpQuestion } from "../../../shell/question.ts";
import type { Session, Steps } from "../../kubectl/core/session.ts";
import { contentOf } from "../../servers/server.ts";
import { relabel } from "../config/relabel.ts";
import type { RuleGroup } from "../config/rule-files.ts";
import { type Target, urlOf } from "../discovery/discover.ts";
import { viewOfRules } from "../rules/view.ts";
import { flagsOf, loadedOf } from "../settings.ts";
import { SENDER_HEADER, type SentAlert } from "./sent-alert.ts";

/** An alert that is not sent again ends after four times this interval. */
const RESEND_MS = 60_000;

/** Tells the Alertmanagers about this server. Returns the addresses that answered. */
export function* register(session: Session, targets: readonly Target[]): Steps<string[]> {
  const reached: string[] = [];
  for (const target of targets) {
    const answer = yield { type: "http", question: registration(session.process, target) };
    if (isDone(answer)) reached.push(urlOf(target));
  }
  return reached;
}

function isDone(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "status" in answer && answer.status === 200;
}

function registration(process: ProcessView, { job, scheme, host, port, path }: Target): HttpQuestion {
  const { port: own, prefix } = flagsOf(process);
  const { bearerToken, bearerTokenFile, basicAuth } = job;
  const token = bearerToken ?? contentOf(process, bearerTokenFile)?.trim();
  return {
    ...{ type: "http", scheme: scheme === "https" ? "https" : "http", host, port, method: "POST", path },
    headers: {
      ...{ host: `${host}:${port}`, "content-type": "application/json", "user-agent": "Prometheus/3.8.1" },
      [SENDER_HEADER]: `${own}${prefix}/api/v1/alerts`,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(basicAuth && { authorization: `Basic ${btoa(`${basicAuth.username}:${basicAuth.password}`)}` }),
    },
    body: "[]",
  };
}

/** The firing alerts as an Alertmanager gets them: with external labels, after relabelling. */
export function sentAlerts(process: ProcessView): SentAlert[] {
  const { nowMs } = process;
  const { config } = loadedOf(process);
  const { source, groups } = viewOfRules(process);
  const { externalUrl } = flagsOf(process);
  return groups.flatMap((group) =>
    group.rules.flatMap((rule) => {
      if (rule.type !== "alerting") return [];
      const firing = source.alerts(rule, group, nowMs).filter(({ state }) => state === "firing");
      return firing.flatMap(({ labels, annotations, activeAtMs }): SentAlert[] => {
        const sent = relabel({ ...config.externalLabels, ...labels }, config.alertRelabelRules);
        if (!sent) return [];
        const times = { startsAtMs: activeAtMs + rule.forMs, endsAtMs: nowMs + 4 * resendMs(group) };
        const generatorUrl = `${externalUrl}/graph?g0.expr=${encodeURIComponent(rule.query)}&g0.tab=1`;
        return [{ labels: sent, annotations, ...times, generatorUrl }];
      });
    }),
  );
}

function resendMs({ intervalMs }: RuleGroup): number {
  return Math.max(RESEND_MS, intervalMs);
}
