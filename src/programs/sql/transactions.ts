/** BEGIN, COMMIT, ROLLBACK and savepoints. */
import type { Statement } from "./ast.ts";
import { commitChanges, SessionStore } from "./catalog.ts";
import { SqlError } from "./errors.ts";
import type { Execution, StatementResult } from "./session-state.ts";

/** Writes the changes of the transaction to the store. */
export function commit({ session, store }: Pick<Execution, "session" | "store">): void {
  const { changes } = session;
  session.changes = {};
  session.savepoints = [];
  session.transaction = "none";
  session.isReadOnly = false;
  delete session.settings["transaction_isolation"];
  commitChanges(new SessionStore(store, session.temporary), changes);
}

function outsideBlock(what: string): SqlError {
  const message = `${what} can only be used in transaction blocks`;
  return new SqlError({ kind: "other", message, code: "25P01", number: 1305 });
}

export function runTransaction(
  { what, name = "", words }: Extract<Statement, { type: "transaction" }>,
  execution: Execution,
): StatementResult {
  const { session } = execution;
  const notices: string[] = [];
  const isOpen = session.transaction !== "none";
  const point = session.savepoints.findLastIndex((savepoint) => savepoint.name === name);
  const result = (tag: string): StatementResult => ({ tag, count: 0, notices });
  switch (what) {
    case "begin":
      if (execution.rules.isMySql) commit(execution);
      else if (isOpen) notices.push("WARNING:there is already a transaction in progress");
      session.transaction = session.transaction === "failed" ? "failed" : "open";
      session.isReadOnly = /read\s+only/.test(words);
      if (/isolation\s+level/.test(words))
        session.settings["transaction_isolation"] =
          /level\s+(serializable|repeatable\s+read|read\s+\w+)/.exec(words)?.[1] ?? "";
      return result(words.startsWith("start") ? "START TRANSACTION" : "BEGIN");
    case "commit": {
      if (!isOpen) notices.push("WARNING:there is no transaction in progress");
      const isFailed = session.transaction === "failed";
      if (isFailed) session.changes = {};
      commit(execution);
      return result(isFailed ? "ROLLBACK" : "COMMIT");
    }
    case "rollback":
      if (!isOpen) notices.push("WARNING:there is no transaction in progress");
      session.changes = {};
      commit(execution);
      return result("ROLLBACK");
    case "savepoint":
      if (!isOpen && !execution.rules.isMySql) throw outsideBlock("SAVEPOINT");
      if (session.transaction === "failed") throw new SqlError({ kind: "abortedTransaction" });
      session.savepoints.push({ name, changes: structuredClone(session.changes) });
      return result("SAVEPOINT");
    case "rollbackTo":
    case "release": {
      if (!isOpen && !execution.rules.isMySql)
        throw outsideBlock(what === "release" ? "RELEASE SAVEPOINT" : "ROLLBACK TO SAVEPOINT");
      const savepoint = session.savepoints[point];
      if (!savepoint) {
        const message = execution.rules.isMySql
          ? `SAVEPOINT ${name} does not exist`
          : `savepoint "${name}" does not exist`;
        throw new SqlError({ kind: "other", message, code: "3B001", number: 1305 });
      }
      session.savepoints.splice(what === "release" ? point : point + 1);
      if (what === "release") return result("RELEASE");
      session.changes = structuredClone(savepoint.changes);
      session.transaction = "open";
      return result("ROLLBACK");
    }
  }
}
