/**
 * One call of a webhook: the review that is sent, and what its answer says.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go,
 * staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror.go
 */
import type { KindDefinition } from "../../../kinds/kind.ts";
import { ForeignRefusal } from "../../../lib/api-error.ts";
import { bytesOfBase64, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../../../lib/json.ts";
import type { MutatingWebhook, ValidatingWebhook } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { postReview, statusProblem } from "../../calls/webhook-client.ts";
import { admissionRequest } from "../policies/admission-request.ts";
import { formOf, type WriteAttributes } from "../policies/attributes.ts";

export type Webhook = ValidatingWebhook | MutatingWebhook;

/** `problem`: there was no valid answer, so the failure policy decides. `patch`: operations of a JSON patch. */
export type Verdict = { type: "allowed"; patch?: JsonValue } | { type: "problem"; problem: string };

const DEFAULT_TIMEOUT_SECONDS = 10;
/** The versions of reviews that the API server speaks, in its order of preference. */
const REVIEW_VERSIONS = ["v1", "v1beta1"];
const GROUP = "admission.k8s.io";

/** Calls a webhook about a write that it applies to, in the form of `kind`. Throws the refusal of a webhook that denies. */
export function callWebhook(webhook: Webhook, write: WriteAttributes, kind: KindDefinition): Verdict {
  const { clientConfig, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, admissionReviewVersions, name = "" } = webhook;
  const version = REVIEW_VERSIONS.find((each) => admissionReviewVersions.includes(each)) ?? "v1";
  const { tx } = write.context;
  const uid = tx.random.uid();
  const review = reviewOf(write, kind, { uid, version });
  const reply = postReview(tx, clientConfig, { review, timeoutSeconds });
  if ("problem" in reply) return { type: "problem", problem: `failed to call webhook: ${reply.problem}` };
  const body = textOfBytes(reply.body);
  const refused = statusProblem({ status: reply.status, body });
  if (refused !== undefined) return { type: "problem", problem: `failed to call webhook: ${refused}` };
  const response = responseOf(body, { uid, version });
  if (typeof response === "string") return { type: "problem", problem: response };
  warn(response, write);
  if (response["allowed"] !== true) throw denial(name, response["status"]);
  return patchOf(response);
}

function reviewOf(write: WriteAttributes, kind: KindDefinition, { uid, version }: { uid: string; version: string }) {
  const { operation, context } = write;
  const shown = (object: KubernetesObject | undefined) => (object ? formOf(write, kind, object) : null);
  const request = admissionRequest(write, kind);
  return {
    kind: "AdmissionReview",
    apiVersion: `${GROUP}/${version}`,
    request: {
      uid,
      ...request,
      object: operation === "DELETE" ? null : shown(context.object),
      oldObject: operation === "CREATE" || operation === "CONNECT" ? null : shown(context.old),
    },
  };
}

/** The response of a valid review, or what is wrong with it. */
function responseOf(text: string, { uid, version }: { uid: string; version: string }): JsonObject | string {
  let review: JsonValue;
  try {
    review = parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError)
      return `failed to call webhook: couldn't get version/kind; json parse error: ${error.message}`;
    throw error;
  }
  const invalid = (why: string) => `received invalid webhook response: ${why}`;
  if (!isJsonObject(review) || !isJsonObject(review["response"])) return invalid("webhook response was absent");
  const expected = `${GROUP}/${version}, Kind=AdmissionReview`;
  const got = `${String(review["apiVersion"] ?? "")}, Kind=${String(review["kind"] ?? "")}`;
  if (got !== expected) return invalid(`expected webhook response of ${expected}, got ${got}`);
  const response = review["response"];
  if (response["uid"] !== uid)
    return invalid(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response["uid"] ?? "")}`);
  const { patch, patchType } = response;
  if (patch && !patchType) return invalid("webhook returned response.patch but not response.patchType");
  if (patchType && !patch) return invalid("webhook returned response.patchType but not response.patch");
  if (patchType && patchType !== "JSONPatch") {
    return invalid(`webhook returned invalid response.patchType of ${JSON.stringify(patchType)}`);
  }
  return response;
}

function warn({ warnings }: JsonObject, { context }: WriteAttributes): void {
  if (!Array.isArray(warnings)) return;
  for (const warning of warnings) {
    if (typeof warning === "string") context.warn(warning);
  }
}

function denial(name: string, status: JsonValue | undefined): ForeignRefusal {
  const { message, reason, code } = isJsonObject(status) ? status : {};
  const denied = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = (typeof message === "string" && message) || (typeof reason === "string" && reason);
  const number = typeof code === "number" && code >= 400 ? code : 400;
  return new ForeignRefusal(
    why ? `${denied}: ${why}` : `${denied} without explanation`,
    number,
    typeof reason === "string" && reason ? reason : undefined,
  );
}

function patchOf({ patch }: JsonObject): Verdict {
  if (typeof patch !== "string" || patch === "") return { type: "allowed" };
  try {
    return { type: "allowed", patch: parseJson(textOfBytes(bytesOfBase64(patch))) };
  } catch {
    // Every error of the decoders is an error of the patch.
    return { type: "problem", problem: "received invalid webhook response: response.patch is no JSON patch" };
  }
}
