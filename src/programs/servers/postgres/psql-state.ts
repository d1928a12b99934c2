/** The state of psql between two steps. JSON. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ErrorReport } from "../../sql/postgres-words.ts";
import type { Target } from "./connection.ts";
import type { TableForm } from "./table-text.ts";

export type Source =
  /** The text of `-c`. `isHidden`: BEGIN and COMMIT of `--single-transaction`. */
  | { type: "command"; text: string; isDone: boolean; isHidden?: boolean }
  | { type: "file"; name: string; lines: string[]; line: number; isIncluded?: boolean }
  | { type: "input" };

export interface PsqlState {
  target: Target;
  session: string;
  sources: Source[];
  /** Lines of a statement that is not complete. */
  buffer: string;
  /** The last statement: `\g` sends it again. */
  lastSql: string;
  /** The message that is being asked. */
  request?: JsonObject;
  /** How the next result is shown, by the command behind the statement: `\gx`, `\gset prefix`. */
  resultMode?: { type: "expanded" } | { type: "set"; prefix: string };
  /** The file of `\copy … to`. */
  copyTarget?: string;
  form: TableForm;
  variables: Record<string, string>;
  /** Conditions of `\if` that are open: whether their lines run, and whether a branch ran. */
  conditions: { isActive: boolean; wasTaken: boolean }[];
  isQuiet: boolean;
  isInteractive: boolean;
  isConnected: boolean;
  isSuperuser: boolean;
  /** Asks for a password when the server wants one (not with `-w`). */
  mayAsk: boolean;
  isAskingPassword: boolean;
  askedPassword: boolean;
  /** `\password`: the first of two inputs. */
  newPassword?: { role: string; first?: string };
  hasPrompted: boolean;
  hasTiming: boolean;
  echo: "none" | "queries" | "all" | "errors";
  /** Output goes to this file. */
  output?: string;
  transaction: string;
  lastError?: ErrorReport;
  /** Of the last source. */
  status: number;
  /** The child of `\!`. */
  child?: number;
  /** The target before `\connect`. */
  previous?: Target;
  /** A COPY statement whose data follows. */
  copy?: string;
  copyLines: string[];
}

export function stateOf({ state }: ProcessView): PsqlState {
  return state["psql"] as unknown as PsqlState;
}

export function absolute({ cwd }: ProcessView, path: string): string {
  return path.startsWith("/") ? path : `${cwd.replace(/\/$/, "")}/${path}`;
}

/** Writes a result: to the output, or to the file of `-o` and `\o`. */
export function show(process: ProcessView, state: PsqlState, text: string): void {
  if (state.output === undefined) process.write(1, text);
  else process.files.append(absolute(process, state.output), text);
}

/** Whether an error ends the script. */
export function stopsAtErrors({ variables }: PsqlState): boolean {
  const value = variables["ON_ERROR_STOP"];
  return value !== undefined && !/^(off|0|false|no)$/i.test(value);
}
