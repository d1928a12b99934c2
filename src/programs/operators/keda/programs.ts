/** The programs of KEDA: the operator, and the server of the metrics for HPAs. */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { parseJsonObject } from "../../../lib/json.ts";
import { parseLabelSelector } from "../../../lib/selectors.ts";
import { formatTime } from "../../../lib/time.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { Client } from "../../kubectl/core/client.ts";
import { discover } from "../../kubectl/core/discovery.ts";
import { Failure } from "../../kubectl/core/session.ts";
import { refusal } from "../../servers/api-group/answers.ts";
import { answerGroups } from "../../servers/api-group/api-group.ts";
import type { ApiGroup } from "../../servers/api-group/resources.ts";
import { type HttpAnswer, json, parameters, splitPath, text } from "../../servers/http.ts";
import { isoTime, klog } from "../../servers/log.ts";
import { contentOf, flagOf, type HttpRequest, server } from "../../servers/server.ts";
import { controllerProgram } from "../controller-program.ts";
import { electionOf } from "../elections.ts";
import { podTarget } from "../pod-target.ts";
import { keepCertificate } from "../rotator.ts";
import { runNow } from "../served-steps.ts";
import { quantity } from "./hpa.ts";
import { Polls, polledResources } from "./polls.ts";
import { reconcileScaledJobs } from "./scaled-jobs.ts";
import { externalValue, reconcileScaledObjects } from "./scaled-objects.ts";

const line = (process: ProcessView, level: "info" | "error", message: string) =>
  `${isoTime(process.nowMs)}\t${level.toUpperCase()}\t${message}`;

/** Where the metrics server asks the operator. In life this is gRPC. */
const VALUES = "/external-metrics/";
const AGENT = "keda-operator";

export const kedaOperator = controllerProgram({
  agent: AGENT,
  line,
  resources: ({ state }) => [
    ...["keda.sh/scaledobjects", "keda.sh/scaledjobs", "keda.sh/triggerauthentications"],
    ...["keda.sh/clustertriggerauthentications", ...polledResources(state["polls"])],
  ],
  server: {
    ports: ({ host }) => [...new Set([8080, 8081, 9666, ...(host.declaredPorts ?? [])])],
    startMs: 900,
    banner: (process) => [line(process, "info", "setup\tStarting manager")],
    ready: (process) => [
      line(process, "info", "setup\tRunning on Kubernetes 1.36"),
      line(process, "info", "Starting workers"),
    ],
    stop: { ms: 100 },
    memoryBytes: () => 60_000_000,
    http(process, request) {
      const { path } = splitPath(request.path);
      if (/^\/(healthz|readyz)/.test(path)) return text(200, "ok");
      return path.startsWith(VALUES) ? valueAnswer(process, path) : text(404, "404 page not found\n");
    },
  },
  leader: electionOf("ghcr.io/kedacore/keda")!,
  *reconcile(api) {
    const { argv, state } = api.process;
    if (flagOf(argv, "enable-cert-rotation") === "true") {
      const services = ["operator-service-name", "metrics-server-service-name", "webhooks-service-name"]
        .map((name) => flagOf(argv, name) ?? "")
        .filter((name) => name !== "");
      const secret = flagOf(argv, "cert-secret-name") ?? "kedaorg-certs";
      yield* keepCertificate(api, { secret, services, organization: "KEDAORG" });
    }
    const resources = yield* discover(api.client);
    const polls = new Polls(state["polls"]);
    yield* reconcileScaledObjects(api, resources, polls);
    yield* reconcileScaledJobs(api, polls);
    state["polls"] = polls.toJson();
    return polls.nextAtMs;
  },
});

/** `/external-metrics/<namespace>/<ScaledObject>/<metric>` */
function valueAnswer(process: ProcessView, path: string): HttpAnswer {
  const [namespace = "", name = "", metric = ""] = path.slice(VALUES.length).split("/").map(decodeURIComponent);
  try {
    const value = runNow(process, function* (session) {
      const target = podTarget(session, AGENT);
      if (!target) throw new Failure("no ServiceAccount");
      const client = new Client(target, () => {});
      const resources = yield* discover(client);
      const api = { client, namespace: target.namespace, nowMs: process.nowMs };
      return yield* externalValue(api, resources, { namespace, name, metric });
    });
    return json(200, { value });
  } catch (error) {
    if (error instanceof Failure) return text(500, bytesOfText(error.message));
    throw error;
  }
}

const GROUP = "external.metrics.k8s.io";
const GROUPS: readonly ApiGroup[] = [
  {
    name: GROUP,
    versions: [
      {
        name: "v1beta1",
        resources: [
          {
            name: "externalmetrics",
            singularName: "",
            kind: "ExternalMetricValueList",
            namespaced: true,
            verbs: ["get"],
          },
        ],
      },
    ],
  },
];
const STORE = { range: () => ({ objects: [], revision: 1 }), put: () => undefined, remove: () => undefined };

export const kedaMetricsServer = server({
  ports: ({ argv, host }) => [...new Set([Number(flagOf(argv, "secure-port") ?? 6443), ...(host.declaredPorts ?? [])])],
  startMs: 700,
  ready: (process) => [klog(process, "secure_serving.go:213", "Serving securely on [::]:6443")],
  stop: { ms: 100 },
  memoryBytes: () => 40_000_000,
  certificate: (process) => contentOf(process, flagOf(process.argv, "tls-cert-file")),
  http(process, request) {
    const { path } = splitPath(request.path);
    if (/^\/(healthz|livez|readyz)/.test(path)) return text(200, "ok");
    const [, namespace, metric] =
      /^\/apis\/external\.metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (namespace === undefined || metric === undefined)
      return answerGroups({ groups: GROUPS, store: () => STORE }, process, request);
    return metricAnswer(process, request, { namespace, metric: decodeURIComponent(metric) });
  },
});

function metricAnswer(
  process: ProcessView,
  request: HttpRequest,
  { namespace, metric }: { namespace: string; metric: string },
): HttpAnswer {
  const selector = parameters(splitPath(request.path).query).get("labelSelector")?.[0] ?? "";
  const name = parseLabelSelector(selector).find(({ key }) => key === "scaledobject.keda.sh/name")?.values[0];
  if (name === undefined) return refusal("BadRequest", `scaledObject name is not specified`);
  const [host = "", port = "9666"] = (flagOf(process.argv, "metrics-service-address") ?? "").split(":");
  const answer = process.ask({
    ...{ type: "http", scheme: "http", method: "GET", host, port: Number(port), body: "", headers: { host } },
    path: VALUES + [namespace, name, metric].map(encodeURIComponent).join("/"),
  });
  const body = answer?.type === "http" ? textOfBytes(answer.body) : "rpc error: code = Unavailable";
  const value = answer?.type === "http" && answer.status === 200 ? parseJsonObject(body)?.["value"] : undefined;
  if (typeof value !== "number") {
    return refusal("InternalError", `unable to fetch metrics from external metrics API: ${body}`);
  }
  const item = { metricName: metric, metricLabels: null, timestamp: formatTime(process.nowMs), value: quantity(value) };
  return json(200, { kind: "ExternalMetricValueList", apiVersion: `${GROUP}/v1beta1`, metadata: {}, items: [item] });
}
