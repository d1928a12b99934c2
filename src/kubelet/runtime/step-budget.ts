/** Steps that the processes of a pod may make, and their price as work of the transaction. */
import type { Transaction } from "../../cluster/transaction.ts";
import { WORK } from "../../lib/work.ts";

export class StepBudget {
  readonly #tx: Transaction;
  /** Steps that may still be made; below 0 if the last piece took more. */
  left: number;
  /** The steps that were left when they were last counted. */
  #countedLeft: number;

  constructor(tx: Transaction, maxSteps: number) {
    this.#tx = tx;
    this.left = maxSteps;
    this.#countedLeft = maxSteps;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** Counts the steps since the last call as work. */
  countWork(): void {
    this.#tx.spend((this.#countedLeft - this.left) * WORK.step);
    this.#countedLeft = this.left;
  }
}
