import type { PodSpec } from "../../../../schema/index.ts";
import {
  type AnyContainer,
  allContainers,
  type Check,
  containersNamed,
  distinct,
  hasUserNamespace,
  namesWhere,
  quoted,
  type Violation,
} from "../check.ts";

/** Baseline: parts of /proc stay masked, except in a user namespace. */
export const procMount: Check = {
  id: "procMount",
  level: "baseline",
  versions: [
    { since: 0, test: ({ spec }) => violation(spec) },
    { since: 35, test: ({ spec }) => (hasUserNamespace(spec) ? null : violation(spec)) },
  ],
};

/** Restricted: parts of /proc stay masked in any case. */
export const procMountRestricted: Check = {
  id: "procMount_restricted",
  level: "restricted",
  versions: [{ since: 35, test: ({ spec }) => violation(spec), replaces: [procMount.id] }],
};

function violation(spec: PodSpec): Violation | null {
  const names = namesWhere(spec, isBad);
  if (names.length === 0) return null;
  const types = distinct(
    allContainers(spec)
      .filter(isBad)
      .map(({ securityContext }) => securityContext!.procMount!),
  );
  const detail = `${containersNamed(names)} must not set securityContext.procMount to ${quoted(types)}`;
  return { reason: "procMount", detail };
}

function isBad({ securityContext }: AnyContainer): boolean {
  return securityContext?.procMount !== undefined && securityContext.procMount !== "Default";
}
