/** All checks, and the violations of a pod at a level and version. A new check is one file and one line here. */
import type { Check, PodToCheck, Violation } from "./check.ts";
import { allowPrivilegeEscalation } from "./checks/allow-privilege-escalation.ts";
import { appArmorProfile } from "./checks/app-armor-profile.ts";
import { capabilitiesBaseline } from "./checks/capabilities-baseline.ts";
import { capabilitiesRestricted } from "./checks/capabilities-restricted.ts";
import { hostNamespaces } from "./checks/host-namespaces.ts";
import { hostPathVolumes } from "./checks/host-path-volumes.ts";
import { hostPorts } from "./checks/host-ports.ts";
import { hostProbesAndHostLifecycle } from "./checks/host-probes.ts";
import { privileged } from "./checks/privileged.ts";
import { procMount, procMountRestricted } from "./checks/proc-mount.ts";
import { restrictedVolumes } from "./checks/restricted-volumes.ts";
import { runAsNonRoot } from "./checks/run-as-non-root.ts";
import { runAsUser } from "./checks/run-as-user.ts";
import { seLinuxOptions } from "./checks/se-linux-options.ts";
import { seccompProfileBaseline } from "./checks/seccomp-baseline.ts";
import { seccompProfileRestricted } from "./checks/seccomp-restricted.ts";
import { sysctls } from "./checks/sysctls.ts";
import { windowsHostProcess } from "./checks/windows-host-process.ts";
import type { LevelVersion } from "./policy.ts";

/** Checks in the order of messages: the baseline first, each level sorted by id. */
const checks: readonly Check[] = [
  appArmorProfile,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbesAndHostLifecycle,
  privileged,
  procMount,
  seLinuxOptions,
  seccompProfileBaseline,
  sysctls,
  windowsHostProcess,
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  procMountRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompProfileRestricted,
];

/** The pod's violations; empty when the pod is allowed. */
export function violations({ level, version }: LevelVersion, pod: PodToCheck): Violation[] {
  if (level === "privileged") return [];
  const minor = version === "latest" ? Number.POSITIVE_INFINITY : Number(version.slice("v1.".length));
  const inForce = checks
    .filter((check) => level === "restricted" || check.level === "baseline")
    .map(({ id, versions }) => ({ id, version: versions.findLast(({ since }) => since <= minor) }));
  const replaced = new Set(inForce.flatMap(({ version: form }) => form?.replaces ?? []));
  return inForce.flatMap(({ id, version: form }) => (form && !replaced.has(id) ? (form.test(pod) ?? []) : []));
}
