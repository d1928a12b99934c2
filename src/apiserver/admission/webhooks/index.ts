/**
 * Webhooks: rules, selectors and conditions choose the webhooks of a write. Programs in the cluster answer them. Without
 * a valid answer, the webhook's failure policy decides.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook.
 */
import { type Compiled, PolicyCompiler, withVariables } from "../../../cel/admission/policy-compiler.ts";
import { mutatingWebhookConfigurationKind } from "../../../kinds/admissionregistration/mutating-webhook-configuration.ts";
import { validatingWebhookConfigurationKind } from "../../../kinds/admissionregistration/validating-webhook-configuration.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import { ApiError } from "../../../lib/api-error.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import { MAX_MATCH_CONDITIONS_COST } from "../../../lib/limits.ts";
import { jsonPatch } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { decodeAs, isError } from "../../body.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden } from "../context.ts";
import { activationOf } from "../policies/activation.ts";
import { formOf, kindOfForm, type WriteAttributes, writeAttributesOf } from "../policies/attributes.ts";
import { withinBudget } from "../policies/budget.ts";
import { perObject } from "../policies/hooks.ts";
import { conditionsMatch } from "../policies/match-conditions.ts";
import { kindUnder, matchesNamespace, matchesObject } from "../policies/matching.ts";
import { takeOver } from "../policies/take-over.ts";
import { callWebhook, type Webhook } from "./call.ts";

interface Configuration extends KubernetesObject {
  webhooks?: readonly Webhook[];
}

export const mutatingWebhooks: AdmissionPlugin = {
  name: "MutatingAdmissionWebhook",
  mutate: (context) => mutateAll(context, () => true),
  // A webhook with this policy sees what others changed after it.
  mutateAgain: (context) =>
    void mutateAll(context, (webhook, object) => {
      return (
        "reinvocationPolicy" in webhook &&
        webhook.reinvocationPolicy === "IfNeeded" &&
        seen(context, webhook) !== object
      );
    }),
};

export const validatingWebhooks: AdmissionPlugin = {
  name: "ValidatingAdmissionWebhook",
  validate(context) {
    for (const { webhook, write, kind } of applying(
      context,
      validatingWebhookConfigurationKind as unknown as KindDefinition,
    )) {
      const verdict = callWebhook(webhook, write, kind);
      if (verdict.type === "problem") refuseUnlessIgnored(webhook, verdict.problem);
    }
  },
};

/** The object as each webhook of a write left it. */
const lastSeen = new WeakMap<AdmissionContext, Map<string, string>>();

function seen(context: AdmissionContext, { name }: Webhook): string | undefined {
  return lastSeen.get(context)?.get(name);
}

/** Returns true if a webhook changed the object. */
function mutateAll(context: AdmissionContext, concerns: (webhook: Webhook, object: string) => boolean): boolean {
  let isChanged = false;
  for (const { webhook, write, kind } of applying(
    context,
    mutatingWebhookConfigurationKind as unknown as KindDefinition,
  )) {
    const before = JSON.stringify(context.object);
    if (!concerns(webhook, before)) continue;
    const verdict = callWebhook(webhook, write, kind);
    if (verdict.type === "problem") refuseUnlessIgnored(webhook, verdict.problem);
    else if (verdict.patch !== undefined && write.operation !== "DELETE") applyPatch(verdict.patch, write, kind);
    const after = JSON.stringify(context.object);
    if (after !== before) isChanged = true;
    const all = lastSeen.get(context) ?? new Map<string, string>();
    lastSeen.set(context, all.set(webhook.name, after));
  }
  return isChanged;
}

function applyPatch(patch: JsonValue, write: WriteAttributes, kind: KindDefinition): void {
  const current = formOf(write, kind, write.context.object);
  const patched = jsonPatch(current as unknown as JsonValue, patch);
  if ("error" in patched) throw brokenPatch(patched.error);
  if (!isJsonObject(patched.value)) throw brokenPatch("the patched object is no object");
  const decoded = decodeAs(kindOfForm(write, kind), patched.value, { fieldValidation: "Ignore" });
  if (isError(decoded)) throw brokenPatch(decoded.error);
  takeOver(write, kind, decoded.value);
}

function brokenPatch(why: string): ApiError {
  return new ApiError("InternalError", `Internal error occurred: ${why}`);
}

function refuseUnlessIgnored({ name, failurePolicy }: Webhook, problem: string): void {
  if (failurePolicy === "Ignore") return;
  const why = `failed calling webhook ${JSON.stringify(name)}: ${problem}`;
  throw new ApiError("InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}

/** The webhooks that apply to a write, in the order of their configurations' names. Each one sees earlier changes. */
function* applying(
  context: AdmissionContext,
  kind: KindDefinition,
): Generator<{ webhook: Webhook; write: WriteAttributes; kind: KindDefinition }> {
  const { tx } = context;
  const configurations = tx.derived(`webhooks/${kind.plural}`, [kind], () => tx.list(kind)) as readonly Configuration[];
  if (configurations.length === 0) return;
  const write = writeAttributesOf(context);
  if (!write) return;
  for (const configuration of configurations) {
    for (const webhook of configuration.webhooks ?? []) {
      const matched = kindFor(webhook, write);
      if (matched) yield { webhook, write, kind: matched };
    }
  }
}

/** The kind in which the webhook sees the write; undefined if it does not apply. */
function kindFor(webhook: Webhook, write: WriteAttributes): KindDefinition | undefined {
  const { rules = [], matchPolicy, namespaceSelector, objectSelector, failurePolicy } = webhook;
  const kind = kindUnder(rules, matchPolicy, write);
  if (!kind || !matchesNamespace(namespaceSelector, write) || !matchesObject(objectSelector, write)) return undefined;
  if (!webhook.matchConditions?.length) return kind;
  const { context } = write;
  const match = withinBudget(context, MAX_MATCH_CONDITIONS_COST, (meter) => {
    const variables = withVariables(activationOf(write, kind, null), [], meter);
    return conditionsMatch(() => compiledConditions(webhook, meter), variables, meter, failurePolicy);
  });
  if ("error" in match) throw forbidden(context, match.error);
  return match.matches ? kind : undefined;
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
