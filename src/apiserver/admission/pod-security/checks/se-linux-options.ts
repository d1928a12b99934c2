import type { PodSpec, SELinuxOptions } from "../../../../schema/index.ts";
import { allContainers, type Check, distinct, namesWhere, plural, quoted, setters, type Violation } from "../check.ts";

const TYPES: ReadonlySet<string> = new Set(["", "container_t", "container_init_t", "container_kvm_t"]);
const TYPES_WITH_ENGINE: ReadonlySet<string> = new Set([...TYPES, "container_engine_t"]);

/** Allows only SELinux types meant for containers, and neither a user nor a role. */
export const seLinuxOptions: Check = {
  id: "seLinuxOptions",
  level: "baseline",
  versions: [
    { since: 0, test: ({ spec }) => violation(spec, TYPES) },
    { since: 31, test: ({ spec }) => violation(spec, TYPES_WITH_ENGINE) },
  ],
};

function violation(spec: PodSpec, types: ReadonlySet<string>): Violation | null {
  const isBad = (options: SELinuxOptions | undefined) =>
    options !== undefined && (!types.has(options.type ?? "") || !!options.user || !!options.role);
  const ofPod = spec.securityContext?.seLinuxOptions;
  const names = namesWhere(spec, ({ securityContext }) => isBad(securityContext?.seLinuxOptions));
  const who = setters(isBad(ofPod), names);
  if (who.length === 0) return null;

  const all = [ofPod, ...allContainers(spec).map(({ securityContext }) => securityContext?.seLinuxOptions)];
  const badTypes = distinct(all.map((options) => options?.type ?? "").filter((type) => !types.has(type)));
  const what = [
    ...(badTypes.length > 0 ? [`${plural("type", badTypes.length)} ${quoted(badTypes)}`] : []),
    ...(all.some((options) => options?.user) ? ["user may not be set"] : []),
    ...(all.some((options) => options?.role) ? ["role may not be set"] : []),
  ];
  return {
    reason: "seLinuxOptions",
    detail: `${who.join(" and ")} set forbidden securityContext.seLinuxOptions: ${what.join("; ")}`,
  };
}
