import type { JsonObject } from "../../../../lib/json.ts";
import { formatLabels } from "../../../../lib/selectors.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, mapAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { boolText, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

const DEFAULT_ANNOTATIONS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

export const storageClass: Describer = {
  group: "storage.k8s.io",
  kind: "StorageClass",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "StorageClass");
    const w = new Writer();
    const annotations = mapAt(object, "metadata.annotations");
    writeName(w, object, { hasNamespace: false });
    w.field(0, "IsDefaultClass", DEFAULT_ANNOTATIONS.some((key) => annotations[key] === "true") ? "Yes" : "No");
    w.field(0, "Annotations", formatLabels(annotations));
    w.field(0, "Provisioner", textAt(object, "provisioner"));
    w.field(0, "Parameters", formatLabels(mapAt(object, "parameters")));
    w.field(0, "AllowVolumeExpansion", boolText(object, "allowVolumeExpansion"));
    const options = textsAt(object, "mountOptions");
    w.write(0, options.length === 0 ? "MountOptions:\t<none>\n" : "MountOptions:\n");
    for (const option of options) w.write(1, `${option}\n`);
    for (const [label, field] of [
      ["ReclaimPolicy", "reclaimPolicy"],
      ["VolumeBindingMode", "volumeBindingMode"],
    ] as const) {
      if (at(object, field) !== undefined) w.field(0, label, textAt(object, field));
    }
    if (at(object, "allowedTopologies") !== undefined) writeTopologies(w, objectsAt(object, "allowedTopologies"));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function writeTopologies(w: Writer, terms: readonly JsonObject[]): void {
  w.write(0, `AllowedTopologies:\t${terms.length === 0 ? "<none>" : ""}\n`);
  terms.forEach((term, i) => {
    w.write(1, `Term ${i}:\t`);
    const expressions = objectsAt(term, "matchLabelExpressions");
    if (expressions.length === 0) w.write(0, "<none>\n");
    expressions.forEach((one, j) => {
      if (j > 0) w.write(1, "\t");
      const values = textsAt(one, "values");
      w.write(0, `${textAt(one, "key")} in${values.length > 0 ? ` [${values.join(", ")}]` : ""}\n`);
    });
  });
}
