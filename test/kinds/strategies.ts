/** Runs the hooks of a kind in the engine's order, without an engine, over a snapshot of the given objects. */

import { builtInKinds } from "../../src/kinds/cluster-kinds.ts";
import type { FieldError, KindDefinition, Reader, StrategyContext } from "../../src/kinds/kind.ts";
import { apiVersion } from "../../src/kinds/kind.ts";
import type { JsonValue } from "../../src/lib/json.ts";
import { Random } from "../../src/lib/prng.ts";
import { applyStructDefaults, cloneJson, decode } from "../../src/schema/index.ts";
import type { KubernetesObject } from "../../src/schema/types.ts";

export const NOW_MS = Date.parse("2026-11-22T11:32:34.500Z");

export function contextOver(
  objects: readonly KubernetesObject[] = [],
  options: { dryRun?: boolean } = {},
): StrategyContext {
  return {
    nowMs: NOW_MS,
    random: new Random("tests"),
    reader: readerOf(objects),
    dryRun: options.dryRun ?? false,
    warn: () => {},
  };
}

export interface Written {
  object: KubernetesObject;
  errors: FieldError[];
}

export function create(
  kind: KindDefinition,
  input: unknown,
  options: { namespace?: string; dryRun?: boolean; context?: StrategyContext } = {},
): Written {
  const context = options.context ?? contextOver([], options);
  const object = decoded(kind, input);
  if (options.namespace) object.metadata.namespace = options.namespace;
  kind.strategy?.default?.(object);
  object.metadata.uid = "5a0db6c2-5c5e-4d0e-8a4f-0d3c5a1b2c3d";
  if (kind.hasGeneration) object.metadata.generation = 1;
  kind.strategy?.prepareForCreate?.(object, context);
  const errors = kind.strategy?.validate?.(object, context) ?? [];
  delete object.metadata.uid;
  return { object: applyStructDefaults(kind.schema, object), errors };
}

/** An update of `old` by `change`, as a client would send the whole object. */
export function update<T extends KubernetesObject>(
  kind: KindDefinition<T>,
  old: T,
  change: (draft: T) => void,
  context = contextOver(),
): { object: T; errors: FieldError[] } {
  const object = cloneJson(old);
  change(object);
  kind.strategy?.default?.(object);
  kind.strategy?.prepareForUpdate?.(object, old, context);
  const { strategy = {} } = kind;
  const errors = strategy.validateUpdate?.(object, old, context) ?? strategy.validate?.(object, context) ?? [];
  return { object, errors };
}

/** `field: message` of every error. */
export function lines(errors: readonly FieldError[]): string[] {
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

function decoded(kind: KindDefinition, input: unknown): KubernetesObject {
  const result = decode<KubernetesObject>(kind.schema, input as JsonValue, { fieldValidation: "Strict" });
  if ("error" in result) throw new Error(result.error);
  // As in the engine: structs that Go always has are added before the kind's own defaults.
  const object = applyStructDefaults(kind.schema, result.value, { keepsEmptyLists: true });
  object.kind = kind.kind;
  object.apiVersion = apiVersion(kind);
  object.metadata ??= {};
  return object;
}

function readerOf(objects: readonly KubernetesObject[]): Reader {
  const listed = (kind: Pick<KindDefinition, "group" | "version" | "kind">, namespace?: string) =>
    objects.filter(
      (object) =>
        object.kind === kind.kind &&
        object.apiVersion === apiVersion(kind) &&
        (namespace === undefined || (object.metadata.namespace ?? "") === namespace),
    );
  return {
    kinds: builtInKinds,
    get: (kind, namespace, name) => listed(kind, namespace).find(({ metadata }) => metadata.name === name) as never,
    getByKey: (key) => objects.find(({ metadata }) => key.endsWith(`/${metadata.namespace ?? ""}/${metadata.name}`)),
    list: (kind, namespace) => listed(kind, namespace) as never,
  };
}
