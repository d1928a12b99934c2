/**
 * Parts that most descriptions share: labels, annotations, conditions, times, selectors.
 * Source: k8s.io/kubectl pkg/describe/describe.go
 */
import { humanDuration } from "../../../lib/duration.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { formatLabelSelector } from "../../../lib/selectors.ts";
import { at, isAt, mapAt, objectAt, objectsAt, textAt } from "./fields.ts";
import type { Writer } from "./writer.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const MAX_ANNOTATION = 140;

/** Name, and the namespace too. */
export function writeName(w: Writer, object: JsonObject, { hasNamespace = true } = {}): void {
  w.field(0, "Name", textAt(object, "metadata.name"));
  if (hasNamespace) w.field(0, "Namespace", textAt(object, "metadata.namespace"));
}

/** Labels and annotations of the object's metadata. */
export function writeMetadata(w: Writer, object: JsonObject): void {
  writeMap(w, "Labels", mapAt(object, "metadata.labels"));
  writeAnnotations(w, "Annotations", mapAt(object, "metadata.annotations"));
}

/** `title:` and `key=value` lines by key. */
export function writeMap(w: Writer, title: string, map: Readonly<Record<string, string>>, indent = ""): void {
  const keys = Object.keys(map).sort();
  const lines = keys.map((key) => `${key}=${map[key]}`);
  writeLines(w, `${indent}${title}:\t`, [indent, "\t"], lines);
}

/** The first line stands behind the title, the others behind the parts of `next`; `<none>` without lines. */
export function writeLines(w: Writer, title: string, next: readonly string[], lines: readonly string[]): void {
  w.write(0, title);
  if (lines.length === 0) w.write(0, "<none>\n");
  lines.forEach((line, i) => {
    if (i > 0) for (const part of next) w.write(0, part);
    w.write(0, `${line}\n`);
  });
}

export function writeAnnotations(w: Writer, title: string, annotations: Readonly<Record<string, string>>): void {
  const keys = Object.keys(annotations)
    .filter((key) => key !== LAST_APPLIED)
    .sort();
  const lines = keys.map((key) => {
    const value = annotations[key]!.replace(/\n$/, "");
    const isLong = value.length + key.length + 2 > MAX_ANNOTATION || value.includes("\n");
    if (!isLong) return `${key}: ${value}`;
    return [`${key}:`, ...value.split("\n").map((line) => `\t  ${shortened(line, MAX_ANNOTATION - 2)}`)].join("\n");
  });
  writeLines(w, `${title}:\t`, ["\t"], lines);
}

function shortened(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;
}

/** RFC 1123 with the zone in digits; Go's zero time for an empty text. */
export function timeText(time: string): string {
  if (time === "") return "Mon, 01 Jan 0001 00:00:00 +0000";
  return `${new Date(Date.parse(time)).toUTCString().slice(0, -4)} +0000`;
}

/** The age of a time. */
export function ageText(time: string, nowMs: number): string {
  return time === "" ? "<unknown>" : humanDuration(nowMs - Date.parse(time));
}

/** `Status:` of objects that may be about to go. Returns false if the object is not. */
export function writeTerminating(w: Writer, object: JsonObject, nowMs: number): boolean {
  const deleted = textAt(object, "metadata.deletionTimestamp");
  if (deleted === "") return false;
  w.field(0, "Status", `Terminating (lasts ${ageText(deleted, nowMs)})`);
  return true;
}

/** `Kind/name` of the owner that controls the object; empty without one. */
function controllerOf(object: JsonObject): string {
  const owner = controllerReference(object);
  return owner ? `${textAt(owner, "kind")}/${textAt(owner, "name")}` : "";
}

export function controllerReference(object: JsonObject): JsonObject | undefined {
  return objectsAt(object, "metadata.ownerReferences").find((owner) => isAt(owner, "controller"));
}

export function writeController(w: Writer, object: JsonObject): void {
  const controller = controllerOf(object);
  if (controller !== "") w.field(0, "Controlled By", controller);
}

/** A LabelSelector; `<none>` for an empty one. */
export function selectorText(object: JsonObject, path: string): string {
  return formatLabelSelector(objectAt(object, path));
}

/** A LabelSelector as text; empty for an empty one. */
export function plainSelector(object: JsonObject, path: string): string {
  const text = selectorText(object, path);
  return text === "<none>" ? "" : text;
}

/** `True`, `False`, or `<unset>`. */
export function boolText(object: JsonObject, path: string): string {
  const value = at(object, path);
  if (value === undefined) return "<unset>";
  return value === true ? "True" : "False";
}

/** The value, or `<unset>`. */
export function orUnset(object: JsonObject, path: string, unit = ""): string {
  return at(object, path) === undefined ? "<unset>" : `${textAt(object, path)}${unit}`;
}

/** A column of a table of conditions. */
interface ConditionColumn {
  title: string;
  path: string;
  isTime?: true;
}

export const TRANSITIONS: readonly ConditionColumn[] = [
  { title: "Type", path: "type" },
  { title: "Status", path: "status" },
  { title: "LastTransitionTime", path: "lastTransitionTime", isTime: true },
  { title: "Reason", path: "reason" },
  { title: "Message", path: "message" },
];

/** A table of conditions; nothing without conditions. */
export function writeConditions(w: Writer, object: JsonObject, columns: readonly ConditionColumn[]): void {
  const conditions = objectsAt(object, "status.conditions");
  if (conditions.length === 0) return;
  w.write(0, "Conditions:\n");
  w.write(1, `${columns.map(({ title }) => title).join("\t")}\n`);
  w.write(1, `${columns.map(({ title }) => "-".repeat(title.length)).join("\t")}\n`);
  for (const one of conditions) {
    const cells = columns.map(({ path, isTime }) => (isTime ? timeText(textAt(one, path)) : textAt(one, path)));
    w.write(1, `${cells.join("\t")}\n`);
  }
}

/** The conditions of a workload: type, status and reason. */
export function writeWorkloadConditions(w: Writer, object: JsonObject): void {
  const conditions = objectsAt(object, "status.conditions");
  if (conditions.length === 0) return;
  w.write(0, "Conditions:\n  Type\tStatus\tReason\n");
  w.write(1, "----\t------\t------\n");
  for (const one of conditions) {
    w.write(1, `${textAt(one, "type")} \t${textAt(one, "status")}\t${textAt(one, "reason")}\n`);
  }
}
