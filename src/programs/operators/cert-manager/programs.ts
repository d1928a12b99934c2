/** The programs of cert-manager: controller, webhook, cainjector, and the check of the API after an installation. */
import type { ProcessView, Program } from "../../../shell/program.ts";
import { Client } from "../../kubectl/core/client.ts";
import { drive, Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { splitPath, text } from "../../servers/http.ts";
import { klog } from "../../servers/log.ts";
import { flagOf, portOf, type ServerOptions } from "../../servers/server.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { certManagerElection, injectorElection } from "../elections.ts";
import { ensure, find, secretOf, secretText } from "../objects.ts";
import { podTarget } from "../pod-target.ts";
import { reviewAnswer } from "../reviews.ts";
import { serverKeys } from "../server-certificates.ts";
import { reconcileInjections } from "./cainjector.ts";
import { reconcileCertificates } from "./certificates.ts";
import { reconcileIngresses } from "./ingresses.ts";
import { reconcileIssuers } from "./issuers.ts";
import { reconcileRequests } from "./requests.ts";

const line = (process: ProcessView, level: "info" | "error", message: string) =>
  level === "info"
    ? klog(process, "controller.go:225", message)
    : klog(process, "controller.go:167", message).replace(/^I/, "E");

function serverOf(
  ports: readonly number[],
  lines: readonly string[],
  more: Partial<ServerOptions> = {},
): ServerOptions {
  return {
    ports: (process) => [...new Set([...ports, ...(process.host.declaredPorts ?? [])])],
    startMs: 900,
    ready: (process) => lines.map((each) => line(process, "info", each)),
    stop: { ms: 100 },
    memoryBytes: () => 40_000_000,
    http: (_process, request) => {
      const { path } = splitPath(request.path);
      if (/^\/(healthz|livez|readyz)/.test(path)) return text(200, "ok");
      if (path === "/metrics") return text(200, "# HELP certmanager_clock_time_seconds The clock time\n");
      return reviewAnswer(request) ?? text(404, "404 page not found\n");
    },
    ...more,
  };
}

export const certManagerController = controllerProgram({
  agent: "cert-manager-controller",
  line,
  resources: [
    "cert-manager.io/issuers",
    "cert-manager.io/clusterissuers",
    "cert-manager.io/certificates",
    "cert-manager.io/certificaterequests",
    "networking.k8s.io/ingresses",
    "core/secrets",
  ],
  server: serverOf([9402, 9403], ["starting cert-manager controller", "starting controller"]),
  leader: certManagerElection,
  *reconcile(api) {
    const issuers = yield* reconcileIssuers(api);
    yield* reconcileIngresses(api);
    const renewalMs = yield* reconcileCertificates(api, issuers);
    yield* reconcileRequests(api, issuers);
    return renewalMs;
  },
});

export const certManagerInjector = controllerProgram({
  agent: "cainjector",
  line,
  resources: [
    "core/secrets",
    "cert-manager.io/certificates",
    "admissionregistration.k8s.io/validatingwebhookconfigurations",
    "admissionregistration.k8s.io/mutatingwebhookconfigurations",
    "apiextensions.k8s.io/customresourcedefinitions",
    "apiregistration.k8s.io/apiservices",
  ],
  server: serverOf([9402], ["starting cert-manager ca-injector", "Starting workers"]),
  leader: injectorElection,
  *reconcile(api) {
    yield* reconcileInjections(api);
    return undefined;
  },
});

/** Its certificate is signed by an authority that it keeps in a Secret; cainjector writes that into its webhooks. */
export const certManagerWebhook = controllerProgram({
  agent: "cert-manager-webhook",
  line,
  resources: ["core/secrets"],
  server: serverOf([10_250], ["starting cert-manager webhook", 'listening for secure connections address=":10250"'], {
    ports: (process) => [
      ...new Set([portOf(flagOf(process.argv, "secure-port"), 10_250), 6080, ...(process.host.declaredPorts ?? [])]),
    ],
    certificate: ({ state }) => (typeof state["certificate"] === "string" ? state["certificate"] : undefined),
  }),
  *reconcile(api) {
    yield* serveDynamically(api);
    return undefined;
  },
});

function* serveDynamically({ client, process, namespace: own }: Api): Steps<void> {
  const { argv, state } = process;
  const namespace = (flagOf(argv, "dynamic-serving-ca-secret-namespace") ?? own).replace("$(POD_NAMESPACE)", own);
  const name = flagOf(argv, "dynamic-serving-ca-secret-name") ?? "cert-manager-webhook-ca";
  // The flag may be repeated.
  const dnsNames = argv
    .flatMap((arg) => /^--dynamic-serving-dns-names=(.*)$/.exec(arg)?.[1]?.split(",") ?? [])
    .map((each) => each.replace("$(POD_NAMESPACE)", own));
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const known = secretText(yield* find(client, `${path}/${name}`), "ca.crt");
  if (known !== undefined && known === state["authority"]) return;
  // The key of another process is not read: a new authority takes the place of the old one.
  const keys = serverKeys(process, { authority: { commonName: name }, server: { dnsNames }, years: 1 });
  state["certificate"] = keys.certificate;
  state["authority"] = keys.authority;
  const data = { "ca.crt": keys.authority, "tls.crt": keys.authority, "tls.key": keys.authorityKey };
  const annotations = { "cert-manager.io/allow-direct-injection": "true" };
  if (known === undefined) {
    yield* ensure(client, path, secretOf({ name, namespace, annotations }, data));
    return;
  }
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)]));
  yield* client.json(`${path}/${name}`, {
    ...{ method: "PATCH", body: { data: encoded }, contentType: "application/merge-patch+json" },
  });
}

const RETRY_MS = 5000;
const MAX_TRIES = 12;

/** `check api --wait=1m`: a dry run of a request passes the webhook. */
export const certManagerCheck: Program = { run: (process) => drive(process, check) };

function* check(session: Session): Steps<number> {
  const target = podTarget(session, "cmctl");
  if (!target) return 1;
  const client = new Client(target, () => {});
  const path = `/apis/cert-manager.io/v1/namespaces/${target.namespace}/certificaterequests`;
  const body = {
    ...{ apiVersion: "cert-manager.io/v1", kind: "CertificateRequest", metadata: { generateName: "cmapichecker-" } },
    spec: { request: "LS0t", issuerRef: { name: "cmapichecker", kind: "Issuer", group: "cert-manager.io" } },
  };
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      yield* client.json(path, { method: "POST", body, query: { dryRun: "All" } });
      session.print("The cert-manager API is ready\n");
      return 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      session.warn(`Not ready: ${error.message}\n`);
      yield { type: "sleep", ms: RETRY_MS };
    }
  }
  session.warn("error: timed out waiting for the condition\n");
  return 1;
}
