/** The requests of `get`. */
import { isJsonObject, type JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { pathOf, type Resource } from "../../core/discovery.ts";
import { refusalOf } from "../../core/objects.ts";
import { objectsIn } from "../../core/parts.ts";
import type { Steps } from "../../core/session.ts";
import { listError, type Target } from "../../core/targets.ts";

function requestPath({ flags }: Call, { resource, name, namespace }: Target): string {
  return pathOf(resource, namespace, name, flags.text("subresource") || undefined);
}

/** The selectors of the call, as a query. */
export function selectionOf({ flags }: Call): Record<string, string> {
  return {
    ...(flags.text("selector") && { labelSelector: flags.text("selector") }),
    ...(flags.text("field-selector") && { fieldSelector: flags.text("field-selector") }),
  };
}

function queryOf(call: Call, { name }: Target): Record<string, string | undefined> {
  const { flags } = call;
  const isSorted = flags.text("sort-by") !== "";
  const whole = isSorted && ["", "wide"].includes(flags.text("output")) ? { includeObject: "Object" } : {};
  if (name !== undefined) return whole;
  return {
    ...whole,
    ...selectionOf(call),
    ...(flags.int("chunk-size") > 0 && !isSorted && { limit: flags.text("chunk-size") }),
  };
}

/** The parts of a list, page by page, as one. Throws ServerError. */
export function* fetchAll(call: Call, target: Target, accept: string, rows: "items" | "rows"): Steps<JsonObject> {
  const path = requestPath(call, target);
  const query = queryOf(call, target);
  try {
    const first = yield* call.client.json(path, { accept, query });
    const all = Array.isArray(first[rows]) ? [...first[rows]] : [];
    let metadata = first["metadata"];
    while (isJsonObject(metadata) && metadata["continue"]) {
      const from = String(metadata["continue"]);
      const next = yield* call.client.json(path, { accept, query: { ...query, continue: from } });
      if (Array.isArray(next[rows])) all.push(...next[rows]);
      metadata = next["metadata"];
    }
    return target.name === undefined || rows === "rows" ? { ...first, [rows]: all } : first;
  } catch (error) {
    if (error instanceof ServerError && target.name === undefined) throw listError(error, call, target.resource);
    throw yield* refusalOf(call, error, target.resource.isNamespaced ? target.namespace : "");
  }
}

export interface Found {
  resource: Resource;
  object: JsonObject;
}

/** The objects of all targets; refusals do not stop the others. */
export function* fetchObjects(
  call: Call,
  targets: readonly Target[],
): Steps<{ found: Found[]; failed: ServerError[] }> {
  const found: Found[] = [];
  const failed: ServerError[] = [];
  for (const target of targets) {
    try {
      const { resource } = target;
      const answer = yield* fetchAll(call, target, "application/json", "items");
      if (target.name !== undefined) {
        found.push({ resource, object: answer });
        continue;
      }
      const { apiVersion, kind, items } = answer;
      const itemKind = String(kind).replace(/List$/, "");
      for (const item of objectsIn(items)) {
        found.push({ resource, object: { apiVersion: apiVersion!, kind: itemKind, ...item } });
      }
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      failed.push(error);
    }
  }
  return { found, failed };
}

/** Prints refusals. Returns the exit code. */
export function report({ session, flags }: Call, failed: readonly ServerError[]): number {
  const shown = failed.filter(({ reason }) => !(flags.is("ignore-not-found") && reason === "NotFound"));
  for (const error of shown) session.warn(`${error.message}\n`);
  return shown.length > 0 ? 1 : 0;
}
