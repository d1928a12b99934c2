/**
 * Sandbar's storage: three tiers of different speed, chosen by the class's parameter `tier`.
 * https://kubernetes.io/docs/concepts/storage/storage-classes/#parameters
 */
import type { StorageClass } from "../../schema/index.ts";

export interface Tier {
  name: string;
  /** Time from the claim's request to the volume. */
  provisioningMs: number;
  /** Time that an expansion takes. */
  expansionMs: number;
  /** The volume is a disk of one node, which other nodes cannot reach. */
  isLocal: boolean;
}

const TIERS: readonly Tier[] = [
  { name: "standard", provisioningMs: 800, expansionMs: 1_000, isLocal: false },
  { name: "fast", provisioningMs: 200, expansionMs: 300, isLocal: true },
  { name: "archive", provisioningMs: 5_000, expansionMs: 8_000, isLocal: false },
];

/** The tier of a class, `standard` by default; undefined if the name is unknown. */
export function tierOf({ parameters }: StorageClass): Tier | undefined {
  const wanted = parameters?.["tier"] ?? "standard";
  return TIERS.find(({ name }) => name === wanted);
}
