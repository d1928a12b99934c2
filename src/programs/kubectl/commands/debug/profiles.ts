/**
 * `kubectl debug --profile`: how a profile changes the pod and the debug container.
 * Source: k8s.io/kubectl pkg/cmd/debug/profiles.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import type { Flags } from "../../core/flags.ts";
import { metadataOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";

/** A new pod on a node, a changed copy of a pod, or a container in a running pod. */
export type DebugStyle = "node" | "copy" | "ephemeral";

interface Profile {
  /** Changes of the security context of the debug container; null removes it. */
  security(style: DebugStyle): ((security: JsonObject) => JsonObject) | null | undefined;
  /** The pod of a node shares its network, processes and IPC. */
  sharesNode: boolean;
  /** The node's disk is mounted at /host. */
  mountsDisk: boolean;
  /** A copy loses labels, probes and init containers, and shares its processes. */
  cleansCopy: boolean;
}

function withCapabilities(...names: string[]) {
  return (security: JsonObject): JsonObject => {
    const { add, ...capabilities } = objectIn(security["capabilities"]);
    return { ...security, capabilities: { ...capabilities, add: [...(Array.isArray(add) ? add : []), ...names] } };
  };
}

const restrict = (): JsonObject => ({
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
});

const PROFILES: Readonly<Record<string, Profile>> = {
  legacy: { security: () => undefined, sharesNode: true, mountsDisk: true, cleansCopy: false },
  general: {
    security: (style) => (style === "node" ? null : withCapabilities("SYS_PTRACE")),
    ...{ sharesNode: true, mountsDisk: true, cleansCopy: true },
  },
  baseline: { security: () => null, sharesNode: false, mountsDisk: false, cleansCopy: true },
  restricted: { security: () => restrict, sharesNode: false, mountsDisk: false, cleansCopy: true },
  netadmin: {
    security: () => withCapabilities("NET_ADMIN", "NET_RAW"),
    ...{ sharesNode: true, mountsDisk: false, cleansCopy: true },
  },
  sysadmin: {
    security: () => (security) => ({ ...security, privileged: true }),
    ...{ sharesNode: true, mountsDisk: true, cleansCopy: true },
  },
};

/** Throws Failure for an unknown profile. */
export function checkProfile(flags: Flags): void {
  const name = flags.text("profile");
  if (!Object.hasOwn(PROFILES, name)) throw new Failure(`error: unknown profile: ${name}`);
}

/** The pod as the profile changes it; `container` is the name of the debug container. */
export function withProfile(pod: JsonObject, container: string, style: DebugStyle, flags: Flags): JsonObject {
  const profile = PROFILES[flags.text("profile")]!;
  const changed = withSecurity(pod, container, profile.security(style));
  if (style === "copy") return profile.cleansCopy ? cleaned(changed, flags) : withoutLabels(changed);
  if (style === "ephemeral") return changed;
  let spec = objectIn(changed["spec"]);
  if (profile.sharesNode) spec = { ...spec, hostIPC: true, hostNetwork: true, hostPID: true };
  if (profile.mountsDisk) {
    const mount = { mountPath: "/host", name: "host-root" };
    const containers = objectsIn(spec["containers"]).map((one) =>
      one["name"] === container ? { ...one, volumeMounts: [...objectsIn(one["volumeMounts"]), mount] } : one,
    );
    const volumes = [...objectsIn(spec["volumes"]), { name: "host-root", hostPath: { path: "/" } }];
    spec = { ...spec, containers, volumes };
  }
  return { ...changed, spec };
}

function withSecurity(
  pod: JsonObject,
  name: string,
  change: ((security: JsonObject) => JsonObject) | null | undefined,
): JsonObject {
  if (change === undefined) return pod;
  const spec = objectIn(pod["spec"]);
  const changedIn = (list: string) =>
    objectsIn(spec[list]).map((container) => {
      if (container["name"] !== name) return container;
      const { securityContext, ...rest } = container;
      return change === null ? rest : { ...rest, securityContext: change(objectIn(securityContext)) };
    });
  const lists = ["containers", "initContainers", "ephemeralContainers"].filter((list) => Array.isArray(spec[list]));
  return { ...pod, spec: { ...spec, ...Object.fromEntries(lists.map((list) => [list, changedIn(list)])) } };
}

function withoutLabels(pod: JsonObject): JsonObject {
  const { labels: _, ...metadata } = metadataOf(pod);
  return { ...pod, metadata };
}

function cleaned(pod: JsonObject, flags: Flags): JsonObject {
  const metadata = { ...metadataOf(pod) };
  if (!flags.is("keep-labels")) delete metadata["labels"];
  if (!flags.is("keep-annotations")) delete metadata["annotations"];
  const spec = { ...objectIn(pod["spec"]) };
  if (!flags.is("keep-init-containers")) delete spec["initContainers"];
  const containers = objectsIn(spec["containers"]).map((container) => {
    const kept = { ...container };
    for (const probe of ["liveness", "readiness", "startup"]) {
      if (!flags.is(`keep-${probe}`)) delete kept[`${probe}Probe`];
    }
    return kept;
  });
  return { ...pod, metadata, spec: { shareProcessNamespace: true, ...spec, containers } };
}
