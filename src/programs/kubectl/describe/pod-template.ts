/**
 * The pod template of a workload, and the parts of a pod that templates have too.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`DescribePodTemplate`)
 */
import type { JsonObject } from "../../../lib/json.ts";
import { sortedBy, writeContainers } from "./containers.ts";
import { at, mapAt, numberAt, objectAt, objectsAt, textAt } from "./fields.ts";
import { selectorText, writeAnnotations, writeLines, writeMap } from "./metadata.ts";
import { writeVolumes } from "./volumes.ts";
import type { Writer } from "./writer.ts";

export function writePodTemplate(w: Writer, template: JsonObject): void {
  w.write(0, "Pod Template:\n");
  const spec = objectAt(template, "spec");
  writeMap(w, "  Labels", mapAt(template, "metadata.labels"));
  const annotations = mapAt(template, "metadata.annotations");
  if (Object.keys(annotations).length > 0) writeAnnotations(w, "  Annotations", annotations);
  if (textAt(spec, "serviceAccountName")) w.field(1, "Service Account", textAt(spec, "serviceAccountName"));
  const part = { statuses: [], indent: "  " };
  const inits = objectsAt(spec, "initContainers");
  if (inits.length > 0) writeContainers(w, { ...part, label: "Init Containers", containers: inits });
  writeContainers(w, { ...part, label: "Containers", containers: objectsAt(spec, "containers") });
  writeVolumes(w, objectsAt(spec, "volumes"), "  ");
  writeSpread(w, spec, "  ");
  if (textAt(spec, "priorityClassName")) w.field(1, "Priority Class Name", textAt(spec, "priorityClassName"));
  writeMap(w, "  Node-Selectors", mapAt(spec, "nodeSelector"));
  writeTolerations(w, "  Tolerations", spec);
}

export function writeSpread(w: Writer, spec: JsonObject, indent: string): void {
  const constraints = sortedBy(objectsAt(spec, "topologySpreadConstraints"), "topologyKey");
  if (constraints.length === 0) return;
  const lines = constraints.map((one) => {
    const when = `${textAt(one, "topologyKey")}:${textAt(one, "whenUnsatisfiable")}`;
    const selector =
      at(one, "labelSelector") === undefined ? "" : ` for selector ${selectorText(one, "labelSelector")}`;
    return `${when} when max skew ${numberAt(one, "maxSkew")} is exceeded${selector}`;
  });
  writeLines(w, `${indent}Topology Spread Constraints:\t`, [indent, "\t"], lines);
}

export function writeTolerations(w: Writer, title: string, spec: JsonObject): void {
  writeLines(w, `${title}:\t`, ["\t"], sortedBy(objectsAt(spec, "tolerations"), "key").map(tolerationText));
}

function tolerationText(toleration: JsonObject): string {
  const [key, value, effect] = [textAt(toleration, "key"), textAt(toleration, "value"), textAt(toleration, "effect")];
  const isAny = textAt(toleration, "operator") === "Exists" && value === "";
  const seconds = at(toleration, "tolerationSeconds");
  return [
    key,
    value && `=${value}`,
    effect && `:${effect}`,
    isAny ? `${key || effect ? " " : ""}op=Exists` : "",
    seconds === undefined ? "" : ` for ${String(seconds)}s`,
  ].join("");
}
