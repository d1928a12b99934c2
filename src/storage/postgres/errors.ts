/**
 * Converts the database's errors into the store's. SQLSTATE or the status of an HTTP answer decides, never a message.
 * Statuses are those of Neon's proxy (`proxy/src/serverless/sql_over_http.rs`), which answers 400 with an error of
 * Postgres.
 */

import { CommitUnknownError, StoreSizeError, StoreUnavailableError } from "../store.ts";

/** Rolled back through no fault of the statement: serialization failure, deadlock. */
const RETRIABLE = new Set(["40001", "40P01"]);
/** Rolled back for load or time: insufficient resources, lock not available, cancelled. */
const REFUSED_FOR_LOAD = /^(53...|55P03|57014)$/;
/** No space left on the database's disk. */
const DISK_FULL = "53100";
/** A limit of Postgres was exceeded: the statement is too long or too complex. */
const TOO_LARGE = /^54...$/;
/**
 * The session ended, and the effect of its last statement is unknown: connection, shutdown, system, internal errors.
 */
const SESSION_LOST = /^(08...|57P..|58...|XX...)$/;

/** The SQLSTATE, from any error in the chain of causes of driver and query builder. */
export function sqlState(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && /^[0-9A-Z]{5}$/.test(cause.code)) return cause.code;
  }
  return null;
}

/** An answer of the database's HTTP endpoint that does not come from Postgres. */
export class EndpointError extends Error {
  override name = "EndpointError";
  readonly status: number;

  constructor(status: number) {
    super(`the database's endpoint answered with status ${status}`);
    this.status = status;
  }
}

/** The status of an answer that does not come from Postgres; null for an answer of Postgres, or without an answer. */
function endpointStatus(error: unknown): number | null {
  for (let cause = error; cause instanceof Error; ) {
    if (cause instanceof EndpointError) return cause.status;
    cause = "sourceError" in cause && cause.sourceError !== undefined ? cause.sourceError : cause.cause;
  }
  return null;
}

export function isRetriable(error: unknown): boolean {
  return RETRIABLE.has(sqlState(error) ?? "");
}

/**
 * The store's error for an error of the driver. Errors of neither load nor connection are bugs and are not converted.
 */
export function storeError(error: unknown, { isCommit }: { isCommit: boolean }): unknown {
  const state = sqlState(error);
  if (state === null) return endpointError(error, { isCommit });
  if (SESSION_LOST.test(state)) return lostAnswer(error, { isCommit });
  if (TOO_LARGE.test(state)) return new StoreSizeError("the database found the statement too large", { cause: error });
  if (state === DISK_FULL) {
    return new StoreUnavailableError("the database's disk is full", { reason: "full", cause: error });
  }
  if (RETRIABLE.has(state) || REFUSED_FOR_LOAD.test(state)) {
    return new StoreUnavailableError("the database refused for load", { reason: "overloaded", cause: error });
  }
  return error;
}

/** For an answer without SQLSTATE. A request that the endpoint itself refuses did not reach Postgres. */
function endpointError(error: unknown, { isCommit }: { isCommit: boolean }): unknown {
  switch (endpointStatus(error)) {
    case 413:
      return new StoreSizeError("the database's endpoint found the statement too large", { cause: error });
    case 507:
      // Postgres has executed the statement; only its answer is too large.
      if (isCommit) return lostAnswer(error, { isCommit });
      return new StoreSizeError("the database's answer is too large for its endpoint", { cause: error });
    case 429:
      return new StoreUnavailableError("the database's endpoint refused for load", {
        reason: "overloaded",
        cause: error,
      });
    case 401:
    case 403:
    case 404:
      return new StoreUnavailableError("the database's endpoint refused the connection", { cause: error });
    default:
      return lostAnswer(error, { isCommit });
  }
}

function lostAnswer(error: unknown, { isCommit }: { isCommit: boolean }): Error {
  return isCommit
    ? new CommitUnknownError("the answer to a commit did not arrive", { cause: error })
    : new StoreUnavailableError("the database did not answer", { cause: error });
}

/** Whether the database refused because of this constraint. */
export function violatesConstraint(error: unknown, constraint: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("constraint" in cause && cause.constraint === constraint) return true;
  }
  return false;
}
