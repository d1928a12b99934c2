/**
 * Conversion of custom resources between versions by a webhook.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import type { Convert } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { textOfBytes } from "../lib/bytes.ts";
import { isJsonObject, type JsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../lib/json.ts";
import type { CustomResourceConversion, KubernetesObject } from "../schema/types.ts";
import { postReview, statusProblem } from "./calls/webhook-client.ts";

const GROUP = "apiextensions.k8s.io";
const REVIEW_VERSIONS = ["v1", "v1beta1"];
const TIMEOUT_SECONDS = 30;

/** Calls the webhooks of definitions in this transaction. */
export function conversionWebhooks(tx: Transaction): Convert {
  return ({ spec }, objects, apiVersion) => {
    const { apiVersion: from, kind } = objects[0]!;
    const failed = (why: string) =>
      new ApiError("Unknown", `conversion webhook for ${from}, Kind=${kind} failed: ${why}`);
    const converted = convertedBy(tx, spec.conversion?.webhook, objects, apiVersion);
    if (typeof converted === "string") throw failed(converted);
    if (converted.length !== objects.length) {
      const count = `returned ${converted.length} objects, expected ${objects.length}`;
      throw new ApiError("Unknown", `conversion webhook for ${from}, Kind=${kind} ${count}`);
    }
    return objects.map((object, i) => {
      const result = converted[i]!;
      const problem = problemOf(object, result, apiVersion);
      if (problem === undefined) return withMetadata(object, result);
      const what = `conversion webhook for ${from}, Kind=${kind} returned invalid converted object at index ${i}`;
      throw new ApiError("Unknown", `${what}: ${problem}`);
    });
  };
}

/** The converted objects as they were sent, or why there are none. */
function convertedBy(
  tx: Transaction,
  webhook: CustomResourceConversion["webhook"],
  objects: readonly KubernetesObject[],
  desiredAPIVersion: string,
): readonly JsonObject[] | string {
  const accepted = webhook?.conversionReviewVersions ?? [];
  const version = REVIEW_VERSIONS.find((each) => accepted.includes(each)) ?? "v1";
  const uid = tx.random.uid();
  const review = {
    ...{ kind: "ConversionReview", apiVersion: `${GROUP}/${version}` },
    request: { uid, desiredAPIVersion, objects },
  };
  const reply = postReview(tx, webhook?.clientConfig ?? {}, { review, timeoutSeconds: TIMEOUT_SECONDS });
  if ("problem" in reply) return reply.problem;
  const text = textOfBytes(reply.body);
  return statusProblem({ status: reply.status, body: text }) ?? objectsIn(text, uid);
}

function objectsIn(text: string, uid: string): readonly JsonObject[] | string {
  let review: JsonValue;
  try {
    review = parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return `couldn't get version/kind; json parse error: ${error.message}`;
    throw error;
  }
  const response = isJsonObject(review) ? review["response"] : undefined;
  if (!isJsonObject(response)) return "no response provided";
  if (response["uid"] !== uid) {
    return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response["uid"] ?? "")}`;
  }
  const result = isJsonObject(response["result"]) ? response["result"] : {};
  if (result["status"] !== "Success") {
    const { message } = result;
    if (typeof message === "string" && message !== "") return message;
    return `response.result.status was '${String(result["status"] ?? "")}', not 'Success'`;
  }
  const converted = response["convertedObjects"];
  return Array.isArray(converted) ? converted.filter(isJsonObject) : [];
}

function problemOf(before: KubernetesObject, after: JsonObject, apiVersion: string): string | undefined {
  const metadata = isJsonObject(after["metadata"]) ? after["metadata"] : undefined;
  if (after["apiVersion"] !== apiVersion) return `invalid groupVersion, must be ${apiVersion}`;
  if (after["kind"] !== before.kind) return `must have the same kind: ${before.kind} != ${String(after["kind"])}`;
  if (!metadata) return "must have metadata";
  for (const [field, label] of SAME_FIELDS) {
    const [old, now] = [before.metadata[field] ?? "", metadata[field] ?? ""];
    if (old !== now) return `must have the same ${label}: ${old} != ${String(now)}`;
  }
  return undefined;
}

const SAME_FIELDS = [
  ["name", "name"],
  ["namespace", "namespace"],
  ["uid", "UID"],
] as const;

/** Only labels and annotations of the metadata may change. */
function withMetadata(before: KubernetesObject, after: JsonObject): KubernetesObject {
  const { labels, annotations } = after["metadata"] as JsonObject;
  const { labels: _labels, annotations: _annotations, ...rest } = before.metadata;
  const metadata = { ...rest, ...(labels && { labels }), ...(annotations && { annotations }) };
  return { ...after, metadata } as unknown as KubernetesObject;
}
