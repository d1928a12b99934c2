/** From the database's errors to what callers can act on. SQLSTATE decides, never a message. */

import { CommitUnknownError, StoreUnavailableError } from "../store.ts";

/** Rolled back through no fault of the statement: serialization failure, deadlock. */
const RETRIABLE = new Set(["40001", "40P01"]);
/** Rolled back for load or time: insufficient resources, lock not available, cancelled. */
const REFUSED_FOR_LOAD = /^(53...|55P03|57014)$/;
/** No space left on the database's disk. */
const DISK_FULL = "53100";
/** The session ended; what its last statement did is not known: connection, shutdown, system and internal errors. */
const SESSION_LOST = /^(08...|57P..|58...|XX...)$/;

/** The SQLSTATE, wherever driver and query builder keep it. */
export function sqlState(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && /^[0-9A-Z]{5}$/.test(cause.code)) return cause.code;
  }
  return null;
}

export function isRetriable(error: unknown): boolean {
  return RETRIABLE.has(sqlState(error) ?? "");
}

/** The error a store throws for one of the driver's. What is neither load nor connection is a bug and stays itself. */
export function storeError(error: unknown, { isCommit }: { isCommit: boolean }): unknown {
  const state = sqlState(error);
  if (state === null || SESSION_LOST.test(state)) {
    return isCommit
      ? new CommitUnknownError("the answer to a commit did not arrive", { cause: error })
      : new StoreUnavailableError("the database did not answer", { cause: error });
  }
  if (state === DISK_FULL) {
    return new StoreUnavailableError("the database's disk is full", { reason: "full", cause: error });
  }
  if (RETRIABLE.has(state) || REFUSED_FOR_LOAD.test(state)) {
    return new StoreUnavailableError("the database refused for load", { reason: "overloaded", cause: error });
  }
  return error;
}

/** Whether the database refused because of this constraint. */
export function violatesConstraint(error: unknown, constraint: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("constraint" in cause && cause.constraint === constraint) return true;
  }
  return false;
}
