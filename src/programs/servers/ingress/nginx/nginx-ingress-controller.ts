/** The program `nginx-ingress-controller`: nginx with the rules of Ingresses, health, and the admission webhook. */
import { ingressNginx } from "../../../../lib/edge/controllers/ingress-nginx.ts";
import { flag, portAtEnd } from "../../../../lib/edge/flags.ts";
import type { ProcessView, Program } from "../../../../shell/program.ts";
import { ServerError } from "../../../kubectl/core/client.ts";
import { controllerProgram } from "../../../operators/controller-program.ts";
import { ingressNginxElection } from "../../../operators/elections.ts";
import { splitPath, text } from "../../http.ts";
import { klog, printLines } from "../../log.ts";
import type { ServerOptions } from "../../server.ts";
import { rulesOf } from "../rules.ts";
import { reviewIngress } from "./admission.ts";
import { page } from "./exchange.ts";
import { answerRequest } from "./serve.ts";

/** Resources whose changes may give it the right to list Ingresses. */
const RIGHTS = ["clusterroles", "clusterrolebindings", "roles", "rolebindings"].map(
  (name) => `rbac.authorization.k8s.io/${name}`,
);

const RULE = "-------------------------------------------------------------------------------";

const options: ServerOptions = {
  ports: (process) => Object.values(portsOf(process)).filter((port) => port > 0),
  startMs: 1500,
  memoryBytes: () => 90_000_000,
  banner: (process) => [
    RULE,
    "NGINX Ingress controller",
    `  Release:       ${process.env["CONTROLLER_VERSION"] ?? "v1.14.1"}`,
    "  Build:         n/a",
    "  Repository:    https://github.com/kubernetes/ingress-nginx",
    "  nginx version: nginx/1.27.1",
    "",
    RULE,
    "",
    klog(process, "main.go:205", `Creating API client host="https://${process.env["KUBERNETES_SERVICE_HOST"]}:443"`),
    klog(process, "main.go:248", "Running in Kubernetes cluster major=1 minor=36 git=v1.36.2 state=clean"),
  ],
  ready: (process) => [
    klog(process, "nginx.go:319", "Starting NGINX process"),
    klog(process, "controller.go:196", "Configuration changes detected, backend reload required"),
    klog(process, "controller.go:216", "Backend successfully reloaded"),
  ],
  stopping: (process) => [
    klog(process, "sigterm.go:36", "Received SIGTERM, shutting down"),
    klog(process, "nginx.go:393", "Shutting down controller queues"),
    klog(process, "nginx.go:401", "Stopping admission controller"),
    klog(process, "nginx.go:409", "Stopping NGINX process"),
  ],
  stop: { ms: 1000 },
  http: (process, request) => {
    const ports = portsOf(process);
    const { path } = splitPath(request.path);
    if (request.port === ports.health) {
      if (path === "/healthz") return text(200, "ok");
      return path === "/metrics"
        ? text(200, METRICS, { contentType: METRICS_TYPE })
        : text(404, "404 page not found\n");
    }
    const rules = rulesOf(process, ingressNginx);
    if (request.port === ports.webhook) {
      const prefix = flag(process.argv, "annotations-prefix") ?? "nginx.ingress.kubernetes.io";
      return reviewIngress(request, rules, prefix);
    }
    return request.port === ports.status ? page(404) : answerRequest(process, request, rules);
  },
};

export const nginxIngressController: Program = controllerProgram({
  ...{ server: options, agent: "nginx-ingress-controller", resources: RIGHTS, leader: ingressNginxElection },
  // Its rules come without a list of its own. A list that is refused shows why it has none.
  *reconcile({ client, process, session }) {
    const scope = flag(process.argv, "watch-namespace");
    const place = scope ? `namespaces/${scope}/` : "";
    try {
      yield* client.json(`/apis/networking.k8s.io/v1/${place}ingresses`, { query: { limit: "1" } });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      session.once(() => printLines(process, 2, [refusedList(process, error)]));
    }
    return undefined;
  },
  line: (process, level, message) => klog(process, "status.go:84", message, level === "error" ? "E" : "I"),
});

function refusedList(process: ProcessView, { statusMessage }: ServerError): string {
  const error = JSON.stringify(`failed to list *v1.Ingress: ${statusMessage}`);
  const reflector = 'reflector="k8s.io/client-go@v0.34.2/tools/cache/reflector.go:290" type="*v1.Ingress"';
  return klog(process, "reflector.go:205", `"Failed to watch" err=${error} logger="UnhandledError" ${reflector}`, "E");
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const METRICS =
  "# HELP nginx_ingress_controller_success Cumulative number of Ingress controller reload operations\n# TYPE nginx_ingress_controller_success counter\nnginx_ingress_controller_success 1\n";

function portsOf({ argv }: ProcessView) {
  return {
    http: portAtEnd(flag(argv, "http-port"), 80),
    https: portAtEnd(flag(argv, "https-port"), 443),
    health: portAtEnd(flag(argv, "healthz-port"), 10_254),
    webhook: flag(argv, "validating-webhook") === undefined ? 0 : portAtEnd(flag(argv, "validating-webhook"), 8443),
    status: portAtEnd(flag(argv, "status-port"), 10_246),
  };
}

/** `/wait-shutdown`, the preStop hook: stops the controller before the kubelet does. */
export const waitShutdown: Program = {
  run(process) {
    const controller = process.processes().find(({ argv }) => argv[0]?.includes("nginx-ingress-controller"));
    if (controller) process.kill(controller.pid, "TERM");
    return { type: "exit", status: 0 };
  },
};
