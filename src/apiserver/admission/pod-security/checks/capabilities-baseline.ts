import {
  type AnyContainer,
  allContainers,
  type Check,
  containersNamed,
  distinct,
  namesWhere,
  quoted,
} from "../check.ts";

/** Capabilities that container runtimes grant by default, without NET_RAW. */
const ALLOWED: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/** Refuses additional capabilities beyond the default ones. */
export const capabilitiesBaseline: Check = {
  id: "capabilities_baseline",
  level: "baseline",
  versions: [
    {
      since: 0,
      test({ spec }) {
        const names = namesWhere(spec, (container) => addedBeyond(container).length > 0);
        if (names.length === 0) return null;
        const added = distinct(allContainers(spec).flatMap(addedBeyond));
        return {
          reason: "non-default capabilities",
          detail: `${containersNamed(names)} must not include ${quoted(added)} in securityContext.capabilities.add`,
        };
      },
    },
  ],
};

function addedBeyond({ securityContext }: AnyContainer): string[] {
  return (securityContext?.capabilities?.add ?? []).filter((capability) => !ALLOWED.has(capability));
}
