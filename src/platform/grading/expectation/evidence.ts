/** The evidence for a verdict about an object: the object, and the value of each compared field. */
import { MAX_NAMED_DIFFERENCES } from "../../../lib/limits.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import type { Evidence } from "../check.ts";
import { HIDDEN, shown } from "../show.ts";
import { isClient } from "../status-writer.ts";
import type { Difference } from "./compare.ts";
import { countedField, countOf } from "./count.ts";
import { type Expectation, isPlainObject, join, type PlainObject } from "./expectation.ts";
import type { Candidate } from "./select.ts";

/** The differing fields; every field of the expectation where the object matches. */
export function evidenceOf(
  { fields, kind }: Expectation,
  { key, object, statusWriter }: Candidate,
  differing: readonly Difference[],
): Evidence {
  const found =
    differing.length > 0
      ? differing.map(({ path, found }) => ({ path, found }))
      : places(fields, object, kind.confidential);
  return {
    object: key,
    ...(object.metadata.resourceVersion !== undefined && { resourceVersion: object.metadata.resourceVersion }),
    ...(isClient(statusWriter) && { statusWrittenBy: statusWriter }),
    fields: found.slice(0, MAX_NAMED_DIFFERENCES).map(({ path, found }) => ({ path, found: shown(found) })),
  };
}

/** The values of the innermost fields that the expectation names. */
function places(
  fields: PlainObject,
  object: KubernetesObject,
  confidential: readonly string[] = [],
): { path: string; found: unknown }[] {
  const found: { path: string; found: unknown }[] = [];
  const visit = (expected: unknown, value: unknown, path: string): void => {
    if (!isPlainObject(expected) || Object.keys(expected).length === 0) {
      found.push({ path, found: value });
      return;
    }
    for (const [name, inner] of Object.entries(expected)) {
      const counted = countedField(name);
      if (counted !== null) {
        const inside = counted.split(".").reduce(fieldOf, value);
        found.push({ path: join(path, name), found: countOf(inside) });
      } else {
        visit(inner, fieldOf(value, name), join(path, name));
      }
    }
  };
  for (const [name, expected] of Object.entries(fields)) {
    const first = found.length;
    visit({ [name]: expected }, object, "");
    if (!confidential.includes(name)) continue;
    for (const place of found.slice(first)) place.found = place.found === undefined ? undefined : HIDDEN;
  }
  return found;
}

function fieldOf(value: unknown, name: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
