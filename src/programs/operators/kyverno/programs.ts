/** The programs of Kyverno, and the tool of its chart's hooks. */
import type { ProcessView, Program } from "../../../shell/program.ts";
import { Client } from "../../kubectl/core/client.ts";
import { discover } from "../../kubectl/core/discovery.ts";
import { drive, Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { splitPath, text } from "../../servers/http.ts";
import { isoTime } from "../../servers/log.ts";
import { flagOf, type HttpRequest, type ServerOptions } from "../../servers/server.ts";
import { controllerProgram } from "../controller-program.ts";
import { electionOf } from "../elections.ts";
import { list, mergePatch, nameOf } from "../objects.ts";
import { podTarget } from "../pod-target.ts";
import { MUTATING, VALIDATING } from "../server-certificates.ts";
import { answerReview } from "./admission.ts";
import { reconcileBackground } from "./background.ts";
import { keepCertificates } from "./certificates.ts";
import { listPolicies } from "./policies.ts";
import { keepReports } from "./reports.ts";
import { readSettings } from "./settings.ts";
import { keepStatuses } from "./status.ts";
import { keepWebhooks } from "./webhooks.ts";

const line = (process: ProcessView, level: "info" | "error", message: string) =>
  `${isoTime(process.nowMs)} ${level === "info" ? "INF" : "ERR"} ${message}`;

function serverOf(
  name: string,
  review?: (process: ProcessView, request: HttpRequest) => ReturnType<typeof answerReview>,
) {
  return {
    ports: ({ host }) => [...new Set([9443, 8000, ...(host.declaredPorts ?? [])])],
    startMs: 900,
    banner: (process) => [line(process, "info", `${name} > version`)],
    ready: (process) => [line(process, "info", `${name} > starting workers`)],
    stop: { ms: 100 },
    memoryBytes: () => 60_000_000,
    certificate: ({ state }) => (typeof state["certificate"] === "string" ? state["certificate"] : undefined),
    http(process, request) {
      const { path } = splitPath(request.path);
      if (path === "/health/liveness" || path === "/health/readiness") return text(200, "");
      if (path === "/metrics") return text(200, "# HELP kyverno_info Kyverno version information.\n");
      return review?.(process, request) ?? text(404, "404 page not found\n");
    },
  } satisfies ServerOptions;
}

const REGISTRATIONS = "admissionregistration.k8s.io";

export const kyvernoAdmission = controllerProgram({
  agent: "kyverno",
  line,
  resources: [
    ...["kyverno.io/clusterpolicies", "kyverno.io/policies", "core/configmaps"],
    ...["apiextensions.k8s.io/customresourcedefinitions", `${REGISTRATIONS}/validatingwebhookconfigurations`],
    `${REGISTRATIONS}/mutatingwebhookconfigurations`,
  ],
  server: serverOf("kyverno", answerReview),
  leader: electionOf("ghcr.io/kyverno/kyverno")!,
  *reconcile(api) {
    const authority = yield* keepCertificates(api);
    const settings = yield* readSettings(api.client, api.process, api.namespace);
    const policies = yield* listPolicies(api.client);
    const resources = yield* discover(api.client);
    yield* keepWebhooks(api, { settings, resources, policies, caBundle: btoa(authority) });
    yield* keepStatuses(api, policies);
    return undefined;
  },
});

export const kyvernoBackground = controllerProgram({
  agent: "background-controller",
  line,
  resources: ["kyverno.io/updaterequests", "kyverno.io/clusterpolicies", "kyverno.io/policies"],
  server: serverOf("kyverno background controller"),
  leader: electionOf("ghcr.io/kyverno/background-controller")!,
  *reconcile(api) {
    yield* reconcileBackground(api);
    return undefined;
  },
});

export const kyvernoReports = controllerProgram({
  agent: "reports-controller",
  line,
  resources: ({ state }) => [
    ...["kyverno.io/clusterpolicies", "kyverno.io/policies", "apiextensions.k8s.io/customresourcedefinitions"],
    ...(Array.isArray(state["scanned"]) ? state["scanned"].map(String) : []),
  ],
  settleMs: 1000,
  server: serverOf("kyverno reports controller"),
  leader: electionOf("ghcr.io/kyverno/reports-controller")!,
  *reconcile(api) {
    yield* keepReports(api);
    return undefined;
  },
});

/** `delete-webhooks` and `scale-deploy`, which the chart's hooks run before it is removed. */
export const readinessChecker: Program = { run: (process) => drive(process, runHook) };

function* runHook(session: Session): Steps<number> {
  const [command = ""] = session.args;
  const target = podTarget(session, "readiness-checker");
  if (!target) {
    session.print("Failed to create Kubernetes client: unable to load in-cluster configuration\n");
    return 1;
  }
  const client = new Client(target, () => {});
  const { argv } = session.process;
  try {
    switch (command) {
      case "delete-webhooks":
        yield* deleteWebhooks(client, flagOf(argv, "label") ?? "webhook.kyverno.io/managed-by=kyverno");
        return 0;
      case "scale-deploy":
        yield* scale(client, {
          namespace: flagOf(argv, "namespace") ?? "kyverno",
          label: flagOf(argv, "label") ?? "app.kubernetes.io/part-of=kyverno",
          replicas: Number(flagOf(argv, "replicas") ?? 0),
        });
        return 0;
      case "check-endpoints":
      case "check-http":
        return 0;
      default:
        session.print(`Unknown command: ${command}\n`);
        return 1;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    session.print(`${error.message}\n`);
    return 1;
  }
}

function* deleteWebhooks(client: Client, labelSelector: string): Steps<void> {
  for (const path of [MUTATING, VALIDATING]) {
    const query = new URLSearchParams({ labelSelector });
    for (const each of yield* list(client, `${path}?${query}`)) {
      yield* client.fetch(`${path}/${nameOf(each)}`, { method: "DELETE" });
    }
  }
}

function* scale(
  client: Client,
  { namespace, label, replicas }: { namespace: string; label: string; replicas: number },
): Steps<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  for (const each of yield* list(client, `${path}?${new URLSearchParams({ labelSelector: label })}`)) {
    yield* mergePatch(client, `${path}/${nameOf(each)}`, { spec: { replicas } });
  }
}
