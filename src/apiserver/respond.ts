/** Responses in the form that the client asked for. Stored bodies are sent unparsed where the form allows it. */
import { codecOf } from "../kinds/codec.ts";
import type { KindDefinition, ObjectKey, PrivateReader } from "../kinds/kind.ts";
import type { ApiError } from "../lib/api-error.ts";
import { escapeHtml } from "../lib/canonical-json.ts";
import { parseJson } from "../lib/json.ts";
import { mapInParts, type Parts, WORK } from "../lib/work.ts";
import { parseObject } from "../schema/parse-object.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { yamlText } from "../yaml/yaml.ts";
import type { VerbContext } from "./context.ts";
import { plainRepresentation, type Representation, refusalRepresentation } from "./negotiation.ts";
import type { ApiOutcome, RequestHead } from "./request.ts";
import { codeOf, refusalHeaders, refusalStatusOf } from "./status.ts";
import { inRowOrder, type ListMeta, partialObject, rowOf, tableOf } from "./tables.ts";
import { shiftTimes } from "./time-edge.ts";

/** An object of the route's kind. With its stored body, the plain form needs no encoding. */
export function objectOutcome(
  context: VerbContext,
  status: number,
  storedObject: KubernetesObject,
  storedBody?: string,
): ApiOutcome {
  const { representation, kind } = context;
  const object = presentAtRead(kind, storedObject, context.tx.nowMs, context.tx);
  const options = { representation, nowMs: context.tx.nowMs, offsetMs: context.request.offsetMs };
  switch (representation.form) {
    case "table": {
      const { resourceVersion } = object.metadata;
      return valueOutcome(representation, status, tableOf(kind, [object], { resourceVersion }, options));
    }
    case "partial":
      return valueOutcome(representation, status, partialObject(object, options));
    case "object": {
      const isStoredForm = options.offsetMs === 0 && isJson(representation) && !kind.presentAtRead;
      if (isStoredForm && storedBody !== undefined) return textOutcome(representation, status, storedBody);
      return valueOutcome(representation, status, shiftTimes(kind.schema, object, -options.offsetMs));
    }
  }
}

/** The currently stored object of `key`. */
export function storedOutcome(context: VerbContext, status: number, key: ObjectKey): ApiOutcome | undefined {
  const body = context.tx.bodyOf(key);
  if (body === undefined) return undefined;
  const { representation, request, kind } = context;
  if (representation.form === "object" && isJson(representation) && request.offsetMs === 0 && !kind.presentAtRead) {
    return textOutcome(representation, status, body);
  }
  return objectOutcome(context, status, context.tx.getByKey(key)!, body);
}

/** A list from the stored bodies of its items. The plain form parses no body. */
export function* listOfBodiesOutcome(
  context: VerbContext,
  metadata: ListMeta,
  bodies: readonly string[],
): Parts<ApiOutcome> {
  const { representation, request, kind, tx } = context;
  const isStoredForm = representation.form === "object" && request.offsetMs === 0 && isJson(representation);
  if (!isStoredForm || kind.presentAtRead) {
    const objects = yield* mapInParts(bodies, (body) => {
      tx.spend(body.length * WORK.parsedCharacter);
      return parseObject(body);
    });
    return yield* listOutcome(context, metadata, objects);
  }
  return textOutcome(representation, 200, codecOf(kind).listText(kind, metadata, bodies));
}

export function* listOutcome(
  context: VerbContext,
  metadata: ListMeta,
  storedObjects: readonly KubernetesObject[],
): Parts<ApiOutcome> {
  const { representation, kind, tx, request } = context;
  const present = (object: KubernetesObject) => presentAtRead(kind, object, tx.nowMs, tx);
  const show = <R>(objects: readonly KubernetesObject[], form: (object: KubernetesObject) => R): Parts<R[]> =>
    mapInParts(objects, (object) => {
      tx.spend(WORK.shownObject);
      return form(object);
    });
  kind.codec?.prefetch?.(storedObjects);
  const objects = storedObjects.map(present);
  const options = { representation, nowMs: tx.nowMs, offsetMs: request.offsetMs };
  switch (representation.form) {
    case "table": {
      const table = tableOf(kind, [], metadata, options);
      const rows = yield* show(inRowOrder(kind, objects), (object) => rowOf(kind, object, options));
      return valueOutcome(representation, 200, { ...table, rows });
    }
    case "partial": {
      const items = yield* show(objects, (object) => partialObject(object, options));
      const apiVersion = `meta.k8s.io/${representation.metaVersion}`;
      return valueOutcome(representation, 200, { kind: "PartialObjectMetadataList", apiVersion, metadata, items });
    }
    case "object": {
      const shown = yield* show(objects, (object) => shiftTimes(kind.schema, object, -options.offsetMs));
      return valueOutcome(representation, 200, codecOf(kind).listValue(kind, metadata, shown));
    }
  }
}

/** The object with fields that are not stored but computed at read. */
export function presentAtRead(
  kind: KindDefinition,
  object: KubernetesObject,
  nowMs: number,
  remembered?: PrivateReader,
): KubernetesObject {
  return kind.presentAtRead?.(object, nowMs, remembered) ?? object;
}

/** Any value, in the encoding that the client asked for. */
export function valueOutcome(representation: Representation, status: number, value: unknown): ApiOutcome {
  if (representation.encoding === "yaml") {
    return outcome(status, "application/yaml", yamlText(value));
  }
  return outcome(
    status,
    "application/json",
    representation.isPretty ? JSON.stringify(value, null, 2) : `${JSON.stringify(value)}\n`,
  );
}

/** A refusal is an object like others: clients that prefer YAML get YAML, and programs like curl get indented JSON. */
export function refusalOutcome(request: RequestHead, error: ApiError): ApiOutcome {
  const refused = valueOutcome(refusalRepresentation(request), codeOf(error), refusalStatusOf(error));
  return withHeaders(refused, refusalHeaders(error));
}

/** The outcome with more headers, if it is a response. */
export function withHeaders(outcome: ApiOutcome, headers: Readonly<Record<string, string>>): ApiOutcome {
  if (outcome.type !== "response") return outcome;
  const { response } = outcome;
  return { type: "response", response: { ...response, headers: { ...response.headers, ...headers } } };
}

/** A value that has only one form: discovery, versions. */
export function jsonOutcome(request: RequestHead, value: unknown, headers: Record<string, string> = {}): ApiOutcome {
  return withHeaders(valueOutcome(plainRepresentation(request), 200, value), headers);
}

export function plainTextOutcome(status: number, text: string): ApiOutcome {
  return outcome(status, "text/plain; charset=utf-8", text);
}

function textOutcome(representation: Representation, status: number, text: string): ApiOutcome {
  return representation.isPretty
    ? valueOutcome(representation, status, parseJson(text))
    : outcome(status, "application/json", text);
}

function isJson(representation: Representation): boolean {
  return representation.encoding === "json";
}

function outcome(status: number, contentType: string, body: string): ApiOutcome {
  // Go's encoder escapes HTML in every answer. Clients compare raw parts of it, such as a revision's data.
  const text = contentType === "application/json" ? escapeHtml(body) : body;
  return {
    type: "response",
    response: { status, headers: { "content-type": contentType, "cache-control": "no-cache, private" }, body: text },
  };
}
