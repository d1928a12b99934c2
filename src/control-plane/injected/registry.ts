/** Faults that are more than a symptom at read time, by kind. */
import type { FaultSpec } from "../../kinds/injected/state.ts";
import { containerKilled, outOfMemory } from "./containers.ts";
import type { FaultHooks } from "./hooks.ts";
import { nodeDown } from "./node-down.ts";
import { registryDown } from "./registry-down.ts";
import { volumeDetached, volumeFull } from "./volumes.ts";

const HOOKS: { readonly [K in FaultSpec["kind"]]?: FaultHooks<Extract<FaultSpec, { kind: K }>> } = {
  "node-down": nodeDown,
  "registry-down": registryDown,
  "container-killed": containerKilled,
  "out-of-memory": outOfMemory,
  "volume-full": volumeFull,
  "volume-detached": volumeDetached,
};

export function hooksOf({ kind }: FaultSpec): FaultHooks {
  return (HOOKS[kind] as FaultHooks | undefined) ?? {};
}
