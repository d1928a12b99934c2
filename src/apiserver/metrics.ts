/**
 * `/metrics` of a cluster's control plane in Prometheus' text format: figures that follow from the cluster's state, and
 * counts of this isolate's responses. Figures of a process (memory, queues, latencies) are missing, because there is no
 * process.
 */
import type { RequestTransaction } from "../cluster/transaction.ts";
import { apiServiceKind } from "../kinds/apiregistration/api-service.ts";
import { resourceId } from "../kinds/kind.ts";
import { requestCountsNeeded } from "./needs.ts";
import type { ApiOutcome, Provided, RequestCount } from "./request.ts";
import { HEALTH_CHECKS, VERSION } from "./server-info.ts";

interface Family {
  name: string;
  help: string;
  type: "gauge" | "counter";
  samples: readonly Sample[];
}

interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** The answer to `/metrics`. Throws `Needed` until the counts of requests are provided. */
export function metricsOutcome(tx: RequestTransaction, provided: Provided): ApiOutcome {
  const counts = requestCountsNeeded(provided);
  return textOutcome([availability(tx), ...storage(tx), requests(counts), build()]);
}

/** `/metrics/slis`: the health of the components as service level indicators. */
export function serviceLevelOutcome(): ApiOutcome {
  const samples = Object.entries(HEALTH_CHECKS).flatMap(([type, checks]) =>
    checks.map((name) => ({ labels: { name, type }, value: 1 })),
  );
  const help = "[STABLE] This metric records the result of a single healthcheck.";
  return textOutcome([{ name: "kubernetes_healthcheck", help, type: "gauge", samples }]);
}

function availability(tx: RequestTransaction): Family {
  const samples = tx.list(apiServiceKind).map(({ metadata, status }) => {
    const available = (status?.conditions ?? []).find(({ type }) => type === "Available");
    return { labels: { name: metadata.name ?? "" }, value: available?.status === "True" ? 0 : 1 };
  });
  const help = "[ALPHA] Gauge of APIServices which are marked as unavailable broken down by APIService name.";
  return { name: "aggregator_unavailable_apiservice", help, type: "gauge", samples };
}

function storage(tx: RequestTransaction): Family[] {
  const objects: Sample[] = [];
  const sizes: Sample[] = [];
  for (const kind of tx.kinds.stored) {
    const keys = tx.keys(resourceId(kind));
    const labels = { group: kind.group, resource: kind.plural };
    objects.push({ labels, value: keys.length });
    sizes.push({ labels, value: keys.reduce((sum, key) => sum + (tx.bodyOf(key)?.length ?? 0), 0) });
  }
  return [
    {
      name: "apiserver_resource_objects",
      help: "[ALPHA] Number of stored objects at the time of last check split by kind.",
      type: "gauge",
      samples: objects,
    },
    {
      name: "apiserver_resource_size_estimate_bytes",
      help: "[ALPHA] Estimated size of stored objects in database.",
      type: "gauge",
      samples: sizes,
    },
    {
      name: "apiserver_storage_objects",
      help: "[STABLE] (Deprecated) Number of stored objects at the time of last check split by kind.",
      type: "gauge",
      samples: objects.map(({ labels: { group, resource }, value }) => ({
        labels: { resource: group === "" ? resource! : `${resource}.${group}` },
        value,
      })),
    },
  ];
}

function requests(counts: readonly RequestCount[]): Family {
  return {
    name: "apiserver_request_total",
    help:
      "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, " +
      "component, and HTTP response code.",
    type: "counter",
    samples: counts.map(({ labels, value }) => ({ labels, value })),
  };
}

function build(): Family {
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = VERSION;
  const labels = {
    build_date: buildDate,
    compiler,
    git_commit: gitCommit,
    git_tree_state: gitTreeState,
    git_version: gitVersion,
    go_version: goVersion,
    major,
    minor,
    platform,
  };
  const help =
    "[BETA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build " +
    "date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.";
  return { name: "kubernetes_build_info", help, type: "gauge", samples: [{ labels, value: 1 }] };
}

function textOutcome(families: readonly Family[]): ApiOutcome {
  const lines = families
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
    ]);
  const headers = {
    "content-type": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
    "cache-control": "no-cache, private",
  };
  return { type: "response", response: { status: 200, headers, body: `${lines.join("\n")}\n` } };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${texts.join(",")}}`;
}
