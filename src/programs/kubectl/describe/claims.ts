/**
 * PersistentVolumeClaims and their templates.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`printPersistentVolumeClaim`), pkg/util/storage/storage.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { at, mapAt, objectAt, textAt, textsAt } from "./fields.ts";
import { writeMap, writeMetadata, writeName, writeTerminating } from "./metadata.ts";
import { quantityText } from "./quantities.ts";
import type { Writer } from "./writer.ts";

const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
const MODES = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
] as const;

export function accessModesText(object: JsonObject, path: string): string {
  const modes = textsAt(object, path);
  return MODES.flatMap(([mode, short]) => (modes.includes(mode) ? [short] : [])).join(",");
}

/** The StorageClass of a claim or volume. */
export function storageClassOf(object: JsonObject): string {
  const annotations = mapAt(object, "metadata.annotations");
  return annotations[CLASS_ANNOTATION] ?? textAt(object, "spec.storageClassName");
}

/** A claim, or the template of one: without name, status and finalizers. */
export function writeClaim(w: Writer, claim: JsonObject, { isFull, nowMs }: { isFull: boolean; nowMs: number }): void {
  if (isFull) writeName(w, claim);
  w.field(0, "StorageClass", storageClassOf(claim));
  if (isFull && !writeTerminating(w, claim, nowMs)) w.field(0, "Status", textAt(claim, "status.phase"));
  const volume = textAt(claim, "spec.volumeName");
  w.field(0, "Volume", volume);
  writeMetadata(w, claim);
  if (isFull) w.field(0, "Finalizers", `[${textsAt(claim, "metadata.finalizers").join(" ")}]`);
  const isBound = volume !== "";
  w.field(0, "Capacity", isBound ? quantityText(mapAt(claim, "status.capacity")["storage"]) : "");
  w.field(0, "Access Modes", isBound ? accessModesText(claim, "status.accessModes") : "");
  if (at(claim, "spec.volumeMode") !== undefined) w.field(0, "VolumeMode", textAt(claim, "spec.volumeMode"));
  const source = objectAt(claim, "spec.dataSource");
  if (at(claim, "spec.dataSource") === undefined) return;
  w.write(0, "DataSource:\n");
  if (at(source, "apiGroup") !== undefined) w.field(1, "APIGroup", textAt(source, "apiGroup"));
  w.field(1, "Kind", textAt(source, "kind"));
  w.field(1, "Name", textAt(source, "name"));
}

/** The claims of a StatefulSet. */
export function writeClaimTemplates(w: Writer, templates: readonly JsonObject[]): void {
  w.write(0, templates.length === 0 ? "Volume Claims:\t<none>\n" : "Volume Claims:\n");
  for (const claim of templates) {
    w.field(1, "Name", textAt(claim, "metadata.name"));
    w.field(1, "StorageClass", storageClassOf(claim));
    writeMap(w, "Labels", mapAt(claim, "metadata.labels"), "  ");
    writeMap(w, "Annotations", mapAt(claim, "metadata.annotations"), "  ");
    const size = mapAt(claim, "spec.resources.requests")["storage"];
    w.field(1, "Capacity", size === undefined ? "<default>" : quantityText(size));
    w.field(1, "Access Modes", `[${textsAt(claim, "spec.accessModes").join(" ")}]`);
  }
}
