/** Requests that policies judge. */
import type { JsonObject } from "../../../lib/json.ts";
import type { Subject } from "./match.ts";

/** A request as rules see it. */
export interface Review extends Subject {
  /** Fields of the review: operation, userInfo, namespace, names of kinds. */
  request: JsonObject;
  object: JsonObject | undefined;
  oldObject: JsonObject | undefined;
  /** The Namespace of the object, for CEL. */
  namespaceObject?: JsonObject | undefined;
}
