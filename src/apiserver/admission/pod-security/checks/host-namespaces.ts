import type { Check } from "../check.ts";

const FIELDS = ["hostNetwork", "hostPID", "hostIPC"] as const;

/** Refuses the node's network, PID and IPC namespaces. */
export const hostNamespaces: Check = {
  id: "hostNamespaces",
  level: "baseline",
  versions: [
    {
      since: 0,
      test({ spec }) {
        const shared = FIELDS.filter((field) => spec[field]);
        if (shared.length === 0) return null;
        return { reason: "host namespaces", detail: shared.map((field) => `${field}=true`).join(", ") };
      },
    },
  ],
};
