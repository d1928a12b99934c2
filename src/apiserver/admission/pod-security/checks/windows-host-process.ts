import { type Check, namesWhere, setters } from "../check.ts";

/** Refuses Windows processes that run directly on the node. */
export const windowsHostProcess: Check = {
  id: "windowsHostProcess",
  level: "baseline",
  versions: [
    {
      since: 0,
      test({ spec }) {
        const names = namesWhere(spec, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
        const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, names);
        if (who.length === 0) return null;
        const detail = `${who.join(" and ")} must not set securityContext.windowsOptions.hostProcess=true`;
        return { reason: "hostProcess", detail };
      },
    },
  ],
};
