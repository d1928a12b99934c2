/**
 * The description of kinds without one of their own: all fields, with readable names.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`printUnstructuredContent`, `smartLabelFor`)
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { Steps } from "../core/session.ts";
import type { DescribeCall } from "./describer.ts";
import { eventsOf, writeEvents } from "./events.ts";
import { goText, textAt } from "./fields.ts";
import { writeMetadata, writeName } from "./metadata.ts";
import { Writer } from "./writer.ts";

const SKIPPED = [
  ".metadata.managedFields",
  ".metadata.name",
  ".metadata.namespace",
  ".metadata.labels",
  ".metadata.annotations",
];
const ACRONYMS = ["API", "URL", "UID", "OSB", "GUID"];

export function* describeGeneric(call: DescribeCall, object: JsonObject): Steps<string> {
  const events = yield* eventsOf(call, object, textAt(object, "kind"));
  const w = new Writer();
  writeName(w, object);
  writeMetadata(w, object);
  writeFields(w, 0, object, "");
  writeEvents(w, events, call.nowMs);
  return w.toString();
}

function writeFields(w: Writer, level: number, object: JsonObject, path: string): void {
  for (const field of Object.keys(object).sort()) {
    const inner = `${path}.${field}`;
    if (SKIPPED.includes(inner)) continue;
    const value = object[field] ?? null;
    const label = labelFor(field);
    if (isJsonObject(value)) {
      w.write(level, `${label}:\n`);
      writeFields(w, level + 1, value, inner);
    } else if (Array.isArray(value)) {
      w.write(level, `${label}:\n`);
      for (const child of value) {
        if (isJsonObject(child)) writeFields(w, level + 1, child, inner);
        else w.write(level + 1, `${goText(child)}\n`);
      }
    } else {
      w.field(level, label, goText(value));
    }
  }
}

/** `creationTimestamp` → `Creation Timestamp`, `uid` → `UID`. Names with digits or dots stay. */
function labelFor(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const parts = field.match(/\p{Lu}+(?![\p{Ll}])|\p{Lu}?\p{Ll}+|\p{Lu}|[^\p{Lu}\p{Ll}]+/gu) ?? [];
  return parts
    .map((part) => {
      const upper = part.toUpperCase();
      return ACRONYMS.includes(upper) ? upper : `${part[0]!.toUpperCase()}${part.slice(1).toLowerCase()}`;
    })
    .join(" ");
}
