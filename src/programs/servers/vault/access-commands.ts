/**
 * The commands on access: login, secrets, auth, policy and token.
 * Source: github.com/hashicorp/vault command/login.go, auth_enable.go, policy_write.go, token_create.go
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import {
  type Arguments,
  type Command,
  call,
  columns,
  fieldsOf,
  rowsOf,
  show,
  sortedRows,
  table,
  tokenFile,
} from "./cli.ts";
import { showReply, tokenRows } from "./secret-commands.ts";

const STORED =
  "Success! You are now authenticated. The token information displayed below\n" +
  'is already stored in the token helper. You do NOT need to run "vault login"\n' +
  "again. Future Vault requests will automatically use this token.\n\n";

/** With a token, or by the method of `-method`. Stores the token. */
export function* login(session: Session, args: Arguments): Steps<number> {
  const method = args.flags.get("method") ?? "token";
  const auth =
    method === "token" ? yield* loginWithToken(session, args) : yield* loginWithMethod(session, args, method);
  const token = bytesOfText(String(auth["client_token"]));
  session.once(() => session.process.files.write(tokenFile(session), token, 0o600));
  const rows = rowsOf(tokenRows(auth)).filter(([, value]) => value !== "");
  return show(session, { auth }, { asTable: () => STORED + table(rows), fields: Object.fromEntries(rows) });
}

function* loginWithToken(session: Session, { words: [given = ""] }: Arguments): Steps<JsonObject> {
  const token = (given === "" || given === "-" ? String(yield { type: "input" }) : given).trim();
  const { body } = yield* call(session, "Error authenticating", ["GET", "auth/token/lookup-self"], { token });
  const { ttl = 0, policies = [], renewable = false } = objectIn(body["data"]);
  return { client_token: token, lease_duration: ttl, policies, renewable };
}

function* loginWithMethod(session: Session, args: Arguments, method: string): Steps<JsonObject> {
  const fields = yield* fieldsOf(session, args.words);
  const mount = (args.flags.get("path") ?? method).replace(/\/$/, "");
  if (method !== "userpass" && method !== "kubernetes")
    throw new Failure(
      `Unknown auth method: ${method}. Use "vault auth list" to see the complete list of auth methods.`,
    );
  const { username, ...others } = fields;
  const path = method === "userpass" ? `auth/${mount}/login/${String(username ?? "")}` : `auth/${mount}/login`;
  const { body } = yield* call(session, "Error authenticating", ["PUT", path, others]);
  return objectIn(body["auth"]);
}

interface Mounted {
  path: "sys/mounts" | "sys/auth";
  /** `the kv secrets engine` */
  named: (type: string) => string;
  /** `secrets engines` */
  plural: string;
  singular: string;
}

const ENGINES: Mounted = {
  ...{ path: "sys/mounts", named: (type) => `the ${type} secrets engine` },
  ...{ plural: "secrets engines", singular: "secrets engine" },
};

const METHODS: Mounted = {
  ...{ path: "sys/auth", named: (type) => `${type} auth method` },
  ...{ plural: "enabled authentications", singular: "auth method" },
};

const enable = ({ path: area, named }: Mounted): Command =>
  function* (session, { words: [type = ""], flags }) {
    const path = (flags.get("path") ?? type.replace(/-v\d$/, "")).replace(/\/$/, "");
    const version = flags.get("version");
    const asked = { type, ...(version !== undefined && { options: { version } }) };
    yield* call(session, "Error enabling", ["POST", `${area}/${path}`, asked]);
    session.print(`Success! Enabled ${named(type)} at: ${path}/\n`);
    return 0;
  };

const disable = ({ path: area, singular }: Mounted): Command =>
  function* (session, { words: [name = ""] }) {
    const path = name.replace(/\/$/, "");
    yield* call(session, `Error disabling ${singular} at ${path}/`, ["DELETE", `${area}/${path}`]);
    session.print(`Success! Disabled the ${singular} (if it existed) at: ${path}/\n`);
    return 0;
  };

const listMounts = ({ path: area, plural }: Mounted): Command =>
  function* (session) {
    const { body } = yield* call(session, `Error listing ${plural}`, ["GET", area]);
    const data = objectIn(body["data"]);
    const rows = sortedRows(data).map(([path, facts]) => {
      const { type, accessor, description } = objectIn(facts);
      return [path, String(type), String(accessor), String(description || "n/a")];
    });
    return show(session, data, { asTable: () => columns(rows, ["Path", "Type", "Accessor", "Description"]) });
  };

export const enableEngine = enable(ENGINES);
export const disableEngine = disable(ENGINES);
export const listEngines = listMounts(ENGINES);
export const enableMethod = enable(METHODS);
export const disableMethod = disable(METHODS);
export const listMethods = listMounts(METHODS);

export function* writePolicy(session: Session, { words: [name = "", file = ""] }: Arguments): Steps<number> {
  const isThere = file === "-" || session.process.files.find(bytesOfText(file)) !== undefined;
  if (!isThere) throw new Failure(`Error opening policy file: open ${file}: no such file or directory`, 2);
  const policy = String(yield file === "-" ? { type: "input" } : { type: "file", path: bytesOfText(file) });
  yield* call(session, "Error uploading policy", ["PUT", `sys/policies/acl/${name}`, { policy: policy.trim() }]);
  session.print(`Success! Uploaded policy: ${name.toLowerCase()}\n`);
  return 0;
}

export function* readPolicy(session: Session, { words: [name = ""] }: Arguments): Steps<number> {
  const { status, body } = yield* call(session, `Error reading policy named ${name}`, [
    "GET",
    `sys/policies/acl/${name}`,
  ]);
  if (status === 404) throw new Failure(`No policy named: ${name}`, 2);
  const { policy } = objectIn(body["data"]);
  return show(session, { policy: policy ?? "" }, { asTable: () => `${String(policy).trim()}\n` });
}

export function* listPolicies(session: Session): Steps<number> {
  const { body } = yield* call(session, "Error listing policies", ["LIST", "sys/policies/acl"]);
  const { keys } = objectIn(body["data"]);
  const names = Array.isArray(keys) ? keys.map(String) : [];
  return show(session, names, { asTable: () => names.map((name) => `${name}\n`).join("") });
}

export function* removePolicy(session: Session, { words: [name = ""] }: Arguments): Steps<number> {
  yield* call(session, `Error deleting ${name}`, ["DELETE", `sys/policies/acl/${name}`]);
  session.print(`Success! Deleted policy: ${name}\n`);
  return 0;
}

export function* createToken(session: Session, { flags }: Arguments): Steps<number> {
  const [policies, ttl] = [flags.get("policy"), flags.get("ttl")];
  const asked = { ...(policies !== undefined && { policies: policies.split(",") }), ...(ttl !== undefined && { ttl }) };
  return showReply(session, yield* call(session, "Error creating token", ["POST", "auth/token/create", asked]));
}

export function* lookUpToken(session: Session, { words: [token] }: Arguments): Steps<number> {
  const request = ["GET", "auth/token/lookup-self"] as const;
  return showReply(session, yield* call(session, "Error looking up token", request, { token }));
}
