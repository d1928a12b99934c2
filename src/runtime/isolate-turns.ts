/**
 * Divides an isolate between its requests. Long work runs in sections, and only one request at a time may begin the next
 * section: the long work of several requests alternates. Before each section, requests of other clusters that wait for
 * the store get time for their answers, at most as long as the section before.
 *
 * A Worker's request cannot wake another one, and may end at any await. So requests share data only, each waits by its
 * own timers, and every entry expires.
 */
import { STORE_CALL_LEASE_MS, TURN_LEASE_MS } from "../lib/turn-limits.ts";
import { turnMs } from "../lib/work.ts";
import type { ClusterStore, Stores } from "../storage/store.ts";
import type { Clock } from "./clock.ts";

/** A request that waits for its next section. */
interface Place {
  aliveUntilMs: number;
}

interface StoreCall {
  clusterId: string;
  begunAtMs: number;
}

export class IsolateTurns {
  readonly #clock: Clock;
  /** In the order in which they may continue. */
  #line: Place[] = [];
  /** Sections that have begun, in all. */
  #sections = 0;
  readonly #storeCalls = new Set<StoreCall>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves when the next section may begin: after a turn of the others during which no other section ran.
   * @param clusterId the cluster of the long work
   * @param work of the section that has ended
   */
  async next(clusterId: string, work: number): Promise<void> {
    const place: Place = { aliveUntilMs: 0 };
    this.#line.push(place);
    for (;;) {
      const seen = this.#sections;
      place.aliveUntilMs = this.#clock.now() + TURN_LEASE_MS;
      if (this.#isFirst(place)) await this.#rest(clusterId, work);
      else await this.#clock.turn(1);
      if (this.#isFirst(place) && this.#sections === seen) break;
    }
    this.#line.shift();
    this.#sections++;
  }

  /** Stores whose calls about one cluster are known to the long work of other clusters. */
  observe(stores: Stores): Stores {
    return {
      cluster: (access) => this.#observed(stores.cluster(access), access.clusterId),
      organization: (keyHash) => stores.organization(keyHash),
      admin: () => stores.admin(),
      clean: (limits) => stores.clean(limits),
      ping: () => stores.ping(),
    };
  }

  #observed(store: ClusterStore, clusterId: string): ClusterStore {
    const during = async <R>(call: Promise<R>): Promise<R> => {
      const entry = { clusterId, begunAtMs: this.#clock.now() };
      this.#storeCalls.add(entry);
      try {
        return await call;
      } finally {
        this.#storeCalls.delete(entry);
      }
    };
    return {
      sync: (known) => during(store.sync(known)),
      loadPage: (page) => during(store.loadPage(page)),
      commit: (commit, pause) => during(store.commit(commit, pause)),
      findCommit: (commitId) => during(store.findCommit(commitId)),
      history: (range) => during(store.history(range)),
      stateAt: (range) => during(store.stateAt(range)),
      addIssuer: (tokenHash) => during(store.addIssuer(tokenHash)),
      loadBase: (baseId) => during(store.loadBase(baseId)),
      findImages: (...what) => during(store.findImages(...what)),
    };
  }

  /** The turn of the other requests. */
  async #rest(clusterId: string, work: number): Promise<void> {
    // The first turn takes in what arrived during the section, the second one what follows from it at once.
    await this.#clock.turn(0);
    await this.#clock.turn(0);
    for (let leftMs = turnMs(work); leftMs > 0 && this.#isAwaited(clusterId); leftMs--) await this.#clock.turn(1);
  }

  /** True while a request of another cluster waits for the store. */
  #isAwaited(clusterId: string): boolean {
    const expiredMs = this.#clock.now() - STORE_CALL_LEASE_MS;
    let isAwaited = false;
    for (const call of this.#storeCalls) {
      if (call.begunAtMs < expiredMs) this.#storeCalls.delete(call);
      else isAwaited ||= call.clusterId !== clusterId;
    }
    return isAwaited;
  }

  /** Removes the requests in front that have died. The place itself is put back if it was taken for dead. */
  #isFirst(place: Place): boolean {
    const nowMs = this.#clock.now();
    this.#line = this.#line.filter((other) => other === place || other.aliveUntilMs >= nowMs);
    if (!this.#line.includes(place)) this.#line.push(place);
    return this.#line[0] === place;
  }
}
