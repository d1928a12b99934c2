/** What Sandbar's storage is made of: three tiers of different speed, chosen by a class's parameter `tier`. */
import type { StorageClass } from "../../schema/index.ts";

export interface Tier {
  name: string;
  /** From the wish to the volume. */
  provisioningMs: number;
  /** The time a volume takes to grow. */
  expansionMs: number;
  /** A disk in one node, which no other node reaches. */
  isLocal: boolean;
}

const TIERS: readonly Tier[] = [
  { name: "standard", provisioningMs: 800, expansionMs: 1_000, isLocal: false },
  { name: "fast", provisioningMs: 200, expansionMs: 300, isLocal: true },
  { name: "archive", provisioningMs: 5_000, expansionMs: 8_000, isLocal: false },
];

/** The tier that a class asks for, `standard` if it says nothing; undefined if there is none of that name. */
export function tierOf({ parameters }: StorageClass): Tier | undefined {
  const wanted = parameters?.["tier"] ?? "standard";
  return TIERS.find(({ name }) => name === wanted);
}
