/**
 * Webhooks: rules, selectors and conditions choose the webhooks of a write. No container serves requests, so each of
 * them fails like an unreachable webhook, and its failure policy decides.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook.
 */
import { type Compiled, PolicyCompiler, withVariables } from "../../../cel/admission/policy-compiler.ts";
import { mutatingWebhookConfigurationKind } from "../../../kinds/admissionregistration/mutating-webhook-configuration.ts";
import { validatingWebhookConfigurationKind } from "../../../kinds/admissionregistration/validating-webhook-configuration.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import { ApiError } from "../../../lib/api-error.ts";
import { MAX_MATCH_CONDITIONS_COST } from "../../../lib/limits.ts";
import type { MutatingWebhook, ValidatingWebhook } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden } from "../context.ts";
import { activationOf } from "../policies/activation.ts";
import { type WriteAttributes, writeAttributesOf } from "../policies/attributes.ts";
import { withinBudget } from "../policies/budget.ts";
import { perObject } from "../policies/hooks.ts";
import { conditionsMatch } from "../policies/match-conditions.ts";
import { kindUnder, matchesNamespace, matchesObject } from "../policies/matching.ts";
import { callProblem } from "./call.ts";

type Webhook = ValidatingWebhook | MutatingWebhook;

interface Configuration extends KubernetesObject {
  webhooks?: readonly Webhook[];
}

export const mutatingWebhooks: AdmissionPlugin = {
  name: "MutatingAdmissionWebhook",
  // An unreachable webhook changes nothing, so it is not run again.
  mutate(context) {
    callAll(context, mutatingWebhookConfigurationKind as unknown as KindDefinition);
    return false;
  },
};

export const validatingWebhooks: AdmissionPlugin = {
  name: "ValidatingAdmissionWebhook",
  validate: (context) => callAll(context, validatingWebhookConfigurationKind as unknown as KindDefinition),
};

function callAll(context: AdmissionContext, kind: KindDefinition): void {
  const { tx } = context;
  const configurations = tx.derived(`webhooks/${kind.plural}`, [kind], () => tx.list(kind)) as readonly Configuration[];
  if (configurations.length === 0) return;
  const write = writeAttributesOf(context);
  if (!write) return;
  for (const configuration of configurations) {
    for (const webhook of configuration.webhooks ?? []) {
      const problem = applies(webhook, write) ? callProblem(webhook, context) : undefined;
      if (problem === undefined || webhook.failurePolicy === "Ignore") continue;
      const why = `failed calling webhook ${JSON.stringify(webhook.name)}: ${problem}`;
      throw new ApiError("InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });
    }
  }
}

function applies(webhook: Webhook, write: WriteAttributes): boolean {
  const { rules = [], matchPolicy, namespaceSelector, objectSelector, failurePolicy } = webhook;
  const kind = kindUnder(rules, matchPolicy, write);
  if (!kind || !matchesNamespace(namespaceSelector, write) || !matchesObject(objectSelector, write)) return false;
  if (!webhook.matchConditions?.length) return true;
  const { context } = write;
  const match = withinBudget(context, MAX_MATCH_CONDITIONS_COST, (meter) => {
    const variables = withVariables(activationOf(write, kind, null), [], meter);
    return conditionsMatch(() => compiledConditions(webhook, meter), variables, meter, failurePolicy);
  });
  if ("error" in match) throw forbidden(context, match.error);
  return match.matches;
}

const compiledConditions = perObject(
  ({ matchConditions }: Webhook) => matchConditions?.length ?? 0,
  ({ matchConditions = [] }): readonly Compiled[] => {
    const compiler = new PolicyCompiler({ hasParams: false });
    return matchConditions.map(({ expression }) =>
      compiler.compile(expression, { result: "bool", hasAuthorizer: true }),
    );
  },
);
