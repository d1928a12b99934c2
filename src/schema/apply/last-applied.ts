/**
 * The change from client-side to server-side apply with kubectl. The fields of the last client-side apply (an
 * annotation) may be taken over without force, and the annotation follows later server-side applies.
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go,
 * staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go
 */
import { canonicalJson } from "../../lib/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../lib/json.ts";
import { compareFields } from "../compare-fields.ts";
import { difference, EMPTY_SET, type FieldSet } from "../field-set.ts";
import { fieldSetOf } from "../field-set-of.ts";
import type { StructType } from "../types.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Fields that kubectl applied last and that are unchanged since. */
export function fieldsLastApplied(type: StructType, live: JsonObject, apiVersion: string): FieldSet {
  const annotation = annotationsOf(live)?.[LAST_APPLIED];
  if (typeof annotation !== "string" || annotation === "") return EMPTY_SET;
  const lastApplied = parsed(annotation);
  if (!isJsonObject(lastApplied) || lastApplied["apiVersion"] !== apiVersion) return EMPTY_SET;
  const { changed, removed } = compareFields(type, lastApplied, live, { asWritten: true });
  return difference(difference(fieldSetOf(type, lastApplied), changed), removed);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function annotationsOf(object: JsonObject): JsonObject | undefined {
  const metadata = object["metadata"];
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  return isJsonObject(annotations) ? annotations : undefined;
}

/** The object, whose annotation, if present, is set to the present configuration. */
export function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const annotations = annotationsOf(object);
  if (!annotations?.[LAST_APPLIED]) return object;
  const text = `${canonicalJson(withoutLastApplied(applied))}\n`;
  const metadata = object["metadata"] as JsonObject;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

function withoutLastApplied(applied: JsonObject): JsonObject {
  const annotations = annotationsOf(applied);
  if (!annotations || !(LAST_APPLIED in annotations)) return applied;
  const { [LAST_APPLIED]: _, ...others } = annotations;
  return { ...applied, metadata: { ...(applied["metadata"] as JsonObject), annotations: others } };
}
