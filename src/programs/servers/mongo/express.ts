/** mongo-express: pages that list databases, collections and documents. */
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { decode, type HttpAnswer, splitPath, text } from "../http.ts";
import { type HttpRequest, portOf, server } from "../server.ts";
import { objectsIn } from "./commands/command.ts";

const DEFAULT_PORT = 8081;

interface Connection {
  host: string;
  port: number;
  user?: string;
  password?: string;
}

/** The server of ME_CONFIG_MONGODB_URL, or of ME_CONFIG_MONGODB_SERVER and its fellows. */
function connectionOf({ env }: ProcessView): Connection {
  const [, user, password, host, port] =
    /^mongodb:\/\/(?:([^:@/]+):([^@/]*)@)?([^:/,?]+)(?::(\d+))?/.exec(env["ME_CONFIG_MONGODB_URL"] ?? "") ?? [];
  const name = user === undefined ? env["ME_CONFIG_MONGODB_ADMINUSERNAME"] : decode(user);
  return {
    host: host ?? env["ME_CONFIG_MONGODB_SERVER"] ?? "mongo",
    port: Number(port ?? env["ME_CONFIG_MONGODB_PORT"] ?? 27_017),
    ...(name && { user: name }),
    ...(name && {
      password: password === undefined ? (env["ME_CONFIG_MONGODB_ADMINPASSWORD"] ?? "") : decode(password),
    }),
  };
}

function ask(process: ProcessView, database: string, command: JsonObject): JsonObject {
  const { host, port, user, password } = connectionOf(process);
  const body = {
    command,
    database,
    readsSecondary: true,
    ...(user !== undefined && { user, password: password ?? "" }),
  };
  const answer = process.ask({ type: "message", host, port, protocol: "mongo", body, timeoutMs: 5000 });
  if (answer?.type === "message" && isJsonObject(answer.body)) return answer.body;
  const why =
    answer?.type === "failed" && answer.why === "unknownName"
      ? `getaddrinfo ENOTFOUND ${host}`
      : `connect ECONNREFUSED ${host}:${port}`;
  return { ok: 0, errmsg: `MongoNetworkError: ${why}` };
}

const batchOf = (reply: JsonObject): JsonObject[] =>
  objectsIn(isJsonObject(reply["cursor"]) ? reply["cursor"]["firstBatch"] : undefined);

const escaped = (value: string): string => value.replace(/&/g, "&amp;").replace(/</g, "&lt;");

function page(title: string, heading: string, items: readonly string[]): HttpAnswer {
  const list = items.map((item) => `      <li>${item}</li>`).join("\n");
  const body = `<!DOCTYPE html>\n<html lang="en">\n<head>\n  <title>${escaped(title)} - Mongo Express</title>\n</head>\n<body>\n  <h1>${escaped(heading)}</h1>\n  <ul>\n${list}\n  </ul>\n</body>\n</html>\n`;
  return text(200, bytesOfText(body), { contentType: "text/html; charset=utf-8" });
}

const link = (path: string, name: string): string => `<a href="${path}">${escaped(name)}</a>`;

function answer(process: ProcessView, request: HttpRequest): HttpAnswer {
  const { env } = process;
  const base = env["ME_CONFIG_SITE_BASEURL"] ?? "/";
  const { path } = splitPath(request.path);
  if (path === `${base}status`) return text(200, '{"status":"ok"}', { contentType: "application/json" });
  if (
    env["ME_CONFIG_BASICAUTH"] !== "false" &&
    env["ME_CONFIG_BASICAUTH_ENABLED"] !== "false" &&
    !hasLogin(process, request)
  )
    return text(401, "Unauthorized", { headers: { "www-authenticate": "Basic" } });
  const [, database, collection] = /^db\/([^/]+)(?:\/([^/]+))?\/?$/.exec(path.slice(base.length)) ?? [];
  if (database === undefined) {
    if (path !== base) return text(404, "Cannot GET the page\n");
    const reply = ask(process, "admin", { listDatabases: 1 });
    if (reply["ok"] !== 1) return text(500, `Could not connect to the database: ${String(reply["errmsg"])}\n`);
    const names = objectsIn(reply["databases"]).map(({ name }) => String(name));
    return page(
      "Home",
      "Mongo Express",
      names.map((name) => link(`${base}db/${name}/`, name)),
    );
  }
  const owner = decode(database);
  const reply = ask(
    process,
    owner,
    collection === undefined ? { listCollections: 1 } : { find: decode(collection), filter: {} },
  );
  if (reply["ok"] !== 1) return text(500, `${String(reply["errmsg"])}\n`);
  if (collection === undefined)
    return page(
      owner,
      `Viewing Database: ${owner}`,
      batchOf(reply).map(({ name }) => link(`${base}db/${owner}/${String(name)}`, String(name))),
    );
  return page(
    decode(collection),
    `Viewing Collection: ${decode(collection)}`,
    batchOf(reply).map((each) => escaped(JSON.stringify(each))),
  );
}

function hasLogin({ env }: ProcessView, { headers }: HttpRequest): boolean {
  const user = env["ME_CONFIG_BASICAUTH_USERNAME"] || "admin";
  const password = env["ME_CONFIG_BASICAUTH_PASSWORD"] || "pass";
  return headers["authorization"] === `Basic ${btoa(`${user}:${password}`)}`;
}

export const mongoExpress = server({
  ports: ({ env }) => [portOf(env["PORT"] ?? env["VCAP_APP_PORT"], DEFAULT_PORT)],
  logFd: 1,
  startMs: 1200,
  banner: (process) => {
    const { host, port } = connectionOf(process);
    return [`Waiting for ${host}:${port}...`];
  },
  ready: ({ env }) => [
    "Welcome to mongo-express 1.0.2",
    "------------------------",
    "",
    "Mongo Express server listening at http://0.0.0.0:8081",
    "Server is open to allow connections from anyone (0.0.0.0)",
    ...(env["ME_CONFIG_BASICAUTH_USERNAME"]
      ? []
      : ['basicAuth credentials are "admin:pass", it is recommended you change this in your config.js!']),
  ],
  http: answer,
  memoryBytes: () => 70_000_000,
});
