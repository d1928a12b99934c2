/**
 * kube-webhook-certgen: makes a certificate for a webhook, and writes its authority into the webhook's configuration.
 * Source: github.com/kubernetes/ingress-nginx images/kube-webhook-certgen (cmd/create.go, cmd/patch.go)
 */
import type { JsonObject } from "../../lib/json.ts";
import type { Program } from "../../shell/program.ts";
import { Client } from "../kubectl/core/client.ts";
import { objectsIn } from "../kubectl/core/parts.ts";
import { drive, Failure, type Session, type Steps } from "../kubectl/core/session.ts";
import { flagOf } from "../servers/server.ts";
import { ensure, find, replace, secretOf, secretText } from "./objects.ts";
import { podTarget } from "./pod-target.ts";
import { API_SERVICES, MUTATING, serverKeys, VALIDATING, withAuthority } from "./server-certificates.ts";

export const certgen: Program = { run: (process) => drive(process, main) };

function log(session: Session, level: string, msg: string, source: string): void {
  const time = new Date(session.nowMs).toISOString().replace(/\.\d+/, "");
  session.warn(`${JSON.stringify({ level, msg, source, time })}\n`);
}

function* main(session: Session): Steps<number> {
  const [command = ""] = session.args;
  const target = podTarget(session, "kube-webhook-certgen");
  if (!target) {
    log(session, "fatal", "unable to load in-cluster configuration", "cmd/root.go:84");
    return 1;
  }
  const client = new Client(target, () => {});
  try {
    switch (command) {
      case "create":
        yield* createSecret(session, client);
        return 0;
      case "patch":
        yield* patchObjects(session, client);
        return 0;
      case "version":
        session.print("v1.6.9\n");
        return 0;
      default:
        session.print(
          "Usage:\n  kube-webhook-certgen [command]\n\nAvailable Commands:\n  create\n  patch\n  version\n",
        );
        return command === "" || command === "help" ? 0 : 1;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log(session, "fatal", error.message, `cmd/${command}.go:1`);
    return 1;
  }
}

function flag(session: Session, name: string, fallback = ""): string {
  return flagOf(session.process.argv, name) ?? fallback;
}

function isSet(session: Session, name: string, fallback: boolean): boolean {
  const value = flag(session, name, String(fallback));
  return value !== "false";
}

function* readAuthority(session: Session, client: Client): Steps<string | undefined> {
  const [namespace, name] = [flag(session, "namespace"), flag(session, "secret-name")];
  log(session, "info", `getting secret '${name}' in namespace '${namespace}'`, "k8s/k8s.go:229");
  const secret = yield* find(client, `/api/v1/namespaces/${namespace}/secrets/${name}`);
  if (!secret) log(session, "info", "no secret found", "k8s/k8s.go:234");
  return secretText(secret, "ca");
}

function* createSecret(session: Session, client: Client): Steps<void> {
  const [namespace, name] = [flag(session, "namespace"), flag(session, "secret-name")];
  const known = yield* readAuthority(session, client);
  if (known !== undefined) {
    log(session, "info", "secret already exists", "cmd/create.go:35");
    return;
  }
  log(session, "info", "creating new secret", "cmd/create.go:28");
  const dnsNames = flag(session, "host").split(",");
  const keys = serverKeys(session.process, {
    authority: { organizations: ["nil1"] },
    server: { organizations: ["nil2"], dnsNames },
    years: 100,
  });
  log(session, "info", `saving to secret '${name}' in namespace '${namespace}'`, "k8s/k8s.go:247");
  const data = {
    ca: keys.authority,
    [flag(session, "cert-name", "cert")]: keys.certificate,
    [flag(session, "key-name", "key")]: keys.key,
  };
  yield* ensure(client, `/api/v1/namespaces/${namespace}/secrets`, secretOf({ name, namespace }, data));
}

function* patchObjects(session: Session, client: Client): Steps<void> {
  const authority = yield* readAuthority(session, client);
  if (authority === undefined)
    throw new Failure(`no secret with '${flag(session, "secret-name")}' in '${flag(session, "namespace")}'`);
  const name = flag(session, "webhook-name");
  const apiService = flag(session, "apiservice-name");
  const policy = flag(session, "patch-failure-policy");
  const [mutating, validating] = [isSet(session, "patch-mutating", true), isSet(session, "patch-validating", true)];
  if (name !== "") {
    const what = `mutating=${mutating}, validating=${validating}, failurePolicy=${policy}`;
    log(session, "info", `patching webhook configurations '${name}' ${what}`, "k8s/k8s.go:118");
    if (validating) yield* patchOne(client, `${VALIDATING}/${name}`, authority, policy);
    if (mutating) yield* patchOne(client, `${MUTATING}/${name}`, authority, policy);
    log(session, "info", "Patched hook(s)", "k8s/k8s.go:138");
  }
  if (apiService !== "") {
    log(session, "info", `patching APIService '${apiService}'`, "k8s/k8s.go:90");
    yield* patchOne(client, `${API_SERVICES}/${apiService}`, authority, "");
  }
}

function* patchOne(client: Client, path: string, authority: string, policy: string): Steps<void> {
  const found = yield* client.json(path);
  const trusting = withAuthority(found, btoa(authority));
  const failurePolicy = policy === "" ? {} : { failurePolicy: policy };
  const patched: JsonObject = Array.isArray(trusting["webhooks"])
    ? { ...trusting, webhooks: objectsIn(trusting["webhooks"]).map((each) => ({ ...each, ...failurePolicy })) }
    : trusting;
  yield* replace(client, path, patched);
}
