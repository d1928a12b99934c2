/** The parameters of requests. Clients read the server's features from them: `fieldValidation`, `dryRun`. */
import type { JsonObject } from "../../lib/json.ts";

type ValueType = "string" | "integer" | "boolean";

function query(name: string, type: ValueType, description: string): JsonObject {
  return { name, in: "query", description, schema: { type, uniqueItems: true } };
}

export function pathParameter(name: string, description: string): JsonObject {
  return { name, in: "path", description, required: true, schema: { type: "string", uniqueItems: true } };
}

export const PRETTY = query("pretty", "string", "If 'true', then the output is pretty printed.");

const DRY_RUN = query("dryRun", "string", "When present, nothing is persisted. The only valid value is All.");
const FIELD_MANAGER = query(
  "fieldManager",
  "string",
  "The name of the actor that is making these changes, of at most 128 printable characters.",
);
const FIELD_VALIDATION = query(
  "fieldValidation",
  "string",
  "What to do about unknown or duplicate fields: Ignore drops them, Warn drops them with a warning (the default), Strict refuses the request.",
);
const FORCE = query(
  "force",
  "boolean",
  "Force takes over fields that other managers own. It must be unset for patches that are no apply.",
);

export const RESOURCE_VERSION = query(
  "resourceVersion",
  "string",
  "The version that the answer may be served from, or a watch starts behind.",
);

const LIST = [
  query("allowWatchBookmarks", "boolean", "Ask for watch events of type BOOKMARK."),
  query("continue", "string", "Where to go on, from the answer to an earlier request for a part of the list."),
  query("fieldSelector", "string", "Restricts the returned objects by their fields. Defaults to everything."),
  query("labelSelector", "string", "Restricts the returned objects by their labels. Defaults to everything."),
  query("limit", "integer", "The largest number of items to return; `continue` of the answer says where to go on."),
  RESOURCE_VERSION,
  query("resourceVersionMatch", "string", "How resourceVersion is applied to lists: Exact or NotOlderThan."),
  query(
    "sendInitialEvents",
    "boolean",
    "Begin a watch with the current state, followed by a bookmark that marks its end.",
  ),
  query("timeoutSeconds", "integer", "Limits the duration of the call, whatever happens."),
  query("watch", "boolean", "Watch for changes, and return them as a stream of notifications."),
];

const DELETE = [
  DRY_RUN,
  query("gracePeriodSeconds", "integer", "Seconds to grant before the object goes. Zero means at once."),
  query("orphanDependents", "boolean", "Deprecated: use propagationPolicy."),
  query("propagationPolicy", "string", "What happens to dependents: Orphan, Background or Foreground."),
];

const PARAMETERS = {
  list: LIST,
  write: [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION],
  patch: [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION, FORCE],
  delete: DELETE,
};

export function queryParameters(request: keyof typeof PARAMETERS): JsonObject[] {
  return [...PARAMETERS[request]];
}
