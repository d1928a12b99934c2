/**
 * vault-k8s: the webhook of Vault's agent. It keeps its certificate in memory and writes the authority into its webhook
 * configuration.
 * Source: github.com/hashicorp/vault-k8s subcommand/injector/command.go, agent-inject/handler.go
 */
import { bytesOfText } from "../../lib/bytes.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { splitPath, text } from "../servers/http.ts";
import { isoTime } from "../servers/log.ts";
import { portOf } from "../servers/server.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import { difference } from "./kyverno/json-patches.ts";
import { find, mergePatch } from "./objects.ts";
import { reviewAnswer } from "./reviews.ts";
import { MUTATING, serverKeys, withAuthority } from "./server-certificates.ts";
import { asksForAgent, InjectionError, withAgent } from "./vault-injection.ts";

const line = (process: ProcessView, level: string, message: string) =>
  `${isoTime(process.nowMs)} [${level.toUpperCase()}]  handler: ${message}`;

export const vaultInjector = controllerProgram({
  agent: "vault-k8s",
  line,
  resources: ["admissionregistration.k8s.io/mutatingwebhookconfigurations"],
  server: {
    ports: ({ env }) => [portOf(env["AGENT_INJECT_LISTEN"], 8080)],
    startMs: 300,
    ready: (process) => [line(process, "info", "Starting handler..")],
    stop: { ms: 50 },
    memoryBytes: () => 25_000_000,
    certificate: ({ state }) => (typeof state["certificate"] === "string" ? state["certificate"] : undefined),
    http: (process, request) =>
      splitPath(request.path).path === "/health/ready"
        ? text(204, "")
        : (reviewAnswer(request, (review) => mutate(process, review)) ?? text(404, "404 page not found\n")),
  },
  *reconcile(api) {
    yield* trust(api);
    return undefined;
  },
});

/** The response to a review of a pod: a patch if the pod asks for an agent. */
function mutate({ env }: ProcessView, { object, namespace }: JsonObject): JsonObject {
  try {
    const pod = objectIn(object);
    if (!asksForAgent(pod)) return { allowed: true };
    const operations = difference(pod, withAgent(pod, { namespace: String(namespace), env }));
    return { allowed: true, patchType: "JSONPatch", patch: btoa(bytesOfText(JSON.stringify(operations))) };
  } catch (error) {
    if (!(error instanceof InjectionError)) throw error;
    return { allowed: false, status: { message: error.message } };
  }
}

function* trust({ client, process, log }: Api): Steps<void> {
  const { AGENT_INJECT_TLS_AUTO: name = "", AGENT_INJECT_TLS_AUTO_HOSTS: hosts = "" } = process.env;
  if (name === "") return;
  const keys = serverKeys(process, {
    authority: { commonName: "Agent Inject CA" },
    ...{ server: { commonName: "Agent Inject Cert", dnsNames: hosts.split(",") }, years: 1 },
  });
  process.state["certificate"] = keys.certificate;
  const found = yield* find(client, `${MUTATING}/${name}`);
  if (!found) return;
  const { webhooks } = withAuthority(found, btoa(keys.authority));
  if (JSON.stringify(webhooks) === JSON.stringify(found["webhooks"])) return;
  yield* mergePatch(client, `${MUTATING}/${name}`, { webhooks: objectsIn(webhooks) });
  log("info", "Updated certificate bundle received. Updating certs...");
}
