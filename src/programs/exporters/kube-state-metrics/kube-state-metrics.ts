/**
 * kube-state-metrics: metrics computed from the objects of the API at each request.
 * Source: github.com/kubernetes/kube-state-metrics pkg/app/server.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { goProcessFamilies } from "../../base/metrics/go-process.ts";
import { type MetricPage, metricsAnswer } from "../../base/metrics/page.ts";
import { Client } from "../../kubectl/core/client.ts";
import { objectsIn } from "../../kubectl/core/parts.ts";
import { drive, Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { podTarget } from "../../operators/pod-target.ts";
import { splitPath, text } from "../../servers/http.ts";
import { klog, printLines } from "../../servers/log.ts";
import { flagOf, portOf, server } from "../../servers/server.ts";
import { htmlPage } from "../../servers/service.ts";
import { RESOURCES } from "./registry.ts";
import { Families, type ResourceMetrics } from "./resource.ts";

const MEMORY_BYTES = 30_000_000;

const portsOf = ({ argv }: ProcessView) => ({
  metrics: portOf(flagOf(argv, "port"), 8080),
  telemetry: portOf(flagOf(argv, "telemetry-port"), 8081),
});

export const kubeStateMetrics = server({
  ports: (process) => Object.values(portsOf(process)),
  startMs: 400,
  memoryBytes: () => MEMORY_BYTES,
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
  },
  ready: (process) => {
    const { metrics, telemetry } = portsOf(process);
    return [
      klog(process, "wrapper.go:120", '"Starting kube-state-metrics"'),
      klog(process, "server.go:281", `"Started metrics server" metricsServerAddress="[::]:${metrics}"`),
      klog(
        process,
        "server.go:270",
        `"Started kube-state-metrics self metrics server" telemetryAddress="[::]:${telemetry}"`,
      ),
    ];
  },
  http(process, request) {
    const { path } = splitPath(request.path);
    if (/^\/(healthz|livez|readyz)$/.test(path)) return text(200, "OK");
    if (path !== "/metrics") return htmlPage("Kube Metrics Server")(process, request);
    const isTelemetry = request.port === portsOf(process).telemetry;
    return answered(process, isTelemetry ? ownPage(process) : statePage(process), request.headers);
  },
});

function answered(process: ProcessView, page: MetricPage, headers: Readonly<Record<string, string>>): ServedAnswer {
  return metricsAnswer(page, headers, process.nowMs);
}

function ownPage(process: ProcessView): MetricPage {
  const startedMs = Number(process.state["startedMs"]);
  const facts = { startedMs, memoryBytes: MEMORY_BYTES, cpus: 0.002, goVersion: "go1.25.5" };
  return { families: goProcessFamilies(process, facts), changesWith: [] };
}

/** The resources that the flags ask for. */
function selected({ argv }: ProcessView): readonly ResourceMetrics[] {
  const names = flagOf(argv, "resources")?.split(",");
  return names ? RESOURCES.filter(({ name }) => names.includes(name)) : RESOURCES;
}

function statePage(process: ProcessView): MetricPage {
  const families = new Families();
  const resources = selected(process);
  const refused: string[] = [];
  drive(process, (session) => collectAll(session, resources, families, refused), {} as JsonObject);
  process.charge(families.list.reduce((sum, { series }) => sum + series.length, 0) / 10);
  logRefusals(process, refused);
  return { families: families.list, changesWith: resources.map(({ resource }) => resource) };
}

function* collectAll(
  session: Session,
  resources: readonly ResourceMetrics[],
  families: Families,
  refused: string[],
): Steps<number> {
  const target = podTarget(session, "kube-state-metrics/v2.17.0");
  if (!target) return 1;
  const client = new Client(target, () => {});
  const namespaces = flagOf(session.process.argv, "namespaces")?.split(",");
  for (const { path, name, collect } of resources) {
    for (const namespace of namespaces ?? [""]) {
      const isOfCluster = /\/(nodes|namespaces|persistentvolumes)$/.test(path);
      const within = namespace === "" || isOfCluster ? path : path.replace(/\/(\w+)$/, `/namespaces/${namespace}/$1`);
      try {
        const list = yield* client.json(within);
        for (const object of objectsIn(list["items"])) collect(object, families);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        refused.push(
          `failed to list ${name}: ${"statusMessage" in error ? String(error.statusMessage) : error.message}`,
        );
      }
    }
  }
  return 0;
}

/** A refusal is told once. */
function logRefusals(process: ProcessView, refused: readonly string[]): void {
  const { state } = process;
  const told = Array.isArray(state["told"]) ? state["told"].map(String) : [];
  const fresh = refused.filter((each) => !told.includes(each));
  if (fresh.length === 0) return;
  state["told"] = [...told, ...fresh];
  printLines(
    process,
    2,
    fresh.map((each) => klog(process, "reflector.go:205", JSON.stringify(each), "E")),
  );
}
