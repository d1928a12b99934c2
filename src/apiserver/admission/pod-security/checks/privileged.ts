import { type Check, containersNamed, namesWhere } from "../check.ts";

/** Refuses privileged containers, which have all rights of the node. */
export const privileged: Check = {
  id: "privileged",
  level: "baseline",
  versions: [
    {
      since: 0,
      test({ spec }) {
        const names = namesWhere(spec, ({ securityContext }) => securityContext?.privileged === true);
        if (names.length === 0) return null;
        const detail = `${containersNamed(names)} must not set securityContext.privileged=true`;
        return { reason: "privileged", detail };
      },
    },
  ],
};
