/** The server's own pages: version, health, issuer of tokens. */
import { ISSUER } from "../cluster/issuer/service-account-tokens.ts";
import { ApiError } from "../lib/api-error.ts";
import { publicJwk, type SigningKey } from "../lib/signing/jwt.ts";
import { parseAccept } from "./negotiation.ts";
import type { ApiOutcome, RequestHead } from "./request.ts";
import { jsonOutcome, plainTextOutcome } from "./respond.ts";

/** The Kubernetes release that this server behaves like. */
export const VERSION = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.2",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "2026-11-22T00:00:00Z",
  goVersion: "go1.26.10",
  compiler: "gc",
  platform: "linux/amd64",
} as const;

const POST_START_HOOKS = [
  "start-apiserver-admission-initializer",
  "generic-apiserver-start-informers",
  "priority-and-fairness-config-consumer",
  "priority-and-fairness-filter",
  "storage-object-count-tracker-hook",
  "start-apiextensions-informers",
  "start-apiextensions-controllers",
  "crd-informer-synced",
  "start-system-namespaces-controller",
  "peer-endpoint-reconciler-controller",
  "start-cluster-authentication-info-controller",
  "start-kube-apiserver-identity-lease-controller",
  "start-kube-apiserver-identity-lease-garbage-collector",
  "storage-readiness",
  "start-legacy-token-tracking-controller",
  "start-service-ip-repair-controllers",
  "rbac/bootstrap-roles",
  "scheduling/bootstrap-system-priority-classes",
  "priority-and-fairness-config-producer",
  "bootstrap-controller",
  "start-kubernetes-service-cidr-controller",
  "aggregator-reload-proxy-client-cert",
  "start-kube-aggregator-informers",
  "apiservice-status-local-available-controller",
  "apiservice-status-remote-available-controller",
  "apiservice-registration-controller",
  "apiservice-wait-for-first-sync",
  "apiservice-discovery-controller",
  "kube-apiserver-autoregistration",
].map((hook) => `poststarthook/${hook}`);

const OPENAPI_HOOKS = ["apiservice-openapi-controller", "apiservice-openapiv3-controller"].map(
  (hook) => `poststarthook/${hook}`,
);

const COMMON_CHECKS = [...POST_START_HOOKS, "autoregister-completion", ...OPENAPI_HOOKS];

/** Health checks by endpoint, in the order of `?verbose`. */
export const HEALTH_CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ["ping", "log", "loopback-serving-certificate", "etcd", ...COMMON_CHECKS],
  livez: ["ping", "log", "loopback-serving-certificate", "etcd", ...COMMON_CHECKS],
  readyz: ["ping", "log", "informer-sync", ...COMMON_CHECKS, "shutdown"],
};

/** Answers `/healthz`, `/livez/ping` and the like; undefined for other paths. */
function healthOutcome(request: RequestHead): ApiOutcome | undefined {
  const [endpoint = "", ...rest] = request.path.slice(1).split("/");
  const checks = Object.hasOwn(HEALTH_CHECKS, endpoint) ? HEALTH_CHECKS[endpoint] : undefined;
  if (!checks) return undefined;
  if (rest.length > 0) return checks.includes(rest.join("/")) ? plainTextOutcome(200, "ok") : pageNotFound();
  if (!request.query.has("verbose")) return plainTextOutcome(200, "ok");
  const excluded = new Set(request.query.getAll("exclude"));
  const unknown = [...excluded].filter((check) => !checks.includes(check)).sort();
  const lines = checks.map((check) => (excluded.has(check) ? `[+]${check} excluded: ok\n` : `[+]${check} ok\n`));
  if (unknown.length > 0) {
    const names = unknown.map((check) => JSON.stringify(check)).join(",");
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}\n`);
  }
  return plainTextOutcome(200, `${lines.join("")}${endpoint} check passed\n`);
}

/** Answers the remaining paths outside of `/api`; undefined for unknown paths. */
export function serverInfoOutcome(request: RequestHead): ApiOutcome | undefined {
  switch (request.path) {
    case "/version":
    case "/version/":
      return jsonOutcome(request, VERSION);
    case "/.well-known/openid-configuration":
      return jsonOutcome(request, openIdConfiguration(request), { "cache-control": "public, max-age=3600" });
    default:
      return healthOutcome(request);
  }
}

function openIdConfiguration(request: RequestHead) {
  return {
    issuer: ISSUER,
    jwks_uri: `https://${request.headers["host"] ?? "kubernetes.default.svc"}/openid/v1/jwks`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  };
}

/** The key set. It is empty until the first token is signed. */
export function keySetOutcome(request: RequestHead, key: SigningKey | undefined): ApiOutcome {
  const type = "application/jwk-set+json";
  if (!parseAccept(request.headers["accept"] ?? "").some((clause) => clause.type === type || clause.type === "*/*")) {
    const message = `406: Not Acceptable\n\nAvailable representations: ${type}`;
    throw new ApiError("NotAcceptable", message, {});
  }
  return jsonOutcome(
    request,
    { keys: key ? [publicJwk(key)] : [] },
    { "content-type": type, "cache-control": "public, max-age=3600" },
  );
}

/** The answer of Go's router for unregistered paths. */
export function pageNotFound(): ApiOutcome {
  return plainTextOutcome(404, "404 page not found\n");
}
