import type { Volume } from "../../../../schema/index.ts";
import { type Check, distinct, plural, quoted } from "../check.ts";
import { hostPathVolumes } from "./host-path-volumes.ts";

const ALLOWED = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
] as const;

/** Allows only volumes that belong to the pod, are claimed, or hold content of API objects. */
export const restrictedVolumes: Check = {
  id: "restrictedVolumes",
  level: "restricted",
  versions: [
    {
      since: 0,
      replaces: [hostPathVolumes.id],
      test({ spec }) {
        const bad = (spec.volumes ?? []).filter((volume) => !ALLOWED.some((source) => volume[source]));
        if (bad.length === 0) return null;
        const names = bad.map(({ name }) => name);
        const types = distinct(bad.map(sourceOf));
        const use = names.length === 1 ? "uses" : "use";
        const what = `${plural("restricted volume type", types.length)} ${quoted(types)}`;
        const detail = `${plural("volume", names.length)} ${quoted(names)} ${use} ${what}`;
        return { reason: "restricted volume types", detail };
      },
    },
  ],
};

/** The name of a volume's source: its only field besides `name`. */
function sourceOf(volume: Volume): string {
  return Object.keys(volume).find((field) => field !== "name" && volume[field as keyof Volume]) ?? "unknown";
}
