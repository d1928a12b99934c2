/** Answers of operators' webhooks: reviews of admission and conversion. */
import { textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { objectsIn } from "../kubectl/core/parts.ts";
import { type HttpAnswer, json } from "../servers/http.ts";
import type { HttpRequest } from "../servers/server.ts";

/**
 * The answer to a review: admission as `admit` responds to its request, and conversion renames the version. Undefined for
 * other requests.
 */
export function reviewAnswer(
  { method, body }: HttpRequest,
  admit: (request: JsonObject) => JsonObject = () => ({ allowed: true }),
): HttpAnswer | undefined {
  const review = method === "POST" ? jsonOf(body) : undefined;
  if (!isJsonObject(review) || !isJsonObject(review["request"])) return undefined;
  const { kind = "", apiVersion = "", request } = review;
  const uid = request["uid"] ?? "";
  switch (kind) {
    case "AdmissionReview":
      return json(200, { kind, apiVersion, response: { uid, ...admit(request) } });
    case "ConversionReview": {
      const wanted = request["desiredAPIVersion"] ?? "";
      const convertedObjects = objectsIn(request["objects"]).map(
        (object): JsonObject => ({ ...object, apiVersion: wanted }),
      );
      return json(200, { kind, apiVersion, response: { uid, convertedObjects, result: { status: "Success" } } });
    }
    default:
      return undefined;
  }
}

function jsonOf(body: string): JsonValue | undefined {
  try {
    return JSON.parse(textOfBytes(body)) as JsonValue;
  } catch {
    return undefined;
  }
}
