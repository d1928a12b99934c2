/** The rules of the controller in this process, and the host that a request is about. */
import type { IngressController } from "../../../lib/edge/ingress-controller.ts";
import { INGRESS_RULES, type IngressHost, type IngressRules } from "../../../lib/edge/ingress-rules.ts";
import type { JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";

const NO_RULES: IngressRules = { options: {}, hosts: {}, secrets: {} };

/** Empty if the process is no controller, or cannot reach the API server. */
export function rulesOf(process: ProcessView, controller: IngressController): IngressRules {
  const { env, argv } = process;
  const scope = controller.scope({ args: argv.slice(1), env, namespace: env["POD_NAMESPACE"] ?? "" });
  const host = env["KUBERNETES_SERVICE_HOST"];
  if (!scope || host === undefined) return NO_RULES;
  const port = Number(env["KUBERNETES_SERVICE_PORT"] ?? 443);
  const body = scope as unknown as JsonValue;
  const answer = process.ask({ type: "message", host, port, protocol: INGRESS_RULES, body, timeoutMs: 10_000 });
  return answer?.type === "message" ? (answer.body as unknown as IngressRules) : NO_RULES;
}

/** The exact host, else the wildcard with one more label, else the rules for all hosts. */
export function hostRules({ hosts }: IngressRules, host: string): IngressHost | undefined {
  const find = (name: string) => (Object.hasOwn(hosts, name) ? hosts[name] : undefined);
  const wildcard = host.includes(".") ? `*${host.slice(host.indexOf("."))}` : "";
  return find(host) ?? (wildcard === "" ? undefined : find(wildcard)) ?? find("");
}
