/** The state of psql between two steps. JSON. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Target } from "./connection.ts";
import type { TableForm } from "./table-text.ts";

export type Source =
  /** The text of `-c`. */
  | { type: "command"; text: string; isDone: boolean }
  | { type: "file"; name: string; lines: string[]; line: number }
  | { type: "input" };

export interface PsqlState {
  target: Target;
  session: string;
  sources: Source[];
  /** Lines of a statement that is not complete. */
  buffer: string;
  /** The message that is being asked. */
  request?: JsonObject;
  form: TableForm;
  variables: Record<string, string>;
  isQuiet: boolean;
  isInteractive: boolean;
  isConnected: boolean;
  isSuperuser: boolean;
  /** Asks for a password when the server wants one (not with `-w`). */
  mayAsk: boolean;
  isAskingPassword: boolean;
  askedPassword: boolean;
  hasPrompted: boolean;
  hasTiming: boolean;
  echoes: boolean;
  transaction: string;
  status: number;
  /** The target before `\connect`. */
  previous?: Target;
  /** A COPY statement whose data follows. */
  copy?: string;
  copyLines: string[];
}

export function stateOf({ state }: ProcessView): PsqlState {
  return state["psql"] as unknown as PsqlState;
}
