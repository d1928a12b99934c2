/**
 * Argo CD: one program under several names. The server makes the password of the first login.
 * Source: github.com/argoproj/argo-cd cmd/argocd/commands/admin, util/settings/settings.go
 */
import { toHex } from "../../lib/encoding.ts";
import { sha256 } from "../../lib/signing/sha256.ts";
import type { ProcessView, Program } from "../../shell/program.ts";
import { baseName } from "../base/paths.ts";
import { Client } from "../kubectl/core/client.ts";
import { drive, Failure, type Session, type Steps } from "../kubectl/core/session.ts";
import { isoTime } from "../servers/log.ts";
import { flagOf } from "../servers/server.ts";
import { htmlPage, service } from "../servers/service.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import { ensure, find, mergePatch, secretOf, secretText } from "./objects.ts";
import { podTarget } from "./pod-target.ts";
import { secretBytes, serverKeys, serviceNames } from "./server-certificates.ts";

export const ARGOCD_COMPONENTS = [
  "server",
  "application-controller",
  "applicationset-controller",
  "repo-server",
  "dex",
  "notifications",
  "notifications-controller",
  "cmp-server",
  "commit-server",
] as const;

const INITIAL_SECRET = "argocd-initial-admin-secret";
const REDIS_SECRET = "argocd-redis";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

function password(process: ProcessView, label: string): string {
  return [...secretBytes(process, label).subarray(0, 16)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}

const line = (process: ProcessView, level: string, msg: string) =>
  `time=${JSON.stringify(isoTime(process.nowMs).replace(/\.\d+/, ""))} level=${level} msg=${JSON.stringify(msg)}`;

const apiServer = controllerProgram({
  agent: "argocd-server",
  line,
  resources: ["core/secrets"],
  server: {
    ports: (process) => [...new Set([8080, 8083, ...(process.host.declaredPorts ?? [])])],
    startMs: 1200,
    ready: (process) => [
      line(process, "info", "Starting configmap/secret informers"),
      line(process, "info", "Configmap/secret informer synced"),
      line(process, "info", "argocd v3.4.4 serving on port 8080 (url: , tls: false, namespace: argocd, sso: true)"),
    ],
    stop: { ms: 100 },
    memoryBytes: () => 80_000_000,
    http: (process, request) =>
      /^\/(healthz|api\/version)/.test(request.path)
        ? { type: "http", status: 200, headers: { "content-type": "text/plain" }, body: "ok", afterMs: 1 }
        : htmlPage("Argo CD")(process, request),
  },
  *reconcile(api) {
    yield* initialPassword(api);
    return undefined;
  },
});

/** The Secret of the settings has the hash of the password; a Secret of its own has the password. */
function* initialPassword({ client, process, nowMs, namespace, log }: Api): Steps<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const settings = yield* find(client, `${path}/argocd-secret`);
  if (secretText(settings, "admin.password") !== undefined) return;
  const chosen = password(process, "admin");
  const hash = `$2a$10$${toHex(sha256(new TextEncoder().encode(chosen))).slice(0, 53)}`;
  const keys = serverKeys(process, {
    authority: { organizations: ["Argo CD"] },
    server: { organizations: ["Argo CD"], dnsNames: ["localhost", ...serviceNames("argocd-server", namespace)] },
    years: 1,
  });
  const data = {
    "admin.password": hash,
    "admin.passwordMtime": isoTime(nowMs).replace(/\.\d+/, ""),
    "server.secretkey": btoa(password(process, "server key")),
    "tls.crt": keys.certificate,
    "tls.key": keys.key,
  };
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)]));
  if (settings) yield* mergePatch(client, `${path}/argocd-secret`, { data: encoded });
  else yield* ensure(client, path, secretOf({ name: "argocd-secret", namespace }, data));
  yield* ensure(client, path, secretOf({ name: INITIAL_SECRET, namespace }, { password: chosen }));
  log("info", "Initialized admin password");
}

const component = service({
  ports: (process) => process.host.declaredPorts ?? [],
  isOperator: true,
  style: "logfmt",
  startMs: 800,
  lines: ["ArgoCD component is starting", "Enabled namespace scope"],
});

const CLI_USAGE =
  "argocd controls a Argo CD server\n\nUsage:\n  argocd [flags]\n  argocd [command]\n\nAvailable Commands:\n  admin       Contains a set of commands useful for Argo CD administrators and requires direct Kubernetes access\n  version     Print version information\n";

function* cli(session: Session): Steps<number> {
  const words = session.args.filter((arg) => !arg.startsWith("-"));
  if (words[0] === "version") {
    session.print("argocd: v3.4.4+2f0e6ad\n");
    return 0;
  }
  const target = podTarget(session, "argocd");
  const isAdmin = words[0] === "admin" && (words[1] === "initial-password" || words[1] === "redis-initial-password");
  if (!isAdmin || !target) {
    session.print(CLI_USAGE);
    return words.length === 0 ? 0 : 1;
  }
  const { argv } = session.process;
  const namespace = flagOf(argv, "n", "namespace") ?? target.namespace;
  const client = new Client(target, () => {});
  try {
    yield* words[1] === "initial-password"
      ? printInitial(session, client, namespace)
      : ensureRedis(session, client, namespace);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    session.warn(`${line(session.process, "fatal", error.message.replace(/^Error from server \(\w+\): /, ""))}\n`);
    return 20;
  }
}

function* printInitial(session: Session, client: Client, namespace: string): Steps<void> {
  const secret = yield* client.json(`/api/v1/namespaces/${namespace}/secrets/${INITIAL_SECRET}`);
  session.print(
    `${secretText(secret, "password") ?? ""}\n\n This password must be only used for first time login. We strongly recommend you update the password using \`argocd account update-password\`.\n`,
  );
}

function* ensureRedis(session: Session, client: Client, namespace: string): Steps<void> {
  session.print(`Checking for initial Redis password in secret ${namespace}/${REDIS_SECRET} at key auth. \n`);
  const data = { auth: password(session.process, "redis") };
  yield* ensure(client, `/api/v1/namespaces/${namespace}/secrets`, secretOf({ name: REDIS_SECRET, namespace }, data));
  session.print(
    "Argo CD Redis secret state confirmed: secret name argocd-redis.\nPassword secret is configured properly.\n",
  );
}

const command: Program = { run: (process) => drive(process, cli) };

export const argocd: Program = {
  handles: [...(apiServer.handles ?? []), ...(component.handles ?? [])],
  run: (process) => programOf(process).run(process),
  serve: (process, request) =>
    programOf(process).serve?.(process, request) ?? { type: "failed", why: "refused", afterMs: 0 },
};

function programOf({ argv }: ProcessView): Program {
  const name = baseName(argv[0] ?? "").replace(/^argocd-?/, "");
  if (name === "") return command;
  return name === "server" ? apiServer : component;
}
