/** `maxmemory` and what happens beyond it. */
import type { ProcessView } from "../../../shell/program.ts";
import { entriesOf, remove } from "./dictionary.ts";
import { databases, optionsIn } from "./state.ts";
import { RedisError } from "./store.ts";

/** Memory of an empty server, bytes. */
const BASE_BYTES = 900_000;

/** Memory of the data as INFO shows it, bytes. */
export function usedMemory(all: object): number {
  return BASE_BYTES + JSON.stringify(all).length * 2;
}

/** Makes room before a write. @throws RedisError if the policy does not allow it */
export function reserveMemory(process: ProcessView): void {
  const limit = Number(optionsIn(process)["maxmemory"] ?? 0);
  if (limit <= 0) return;
  const policy = optionsIn(process)["maxmemory-policy"] ?? "noeviction";
  const all = databases(process);
  while (usedMemory(all) > limit) {
    if (policy === "noeviction" || !evict(process, policy))
      throw new RedisError("OOM command not allowed when used memory > 'maxmemory'.");
    process.state["evicted"] = Number(process.state["evicted"] ?? 0) + 1;
  }
}

/** Removes the key that the policy chooses. Keys are used as rarely as they are old. */
function evict(process: ProcessView, policy: string): boolean {
  for (const keys of Object.values(databases(process))) {
    const candidates = entriesOf(keys).filter(
      ([, entry]) => policy.startsWith("allkeys") || entry.expiresAtMs !== undefined,
    );
    if (candidates.length === 0) continue;
    const at = policy.endsWith("random") ? process.random() % candidates.length : 0;
    const soonest = [...candidates].sort(([, a], [, b]) => (a.expiresAtMs ?? 0) - (b.expiresAtMs ?? 0));
    const [name] = (policy === "volatile-ttl" ? soonest[0] : candidates[at]) ?? [];
    return name !== undefined && remove(keys, name);
  }
  return false;
}
