/**
 * The commands of `vault`: status, operator (init, unseal, seal), login, secrets (enable, list), kv (put, get).
 * Source: github.com/hashicorp/vault command/status.go, operator_init.go, operator_unseal.go, format.go
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { HttpQuestion } from "../../../shell/question.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure, type HttpResult, type Session, type Steps } from "../../kubectl/core/session.ts";
import { contentOf, flagOf } from "../server.ts";
import { BUILD_DATE, VERSION } from "./server.ts";

interface Reply {
  status: number;
  body: JsonObject;
}

type Command = (session: Session, words: readonly string[]) => Steps<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  status,
  "operator init": initialize,
  "operator unseal": unseal,
  "operator seal": seal,
  login,
  "secrets enable": enable,
  "secrets list": listEngines,
  "kv put": put,
  "kv get": get,
};

/** One command of `vault`. */
export function* vaultCommand(session: Session): Steps<number> {
  const words = session.args.filter((arg) => !arg.startsWith("-"));
  if (words[0] === "version" || session.args.includes("-version")) {
    session.print(`Vault v${VERSION}, built ${BUILD_DATE}\n`);
    return 0;
  }
  const name = [words.slice(0, 2).join(" "), words[0] ?? ""].find((each) => Object.hasOwn(COMMANDS, each));
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || !command) {
    session.warn(`vault ${words.join(" ")}: this command is not simulated\n`);
    return 127;
  }
  try {
    return yield* command(session, words.slice(name.split(" ").length));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    session.warn(`${error.message}\n`);
    return error.status;
  }
}

function addressOf(session: Session): { scheme: "http" | "https"; host: string; port: number; text: string } {
  const text = flagOf(session.process.argv, "address") ?? (session.env("VAULT_ADDR") || "https://127.0.0.1:8200");
  const { protocol, hostname, port } = new URL(text);
  const scheme = protocol === "http:" ? "http" : "https";
  return { scheme, host: hostname, port: Number(port) || (scheme === "http" ? 80 : 443), text };
}

const tokenFile = (session: Session) => `${session.env("HOME") || "/root"}/.vault-token`;

/** `what` begins the message of a refusal: `Error initializing`. */
function* call(session: Session, what: string, [method, path, body]: [string, string, JsonObject?]): Steps<Reply> {
  const { scheme, host, port, text } = addressOf(session);
  const token = session.env("VAULT_TOKEN") || (contentOf(session.process, tokenFile(session)) ?? "");
  const question: HttpQuestion = {
    ...{ type: "http", scheme, host, port, method, path: `/v1/${path}` },
    headers: { host, "x-vault-request": "true", ...(token && { "x-vault-token": token.trim() }) },
    body: body ? bytesOfText(JSON.stringify(body)) : "",
  };
  const result = (yield { type: "http", question }) as unknown as HttpResult;
  const url = `${method === "GET" ? "Get" : "Put"} "${text}/v1/${path}"`;
  if (result.type === "failed")
    throw new Failure(`${what}: ${url}: dial tcp ${host}:${port}: connect: connection refused`, 1);
  const value = result.body === "" ? {} : (JSON.parse(result.body) as JsonValue);
  const reply = { status: result.status, body: isJsonObject(value) ? value : {} };
  if (result.status < 400) return reply;
  const errors = Array.isArray(reply.body["errors"]) ? reply.body["errors"] : [];
  if (result.status === 404 && errors.length === 0) return reply;
  const list = errors.map((error) => `* ${String(error)}`).join("\n");
  const head = `${what}: Error making API request.\n\nURL: ${method} ${text}/v1/${path}\nCode: ${result.status}. Errors:\n`;
  throw new Failure(`${head}\n${list}`, 2);
}

type Row = readonly [key: string, value: JsonValue];

function table(rows: readonly Row[], heading: Row = ["Key", "Value"]): string {
  const width = Math.max(...rows.map(([key]) => key.length), heading[0].length) + 4;
  const line = ([key, value]: Row) => `${key.padEnd(width)}${value === null ? "<nil>" : String(value)}\n`;
  return [heading, heading.map((word) => "-".repeat(String(word).length)) as unknown as Row, ...rows]
    .map(line)
    .join("");
}

/** The answer in the format of `-format`. */
function show(session: Session, value: JsonObject, asTable: () => string): void {
  const format = flagOf(session.process.argv, "format") ?? session.env("VAULT_FORMAT");
  if (format === "json") session.print(`${JSON.stringify(value, null, 2)}\n`);
  else if (format === "yaml")
    session.print(
      Object.keys(value)
        .sort()
        .map((key) => yamlLine(key, value[key]))
        .join(""),
    );
  else session.print(asTable());
}

const yamlLine = (key: string, value: JsonValue | undefined) =>
  `${key}: ${value === "" ? '""' : Array.isArray(value) ? JSON.stringify(value) : String(value)}\n`;

function statusTable(seal: JsonObject): string {
  const sealed = seal["sealed"] === true;
  const nonce = seal["nonce"] === "" ? "n/a" : (seal["nonce"] ?? "");
  const progress: Row[] = [
    ["Unseal Progress", `${String(seal["progress"])}/${String(seal["t"])}`],
    ["Unseal Nonce", nonce],
  ];
  return table([
    ["Seal Type", seal["type"] ?? ""],
    ["Initialized", seal["initialized"] ?? false],
    ["Sealed", sealed],
    ["Total Shares", seal["n"] ?? 0],
    ["Threshold", seal["t"] ?? 0],
    ...(sealed ? progress : []),
    ["Version", seal["version"] ?? ""],
    ["Build Date", seal["build_date"] ?? ""],
    ["Storage Type", seal["storage_type"] ?? ""],
    ...(sealed
      ? []
      : ([
          ["Cluster Name", seal["cluster_name"] ?? ""],
          ["Cluster ID", seal["cluster_id"] ?? ""],
        ] as Row[])),
    ["HA Enabled", false],
  ]);
}

/** Ends with 0 if the server is open, 2 if it is sealed, 1 for an error. */
function* status(session: Session): Steps<number> {
  const { body } = yield* call(session, "Error checking seal status", ["GET", "sys/seal-status"]);
  show(session, { ...body, ha_enabled: false }, () => statusTable(body));
  return body["sealed"] === true ? 2 : 0;
}

function* initialize(session: Session): Steps<number> {
  const { argv } = session.process;
  const shares = Number(flagOf(argv, "key-shares", "n") ?? 5);
  const threshold = Number(flagOf(argv, "key-threshold", "t") ?? 3);
  const asked = { secret_shares: shares, secret_threshold: threshold };
  const { body } = yield* call(session, "Error initializing", ["PUT", "sys/init", asked]);
  const keys = (body["keys_base64"] ?? []) as string[];
  const root_token = String(body["root_token"]);
  const value: JsonObject = {
    ...{
      unseal_keys_b64: keys,
      unseal_keys_hex: body["keys"] ?? [],
      unseal_shares: shares,
      unseal_threshold: threshold,
    },
    ...{
      recovery_keys_b64: [],
      recovery_keys_hex: [],
      recovery_keys_shares: 0,
      recovery_keys_threshold: 0,
      root_token,
    },
  };
  const lines = keys.map((key, i) => `Unseal Key ${i + 1}: ${key}\n`).join("");
  const advice =
    `Vault initialized with ${shares} key shares and a key threshold of ${threshold}. Please securely\n` +
    "distribute the key shares printed above. When the Vault is re-sealed,\n" +
    `restarted, or stopped, you must supply at least ${threshold} of these keys to unseal it\n` +
    "before it can start servicing requests.\n\n" +
    `Vault does not store the generated root key. Without at least ${threshold} keys to\n` +
    "reconstruct the root key, Vault will remain permanently sealed!\n";
  show(session, value, () => `${lines}\nInitial Root Token: ${root_token}\n\n${advice}`);
  return 0;
}

function* unseal(session: Session, [key]: readonly string[]): Steps<number> {
  const isReset = session.args.includes("-reset");
  if (key === undefined && !isReset)
    throw new Failure("Error unsealing: a key is needed as an argument: no terminal", 1);
  const asked = isReset ? { reset: true } : { key: key ?? "" };
  const { body } = yield* call(session, "Error unsealing", ["PUT", "sys/unseal", asked]);
  show(session, body, () => statusTable(body));
  return 0;
}

function* seal(session: Session): Steps<number> {
  yield* call(session, "Error sealing", ["PUT", "sys/seal"]);
  session.print("Success! Vault is sealed.\n");
  return 0;
}

function* login(session: Session, [token = ""]: readonly string[]): Steps<number> {
  session.once(() => session.process.files.write(tokenFile(session), token, 0o600));
  yield* call(session, "Error authenticating", ["GET", "auth/token/lookup-self"]);
  session.print(
    'Success! You are now authenticated. The token information displayed below\nis already stored in the token helper. You do NOT need to run "vault login"\nagain. Future Vault requests will automatically use this token.\n\n',
  );
  session.print(
    table([
      ["token", token],
      ["token_duration", "∞"],
      ["token_renewable", false],
      ["policies", '["root"]'],
    ]),
  );
  return 0;
}

function* enable(session: Session, [type = ""]: readonly string[]): Steps<number> {
  const path = (flagOf(session.process.argv, "path") ?? type.replace(/-v\d$/, "")).replace(/\/$/, "");
  const version = flagOf(session.process.argv, "version");
  const asked = { type, ...(version !== undefined && { options: { version } }) };
  yield* call(session, "Error enabling", ["POST", `sys/mounts/${path}`, asked]);
  session.print(`Success! Enabled the ${type} secrets engine at: ${path}/\n`);
  return 0;
}

function* listEngines(session: Session): Steps<number> {
  const { body } = yield* call(session, "Error listing secrets engines", ["GET", "sys/mounts"]);
  const mounts = Object.entries(objectIn(body["data"])).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = mounts.map(([name, engine]): Row => [name, String(objectIn(engine)["type"]).replace(/^kv-v2$/, "kv")]);
  show(session, objectIn(body["data"]), () => table(rows, ["Path", "Type"]));
  return 0;
}

/** `internal/database/config` → `internal/data/database/config` */
const dataPath = (path: string) => path.replace("/", "/data/");

function metadataTable(path: string, metadata: JsonObject): string {
  const keys = ["created_time", "custom_metadata", "deletion_time", "destroyed", "version"];
  const rows = keys.map((key): Row => [key, metadata[key] === "" ? "n/a" : (metadata[key] ?? null)]);
  const edge = "=".repeat(Math.max(Math.floor((path.length - " Secret Path ".length) / 2), 2));
  return `${edge} Secret Path ${edge}\n${path}\n\n======= Metadata =======\n${table(rows)}`;
}

function* put(session: Session, [path = "", ...pairs]: readonly string[]): Steps<number> {
  const data = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  const where = dataPath(path);
  const { body } = yield* call(session, `Error writing data to ${where}`, ["PUT", where, { data, options: {} }]);
  show(session, body, () => metadataTable(where, objectIn(body["data"])));
  return 0;
}

function* get(session: Session, [path = ""]: readonly string[]): Steps<number> {
  const where = dataPath(path);
  const { status: code, body } = yield* call(session, `Error reading ${where}`, ["GET", where]);
  if (code === 404) throw new Failure(`No value found at ${where}`, 2);
  const { data, metadata } = objectIn(body["data"]);
  const shown = objectIn(data);
  const rows = Object.keys(shown)
    .sort()
    .map((key): Row => [key, shown[key] ?? null]);
  const field = flagOf(session.process.argv, "field");
  if (field !== undefined) session.print(`${String(shown[field] ?? "")}\n`);
  else show(session, body, () => `${metadataTable(where, objectIn(metadata))}\n====== Data ======\n${table(rows)}`);
  return 0;
}
