/** Gatekeeper: the webhook and the audit are one program, with different operations. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { splitPath, text } from "../../servers/http.ts";
import { isoTime } from "../../servers/log.ts";
import { contentOf, flagOf } from "../../servers/server.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { ensure, find, list, metadataOf, nameOf, replace } from "../objects.ts";
import { keepCertificate } from "../rotator.ts";
import { DEFINITIONS } from "../server-certificates.ts";
import { keepAudit } from "./audit.ts";
import { enforcedConstraint } from "./enforced.ts";
import { answerReview } from "./review.ts";
import { type Known, keepStatuses } from "./status.ts";
import { CONSTRAINT_GROUP, CONSTRAINTS, constraintDefinition, readTemplate, TEMPLATES } from "./templates.ts";

const ALL_OPERATIONS = ["audit", "generate", "mutation-status", "mutation-webhook", "status", "webhook"];

/** All operations unless flags name some. */
function operationsOf({ argv }: ProcessView): string[] {
  const flag = "--operation=";
  const given = argv.filter((each) => each.startsWith(flag)).map((each) => each.slice(flag.length));
  return given.length > 0 ? given.sort() : ALL_OPERATIONS;
}

const isWebhook = (process: ProcessView) => operationsOf(process).includes("webhook");
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const line = (process: ProcessView, level: "info" | "error", message: string) =>
  `${isoTime(process.nowMs)}\t${level.toUpperCase()}\t${message}`;

export const gatekeeper = controllerProgram({
  agent: "gatekeeper",
  line,
  resources: ({ state }) => [
    ...["core/secrets", "admissionregistration.k8s.io/validatingwebhookconfigurations"],
    ...["templates.gatekeeper.sh/constrainttemplates", "apiextensions.k8s.io/customresourcedefinitions"],
    ...["config.gatekeeper.sh/configs", ...textsOf(state["constraints"]), ...textsOf(state["audited"])],
  ],
  server: {
    ports: (process) => {
      const port = Number(flagOf(process.argv, "port") ?? 8443);
      return [...new Set([port, 9090, 8888, ...(process.host.declaredPorts ?? [])])];
    },
    startMs: 700,
    ready: (process) => ["Starting manager", "Starting workers"].map((each) => line(process, "info", each)),
    stop: { ms: 100 },
    memoryBytes: () => 60_000_000,
    certificate: (process) => (isWebhook(process) ? contentOf(process, "/certs/tls.crt") : undefined),
    http(process, request) {
      if (/^\/(healthz?|livez|readyz|ready)/.test(splitPath(request.path).path)) return text(200, "ok");
      return answerReview(process, request) ?? text(404, "404 page not found\n");
    },
  },
  *reconcile(api) {
    const { process, client, namespace } = api;
    if (isWebhook(process) && flagOf(process.argv, "disable-cert-rotation") !== "true") {
      const services = ["gatekeeper-webhook-service"];
      yield* keepCertificate(api, { secret: "gatekeeper-webhook-server-cert", services, organization: "gatekeeper" });
    }
    const known = yield* knownTemplates(api);
    const enforced = known.flatMap(({ template: { kind, source, problem }, constraints }) =>
      problem || !source ? [] : constraints.map((constraint) => enforcedConstraint(kind, source, constraint)),
    );
    const configs = `/apis/config.gatekeeper.sh/v1alpha1/namespaces/${namespace}/configs`;
    const config = yield* find(client, `${configs}/config`);
    process.state["enforced"] = enforced;
    process.state["config"] = { spec: objectIn(config?.["spec"]) };
    yield* keepStatuses(api, known, operationsOf(process));
    return operationsOf(process).includes("audit") ? yield* keepAudit(api, enforced, config) : undefined;
  },
});

/** The templates with their constraints. Definitions that are missing or old are written. */
function* knownTemplates(api: Api): Steps<Known[]> {
  const { client, process } = api;
  const known: Known[] = [];
  const defined: JsonObject = {};
  for (const object of yield* list(client, TEMPLATES)) {
    const template = readTemplate(object);
    if (metadataOf(object)["deletionTimestamp"] !== undefined) continue;
    const plural = template.kind.toLowerCase();
    const generation = metadataOf(object)["generation"] ?? 1;
    if (template.problem?.code !== "create_error") {
      const isCurrent = objectIn(process.state["defined"])[plural] === generation;
      yield* keepDefinition(api, constraintDefinition(template), isCurrent);
      defined[plural] = generation;
    }
    known.push({ template, constraints: yield* list(client, `${CONSTRAINTS}/${plural}`) });
  }
  process.state["defined"] = defined;
  process.state["constraints"] = Object.keys(defined).map((plural) => `${CONSTRAINT_GROUP}/${plural}`);
  return known;
}

function* keepDefinition({ client }: Api, definition: JsonObject, isCurrent: boolean): Steps<void> {
  const path = `${DEFINITIONS}/${nameOf(definition)}`;
  const found = yield* find(client, path);
  if (!found) yield* ensure(client, DEFINITIONS, definition);
  else if (!isCurrent) {
    const metadata = { ...metadataOf(found), ...metadataOf(definition) };
    yield* replace(client, path, { ...found, ...definition, metadata });
  }
}
