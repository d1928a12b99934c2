/** The configuration of `mc`: aliases of servers with their keys, in a file and in variables. */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure, type Session } from "../../kubectl/core/session.ts";
import { contentOf, flagOf } from "../server.ts";
import { makeDirectories } from "./objects.ts";
import type { Keys } from "./signature.ts";

/** A server that `mc` knows by a name. */
export interface Alias extends Keys {
  /** Without a slash at its end. */
  url: string;
}

const folder = (session: Session): string =>
  flagOf(session.process.argv, "config-dir", "C") ??
  (session.env("MC_CONFIG_DIR") || `${session.env("HOME") || "/root"}/.mc`);

const configurationPath = (session: Session): string => `${folder(session).replace(/\/$/, "")}/config.json`;

/** The alias of a new configuration. */
const LOCAL: JsonObject = { url: "http://localhost:9000", accessKey: "", secretKey: "", api: "S3v4", path: "auto" };

function aliasesOfFile(session: Session): JsonObject {
  const path = configurationPath(session);
  const text = contentOf(session.process, path);
  if (text === undefined) return { local: LOCAL };
  try {
    const value = JSON.parse(textOfBytes(text)) as JsonValue;
    return objectIn(isJsonObject(value) ? value["aliases"] : undefined);
  } catch {
    // The user may have written the file.
    throw new Failure(`mc: <ERROR> Unable to load config \`${path}\`. invalid JSON.`);
  }
}

/** All aliases by name. A variable `MC_HOST_name=http://key:secret@host` goes before the file. */
export function aliasesOf(session: Session): Map<string, Alias> {
  const found = new Map<string, Alias>();
  for (const [name, value] of Object.entries(aliasesOfFile(session))) {
    const { url, accessKey, secretKey } = objectIn(value);
    found.set(name, { url: String(url), accessKey: String(accessKey ?? ""), secretKey: String(secretKey ?? "") });
  }
  for (const name of Object.keys(session.process.env)) {
    const alias = /^MC_HOST_(\w+)$/.exec(name)?.[1];
    const parts = /^(https?:\/\/)(?:([^:@/]*):([^@/]*)@)?([^/]+)\/?$/.exec(session.env(name));
    if (alias === undefined || !parts) continue;
    const [, scheme = "", accessKey = "", secretKey = "", host = ""] = parts;
    found.set(alias, { url: scheme + host, accessKey, secretKey });
  }
  return found;
}

/** Writes an alias to the file, or removes it. */
export function writeAlias(session: Session, name: string, alias: Alias | undefined): void {
  session.once(() => {
    const aliases = { ...aliasesOfFile(session) };
    if (alias) aliases[name] = { ...alias, api: "S3v4", path: "auto" };
    else delete aliases[name];
    const { files } = session.process;
    makeDirectories(files, folder(session));
    files.write(
      configurationPath(session),
      bytesOfText(`${JSON.stringify({ version: "10", aliases }, null, 2)}\n`),
      0o600,
    );
  });
}
