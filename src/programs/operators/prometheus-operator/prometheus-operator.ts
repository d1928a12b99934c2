/**
 * prometheus-operator: Prometheus and Alertmanager servers for their custom resources, and the configuration that
 * monitors and rules ask for.
 * Source: github.com/prometheus-operator/prometheus-operator cmd/operator/main.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { slogLine } from "../../servers/log.ts";
import { contentOf, flagOf, portOf } from "../../servers/server.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { list } from "../objects.ts";
import { reconcileAlertmanager } from "./alertmanager.ts";
import { reconcileKubelets } from "./kubelets.ts";
import { MONITORS } from "./monitors/registry.ts";
import { reconcilePrometheus } from "./prometheus.ts";
import { GROUP } from "./selection.ts";
import { operatorAnswer } from "./webhooks.ts";

const PLURALS = ["prometheuses", "alertmanagers", "prometheusrules", ...MONITORS.map(({ plural }) => plural)];

export const prometheusOperator = controllerProgram({
  agent: "PrometheusOperator",
  line: (process, level, message) =>
    slogLine(process.nowMs, level === "error" ? "WARN" : "INFO", "operator.go:480", message),
  settleMs: 1000,
  resources: [...PLURALS.map((plural) => `${GROUP}/${plural}`), "apps/statefulsets", "core/namespaces", "core/nodes"],
  server: {
    ports: ({ argv }) => [portOf(flagOf(argv, "web.listen-address"), 8080)],
    startMs: 800,
    memoryBytes: () => 40_000_000,
    begin: (process) => {
      process.state["startedMs"] = process.nowMs;
    },
    ready: (process) =>
      ["Starting Prometheus Operator", "Starting insecure server on [::]:8080", "successfully synced all caches"].map(
        (message) => slogLine(process.nowMs, "INFO", "main.go:220", message),
      ),
    certificate: (process) => contentOf(process, flagOf(process.argv, "web.cert-file")),
    http: operatorAnswer,
  },
  *reconcile(api) {
    yield* reconcileKubelets(api);
    for (const each of yield* objectsOf(api, "Prometheus", "prometheuses")) yield* reconcilePrometheus(api, each);
    for (const each of yield* objectsOf(api, "Alertmanager", "alertmanagers")) yield* reconcileAlertmanager(api, each);
    return undefined;
  },
});

function* objectsOf({ client }: Api, kind: string, plural: string): Steps<JsonObject[]> {
  const all = yield* list(client, `/apis/${GROUP}/v1/${plural}`);
  return all.map((each): JsonObject => ({ ...each, apiVersion: `${GROUP}/v1`, kind }));
}
