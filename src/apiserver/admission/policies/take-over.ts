/** Puts a mutated object in the place of the written one. */
import type { KindDefinition } from "../../../kinds/kind.ts";
import { inFormOf } from "../../../kinds/view.ts";
import { equalJson } from "../../../lib/json.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { kindOfForm, type WriteAttributes } from "./attributes.ts";

/** Changes the object and its metadata in place, because the write path holds references to both. */
export function takeOver(write: WriteAttributes, kind: KindDefinition, mutated: KubernetesObject): void {
  const { object, kind: stored } = write.context;
  if (kindOfForm(write, kind) !== kind) {
    const { replicas = 0 } = (mutated["spec"] ?? {}) as { replicas?: number };
    stored.scale?.setSpecReplicas(object, replicas);
    return;
  }
  const next = kind.view ? kind.view.toStored(mutated) : inFormOf(stored, mutated);
  stored.strategy?.default?.(next);
  if (equalJson(next, object)) return;
  replaceFields(object.metadata as Record<string, unknown>, next.metadata);
  const { kind: name, apiVersion, metadata } = object;
  replaceFields(object as Record<string, unknown>, { ...next, kind: name, apiVersion, metadata });
}

function replaceFields(target: Record<string, unknown>, source: object): void {
  for (const field of Object.keys(target)) delete target[field];
  Object.assign(target, source);
}
