/** Reads and validates the options of lists and watches (metav1.ListOptions), like apimachinery. */
import type { FieldError } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { fromBigInt, parseInteger as parseUnsigned } from "../lib/integers.ts";
import { invalidOptions, notSupported, parseInteger } from "./options.ts";
import { isTrue } from "./request-info.ts";

export interface ListOptions {
  /** 0: no limit. */
  limit: number;
  continue: string;
  /** Undefined if the request has none. 0 allows any state. */
  resourceVersion: number | undefined;
  resourceVersionMatch: "" | "Exact" | "NotOlderThan";
  sendInitialEvents: boolean | undefined;
  allowWatchBookmarks: boolean;
  timeoutSeconds: number | undefined;
}

/** Throws Invalid or BadRequest. */
export function listOptions(query: URLSearchParams, options: { isWatch: boolean }): ListOptions {
  const limit = integerOf(query, "limit") ?? 0;
  const timeoutSeconds = integerOf(query, "timeoutSeconds");
  const versionText = query.get("resourceVersion") ?? "";
  const initial = query.get("sendInitialEvents");
  let match = query.get("resourceVersionMatch") ?? "";
  let sendInitialEvents = initial === null ? undefined : isTrue(initial);
  // A watch without a version is the same as a watch that asks for the initial events.
  if (
    options.isWatch &&
    sendInitialEvents === undefined &&
    match === "" &&
    (versionText === "" || versionText === "0")
  ) {
    [sendInitialEvents, match] = [true, "NotOlderThan"];
  }
  const isContinued = (query.get("continue") ?? "") !== "";
  const errors = options.isWatch
    ? validateWatch({ match, sendInitialEvents, isContinued })
    : validateList({ match, versionText, sendInitialEvents, isContinued });
  if (errors.length > 0) throw invalidOptions("ListOptions", errors);
  return {
    limit: Math.max(0, limit),
    continue: query.get("continue") ?? "",
    resourceVersion: parseResourceVersion(versionText),
    resourceVersionMatch: match as ListOptions["resourceVersionMatch"],
    sendInitialEvents,
    allowWatchBookmarks: isTrue(query.get("allowWatchBookmarks")),
    timeoutSeconds,
  };
}

function validateList(given: {
  match: string;
  versionText: string;
  sendInitialEvents: boolean | undefined;
  isContinued: boolean;
}): FieldError[] {
  const errors: FieldError[] = [];
  const { match, versionText } = given;
  if (match !== "") {
    if (versionText === "") {
      errors.push(
        forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"),
      );
    }
    if (given.isContinued) {
      errors.push(forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
    }
    if (match !== "Exact" && match !== "NotOlderThan") {
      errors.push(notSupported("resourceVersionMatch", JSON.stringify(match), ["Exact", "NotOlderThan", ""]));
    }
    if (match === "Exact" && versionText === "0") {
      const why = `resourceVersionMatch "exact" is forbidden for resourceVersion "0"`;
      errors.push(forbidden("resourceVersionMatch", why));
    }
  }
  if (given.sendInitialEvents !== undefined) {
    errors.push(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
}

function validateWatch(given: {
  match: string;
  sendInitialEvents: boolean | undefined;
  isContinued: boolean;
}): FieldError[] {
  const errors: FieldError[] = [];
  const { match, sendInitialEvents } = given;
  if (sendInitialEvents !== undefined && match !== "NotOlderThan") {
    const why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    errors.push(forbidden("resourceVersionMatch", why));
  }
  if (match === "") return errors;
  if (sendInitialEvents === undefined) {
    const why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
    errors.push(forbidden("resourceVersionMatch", why));
  }
  if (match !== "NotOlderThan") {
    errors.push(notSupported("resourceVersionMatch", JSON.stringify(match), ["NotOlderThan"]));
  }
  if (given.isContinued) {
    errors.push(forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
  }
  return errors;
}

function forbidden(field: string, why: string): FieldError {
  return { type: "FieldValueForbidden", field, message: `Forbidden: ${why}` };
}

function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null || text === "" ? undefined : parseInteger(text);
}

/** Throws BadRequest in the words of Go's parser. */
export function parseResourceVersion(text: string): number | undefined {
  if (text === "") return undefined;
  const parsed = parseUnsigned(text, { bits: 64, isUnsigned: true });
  if (typeof parsed === "bigint") return fromBigInt(parsed);
  const shown = JSON.stringify(text);
  throw new ApiError(
    "BadRequest",
    `invalid resource version: resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: ${parsed}`,
  );
}

/** Refuses a version that the cluster has not reached. Clients retry. */
export function refuseFutureVersion(resourceVersion: number, current: number): void {
  if (resourceVersion <= current) return;
  throw new ApiError("Timeout", `Timeout: Too large resource version: ${resourceVersion}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
