/** Answers a read from the copy of a cluster in which nothing is due. */
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import { Turns } from "../lib/work.ts";
import type { CachedCluster } from "./cached-cluster.ts";
import type { Clock } from "./clock.ts";
import type { Engine } from "./engine.ts";
import type { IsolateTurns } from "./isolate-turns.ts";

export interface CopyContext {
  cached: CachedCluster;
  engine: Engine;
  clock: Clock;
  turns: IsolateTurns;
}

/**
 * A long answer pauses. If the copy moved meanwhile, it is computed once more without a pause, so that it shows one
 * version. Null when work is due meanwhile: the answer then needs a commit.
 */
export async function readCopy(
  { cached, engine, clock, turns }: CopyContext,
  request: ApiRequest,
  provided: Provided,
): Promise<ApiOutcome | null> {
  for (const mayPause of [true, false]) {
    if (cached.isDue) return null;
    const { snapshot } = cached;
    const { version } = snapshot.meta;
    const hasMoved = () => cached.snapshot !== snapshot || snapshot.meta.version !== version;
    const transaction = engine.begin(snapshot);
    engine.advance(transaction, clock.now());
    const parts = engine.handleInParts(transaction, request, provided);
    const sections = new Turns(transaction.writeSet);
    do {
      const step = parts.next();
      if (step.done) return step.value;
      const work = mayPause ? sections.over() : 0;
      if (work > 0) await turns.next(cached.clusterId, work);
    } while (!hasMoved());
  }
  return null;
}
