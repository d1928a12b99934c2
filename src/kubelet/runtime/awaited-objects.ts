/** Resources whose objects the processes of a pod wait for, or read a stream of, and Leases that they hold. */
import type { HeldLease } from "../../shell/program.ts";
import type { LiveContainer } from "./live.ts";
import { software } from "./software.ts";

export class AwaitedObjects {
  readonly #live: () => Iterable<LiveContainer>;
  readonly #noted = new Set<string>();

  constructor(live: () => Iterable<LiveContainer>) {
    this.#live = live;
  }

  /** Called each time the processes of a container have run. */
  note({ run }: LiveContainer): void {
    for (const resource of software().machine.awaitedObjects(run.machine)) this.#noted.add(resource);
  }

  /** Those of now, and of each instant that the processes passed. */
  get all(): string[] {
    for (const live of this.#live()) this.note(live);
    return [...this.#noted];
  }

  /** Those whose changes an open answer sends to a process. */
  get streamed(): string[] {
    return [...new Set([...this.#live()].flatMap(({ run }) => software().machine.streamedObjects(run.machine)))];
  }

  /** The Leases that processes hold now. */
  get heldLeases(): HeldLease[] {
    return [...this.#live()].flatMap(({ run }) => software().machine.heldLeases(run.machine));
  }

  /** Objects of these resources were written: the processes that wait for them can go on. */
  wake(resources: readonly string[]): void {
    for (const { run } of this.#live()) software().machine.noteObjects(run.machine, resources);
  }
}
