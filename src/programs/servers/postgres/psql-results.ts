/** psql shows answers of the server: results, notices and errors. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ErrorReport } from "../../sql/postgres-words.ts";
import type { StatementResult } from "../../sql/session-state.ts";
import { printLines } from "../log.ts";
import { placeText } from "./connection.ts";
import { versionOf } from "./log.ts";
import { listingOf } from "./psql-listings.ts";
import { absolute, type PsqlState, show, stopsAtErrors } from "./psql-state.ts";
import { tableText } from "./table-text.ts";

/** A connection that failed or ended; the status of the exit. */
export function lost(process: ProcessView, state: PsqlState, text: string): number {
  printLines(process, 2, [state.isConnected ? text.replace(/^connection to .* failed: /, "") : `psql: error: ${text}`]);
  return 2;
}

/** Handles an answer. A number ends psql with that status. */
export function received(
  process: ProcessView,
  state: PsqlState,
  request: JsonObject,
  body: JsonObject,
  address: string | undefined,
): number | undefined {
  if (body["needsPassword"] === true) {
    if (state.mayAsk && !state.askedPassword) {
      process.write(2, `Password for user ${state.target.user}: `);
      state.isAskingPassword = true;
      return undefined;
    }
    return lost(process, state, `${placeText(state.target, address)}: fe_sendauth: no password supplied`);
  }
  const { fatal } = body;
  if (typeof fatal === "string")
    return refused(process, state, `${placeText(state.target, address)}: FATAL:  ${fatal}`);
  if (request["action"] === "connect") connected(process, state, body);
  else if (request["action"] === "catalog") list(process, state, request, body);
  else return showResults(process, state, request, body);
  return undefined;
}

function refused(process: ProcessView, state: PsqlState, text: string): number | undefined {
  if (!state.previous) return lost(process, state, text);
  printLines(process, 2, [`\\connect: ${text}`, ...(state.isInteractive ? ["Previous connection kept"] : [])]);
  state.target = state.previous;
  delete state.previous;
  return state.isInteractive ? undefined : 2;
}

function connected(process: ProcessView, state: PsqlState, body: JsonObject): void {
  state.isSuperuser = body["isSuperuser"] === true;
  const isNew = !state.isConnected;
  state.isConnected = true;
  if (state.previous) {
    delete state.previous;
    if (!state.isQuiet)
      printLines(process, 1, [
        `You are now connected to database "${state.target.database}" as user "${state.target.user}".`,
      ]);
  }
  if (isNew && state.isInteractive && !state.isQuiet)
    printLines(process, 1, [`psql (${versionOf(process)})`, 'Type "help" for help.', ""]);
}

function list(process: ProcessView, state: PsqlState, request: JsonObject, body: JsonObject): void {
  const [command = "", argument] = String(request["line"]).replace(/;$/, "").slice(1).split(/\s+/);
  for (const { data, missing, isFailed } of listingOf(process, command, argument, body) ?? []) {
    if (data) show(process, state, tableText(data, state.form));
    if (missing !== undefined) printLines(process, 2, [missing]);
    if (isFailed && state.sources[0]?.type === "command") state.status = 1;
  }
}

function showResults(
  process: ProcessView,
  state: PsqlState,
  request: JsonObject,
  body: JsonObject,
): number | undefined {
  state.transaction = String(body["transaction"] ?? "none");
  const [source] = state.sources;
  const isSilent = request["isSilent"] === true || (source?.type === "command" && source.isHidden === true);
  const results = body["results"] as unknown as StatementResult[];
  if (!isSilent) for (const result of results) showResult(process, state, result);
  delete state.resultMode;
  const error = body["error"] as unknown as ErrorReport | undefined;
  remember(state, results.at(-1), error);
  if (!error) return undefined;
  showError(process, state, error, String(request["sql"] ?? ""));
  if (source?.type === "command") {
    state.status = 1;
    if (!stopsAtErrors(state)) return undefined;
    state.sources = [];
    return 1;
  }
  return stopsAtErrors(state) && !state.isInteractive ? 3 : undefined;
}

/** Variables that tell of the last statement. */
function remember(state: PsqlState, result: StatementResult | undefined, error: ErrorReport | undefined): void {
  const { variables } = state;
  variables["ERROR"] = error ? "true" : "false";
  variables["SQLSTATE"] = error?.code ?? "00000";
  variables["ROW_COUNT"] = error ? "0" : String(result?.count ?? 0);
  if (!error) return;
  state.lastError = error;
  variables["LAST_ERROR_MESSAGE"] = error.message;
  variables["LAST_ERROR_SQLSTATE"] = error.code;
}

function prefixOf({ sources: [source] }: PsqlState): string {
  return source?.type === "file" ? `psql:${source.name}:${source.line}: ` : "";
}

function showError(process: ProcessView, state: PsqlState, error: ErrorReport, sql: string): void {
  const { message, place, detail, hint, context, code } = error;
  const isVerbose = state.variables["VERBOSITY"] === "verbose";
  printLines(process, 2, [
    `${prefixOf(state)}ERROR:  ${isVerbose ? `${code}: ` : ""}${message}`,
    ...(place !== undefined ? [place] : []),
    ...(detail !== undefined ? [`DETAIL:  ${detail}`] : []),
    ...(hint !== undefined ? [`HINT:  ${hint}`] : []),
    ...(context !== undefined ? [`CONTEXT:  ${context}`] : []),
    ...(state.echo === "errors" ? [`STATEMENT:  ${sql}`] : []),
  ]);
}

function showResult(process: ProcessView, state: PsqlState, result: StatementResult): void {
  for (const notice of result.notices) {
    const isWarning = notice.startsWith("WARNING:");
    printLines(process, 2, [`${prefixOf(state)}${isWarning ? `WARNING:  ${notice.slice(8)}` : `NOTICE:  ${notice}`}`]);
  }
  const { columns, rows = [], copied, tag } = result;
  if (copied) {
    showCopied(process, state, copied, tag);
    return;
  }
  if (state.resultMode?.type === "set") {
    setVariables(process, state, result, state.resultMode.prefix);
    return;
  }
  const form = state.resultMode?.type === "expanded" ? { ...state.form, isExpanded: true } : state.form;
  if (columns) show(process, state, tableText({ columns, rows }, form));
  const isQuery = columns !== undefined && /^(SELECT|SHOW)/.test(tag);
  if (!isQuery && !state.isQuiet && tag !== "") show(process, state, `${tag}\n`);
  if (state.hasTiming) printLines(process, 1, ["Time: 1.204 ms"]);
}

function showCopied(process: ProcessView, state: PsqlState, lines: readonly string[], tag: string): void {
  const text = lines.map((line) => `${line}\n`).join("");
  if (state.copyTarget === undefined) {
    show(process, state, text);
    return;
  }
  process.files.write(absolute(process, state.copyTarget), text);
  delete state.copyTarget;
  if (!state.isQuiet) printLines(process, 1, [tag]);
}

/** `\gset`: one row as variables. */
function setVariables(
  process: ProcessView,
  state: PsqlState,
  { columns = [], rows = [] }: StatementResult,
  prefix: string,
): void {
  const [row] = rows;
  if (!row || rows.length > 1) {
    printLines(process, 2, [row ? "more than one row returned for \\gset" : "no rows returned for \\gset"]);
    return;
  }
  for (const [i, { name }] of columns.entries()) {
    const value = row[i];
    if (value === null || value === undefined) delete state.variables[`${prefix}${name}`];
    else state.variables[`${prefix}${name}`] = value;
  }
}
