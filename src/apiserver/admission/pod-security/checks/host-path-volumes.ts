import { type Check, plural, quoted } from "../check.ts";

/** Refuses volumes of files on the node. */
export const hostPathVolumes: Check = {
  id: "hostPathVolumes",
  level: "baseline",
  versions: [
    {
      since: 0,
      test({ spec }) {
        const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
        if (names.length === 0) return null;
        return { reason: "hostPath volumes", detail: `${plural("volume", names.length)} ${quoted(names)}` };
      },
    },
  ],
};
