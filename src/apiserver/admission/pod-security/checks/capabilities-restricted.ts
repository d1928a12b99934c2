import type { PodSpec } from "../../../../schema/index.ts";
import {
  type AnyContainer,
  allContainers,
  type Check,
  containersNamed,
  distinct,
  isWindows,
  namesWhere,
  quoted,
  type Violation,
} from "../check.ts";
import { capabilitiesBaseline } from "./capabilities-baseline.ts";

const replaces = [capabilitiesBaseline.id];

/** Requires that all capabilities are dropped. Only NET_BIND_SERVICE (low ports) may be added. */
export const capabilitiesRestricted: Check = {
  id: "capabilities_restricted",
  level: "restricted",
  versions: [
    { since: 22, test: ({ spec }) => violation(spec), replaces },
    { since: 25, test: ({ spec }) => (isWindows(spec) ? null : violation(spec)), replaces },
  ],
};

function violation(spec: PodSpec): Violation | null {
  const keeping = namesWhere(spec, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"));
  const adding = namesWhere(spec, (container) => addedBeyond(container).length > 0);
  const details: string[] = [];
  if (keeping.length > 0) {
    details.push(`${containersNamed(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  }
  if (adding.length > 0) {
    const added = quoted(distinct(allContainers(spec).flatMap(addedBeyond)));
    details.push(`${containersNamed(adding)} must not include ${added} in securityContext.capabilities.add`);
  }
  return details.length === 0 ? null : { reason: "unrestricted capabilities", detail: details.join("; ") };
}

function addedBeyond({ securityContext }: AnyContainer): string[] {
  return (securityContext?.capabilities?.add ?? []).filter((capability) => capability !== "NET_BIND_SERVICE");
}
