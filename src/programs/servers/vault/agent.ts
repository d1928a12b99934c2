/**
 * `vault agent`: logs in with the token of its ServiceAccount, and keeps files that it renders from secrets.
 * Source: github.com/hashicorp/vault command/agent.go, command/agentproxyshared/auth, command/agent/template
 */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Step } from "../../../shell/program.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { drive, Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { TemplateError } from "../../kubectl/templates/nodes.ts";
import { isoTime } from "../log.ts";
import { contentOf } from "../server.ts";
import { renderTemplate } from "./agent-template.ts";
import { durationMs } from "./call.ts";
import { argumentsOf, call } from "./cli.ts";
import { BUILD_DATE, VERSION } from "./version.ts";

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const MIN_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 300_000;
const RENDER_INTERVAL_MS = 300_000;
/** A template that cannot be rendered is tried again after 250 ms, then twice as long each time. */
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 60_000;
const MAX_RETRIES = 12;

/** The state with which the agent goes on after a pause. */
interface Progress {
  token?: string;
  /** The present token is no longer used after this instant. */
  renewsAtMs?: number;
  backoffMs?: number;
  retries?: number;
}

/** A signal ends the agent. */
export function runAgent(process: ProcessView): Step {
  for (let signal = process.takeSignal(); signal; signal = process.takeSignal())
    if (signal === "TERM" || signal === "INT") return { type: "exit", status: 0 };
  return drive(process, agentMain);
}

function* agentMain(session: Session): Steps<number> {
  try {
    return yield* agent(session);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    session.print(`${error.message}\n`);
    return error.status;
  }
}

function* agent(session: Session): Steps<number> {
  const config = configOf(session);
  if (session.resume === undefined) session.print(BANNER);
  const progress: Progress = { ...(isJsonObject(session.resume) ? session.resume : {}) };
  const nowMs = Number(yield { type: "now" });
  if (progress.token === undefined || Number(progress.renewsAtMs) <= nowMs) {
    Object.assign(progress, yield* authenticate(session, config, progress));
  }
  const pauseMs = yield* renderAll(session, config, progress);
  if (pauseMs === undefined) return 0;
  yield { type: "sleep", ms: pauseMs };
  yield { type: "restart", state: progress as JsonObject };
  return 0;
}

const BANNER =
  "==> Vault Agent started! Log data will stream in below:\n\n==> Vault Agent configuration:\n\n" +
  Object.entries({
    "Api Address 1": "http://bufconn",
    "Log Level": "info",
    Version: `Vault v${VERSION}, built ${BUILD_DATE}`,
  })
    .map(([name, value]) => `${name.padStart(24)}: ${value}\n`)
    .join("") +
  "\n";

function log(session: Session, level: "INFO" | "WARN" | "ERROR", text: string): void {
  session.print(`${isoTime(session.nowMs)} ${`[${level}]`.padEnd(7)} ${text}\n`);
}

/** The file of `-config`. Only configurations in JSON, as the injector writes them, are read. */
function configOf(session: Session): JsonObject {
  const path = argumentsOf(session.args).flags.get("config");
  const text = path === undefined ? undefined : contentOf(session.process, bytesOfText(path));
  if (text === undefined)
    throw new Failure(`Error loading configuration from ${path ?? ""}: no such file or directory`);
  try {
    return objectIn(JSON.parse(text) as JsonValue);
  } catch {
    throw new Failure(`Error loading configuration from ${path}: only configurations in JSON are simulated`);
  }
}

const serverOf = (session: Session, config: JsonObject): string =>
  String(objectIn(config["vault"])["address"] || session.env("VAULT_ADDR") || "https://127.0.0.1:8200");

/** Logs in, with longer and longer pauses after refusals. */
function* authenticate(session: Session, config: JsonObject, progress: Progress): Steps<Progress> {
  const { method, sink } = objectIn(config["auto_auth"]);
  const { type, mount_path = "auth/kubernetes", config: given, ...settings } = objectIn(method);
  if (type !== "kubernetes") throw new Failure(`auto_auth method ${String(type)} is not simulated`);
  const { role = "", token_path = TOKEN_PATH } = objectIn(given);
  if (progress.backoffMs === undefined) log(session, "INFO", "agent.auth.handler: starting auth handler");
  log(session, "INFO", "agent.auth.handler: authenticating");
  const jwt = String(yield { type: "file", path: bytesOfText(String(token_path)) }).trim();
  const path = `${String(mount_path).replace(/\/$/, "")}/login`;
  const server = serverOf(session, config);
  try {
    const { body } = yield* call(session, "", ["PUT", path, { role, jwt }], { token: "", server });
    const { client_token, lease_duration } = objectIn(body["auth"]);
    log(session, "INFO", "agent.auth.handler: authentication successful, sending token to sinks");
    for (const each of objectsIn(sink)) writeSink(session, each, String(client_token));
    const nowMs = Number(yield { type: "now" });
    return { token: String(client_token), renewsAtMs: nowMs + (Number(lease_duration) * 1000 * 2) / 3 };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (settings["exit_on_err"] === true) throw new Failure(`error authenticating: ${error.message}`);
    const leastMs = durationMs(settings["min_backoff"]) ?? MIN_BACKOFF_MS;
    const backoffMs = Math.min(
      progress.backoffMs === undefined ? leastMs : progress.backoffMs * 2,
      durationMs(settings["max_backoff"]) ?? MAX_BACKOFF_MS,
    );
    log(
      session,
      "ERROR",
      `agent.auth.handler: error authenticating: error="${error.message}" backoff=${backoffMs / 1000}s`,
    );
    yield { type: "sleep", ms: backoffMs };
    yield { type: "restart", state: { backoffMs } };
    return {};
  }
}

function writeSink(session: Session, sink: JsonObject, token: string): void {
  const path = String(objectIn(sink["config"])["path"] ?? "");
  write(session, path, { text: token, mode: 0o640 });
  log(session, "INFO", `agent.sink.file: token written: path=${path}`);
}

/** Writes a file as a whole. Throws Failure if its folder is missing or must not be written. */
function write(session: Session, path: string, { text, mode }: { text: string; mode: number }): void {
  session.once(() => {
    try {
      session.process.files.write(bytesOfText(path), bytesOfText(text), mode);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Failure(`error writing ${path}: ${error.code}`);
    }
  });
}

/** Renders all templates. Returns the pause before the next time; undefined: the agent ends. */
function* renderAll(session: Session, config: JsonObject, progress: Progress): Steps<number | undefined> {
  const { exit_on_retry_failure, static_secret_render_interval } = objectIn(config["template_config"]);
  const secrets = new Map<string, JsonObject>();
  try {
    for (const template of objectsIn(config["template"]))
      yield* render(session, config, { template, progress, secrets });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const retries = (progress.retries ?? 0) + 1;
    if (retries > MAX_RETRIES) {
      log(session, "ERROR", `agent: (runner) ${error.message}`);
      if (exit_on_retry_failure !== false) throw new Failure("agent: template server: retries are exhausted");
    }
    const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** (retries - 1), MAX_RETRY_MS);
    log(session, "WARN", `agent: (view) ${error.message} (retry attempt ${retries} after "${pauseMs / 1000}s")`);
    progress.retries = Math.min(retries, MAX_RETRIES);
    return pauseMs;
  }
  delete progress.retries;
  if (config["exit_after_auth"] === true) return undefined;
  return durationMs(static_secret_render_interval) ?? RENDER_INTERVAL_MS;
}

interface Rendering {
  template: JsonObject;
  progress: Progress;
  /** Answers that templates of this run have read. */
  secrets: Map<string, JsonObject>;
}

function* render(session: Session, config: JsonObject, { template, progress, secrets }: Rendering): Steps<void> {
  const { source = "", contents = "", destination = "", perms = "", error_on_missing_key } = template;
  const text = source === "" ? String(contents) : String(yield { type: "file", path: bytesOfText(String(source)) });
  const failsOnMissing = error_on_missing_key === true;
  for (;;) {
    const rendered = attempt(text, { secrets, failsOnMissing });
    if (rendered.type === "needs") {
      secrets.set(rendered.path, yield* readSecret(session, config, { path: rendered.path, progress }));
      continue;
    }
    const path = String(destination);
    const known = String(yield { type: "file", path: bytesOfText(path) });
    if (known === rendered.text && rendered.text !== "") return;
    write(session, path, { text: rendered.text, mode: Number.parseInt(String(perms || "0644"), 8) });
    log(session, "INFO", `agent: (runner) rendered "${source === "" ? "(dynamic)" : String(source)}" => "${path}"`);
    return;
  }
}

function attempt(...given: Parameters<typeof renderTemplate>): ReturnType<typeof renderTemplate> {
  try {
    return renderTemplate(...given);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Failure(`(dynamic): execute: ${error.message}`);
  }
}

function* readSecret(
  session: Session,
  config: JsonObject,
  { path, progress }: { path: string; progress: Progress },
): Steps<JsonObject> {
  const what = `vault.read(${path}): vault.read(${path})`;
  const [server, token] = [serverOf(session, config), progress.token ?? ""];
  const { status, body } = yield* call(session, what, ["GET", path], { server, token });
  if (status === 404) throw new Failure(`${what}: no secret exists at ${path}`);
  return body;
}
