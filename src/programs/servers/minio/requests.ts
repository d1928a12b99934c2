/** Signed requests of `mc`, and their answers. */
import type { Bytes } from "../../../files/entry.ts";
import { textOfBytes } from "../../../lib/bytes.ts";
import type { HttpResult, Session, Steps } from "../../kubectl/core/session.ts";
import { type Alias, aliasesOf } from "./configuration.ts";
import { signedHeaders } from "./signature.ts";

/** A name of the command line: `myminio/bucket/key`. */
export interface Target {
  /** As given. */
  text: string;
  alias: Alias;
  /** Empty: the server itself. */
  bucket: string;
  key: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Bytes;
}

/** An answer with a status of 400 or more. `message` has no full stop at its end. */
export class Refused extends Error {
  override name = "Refused";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The target, undefined if the name begins with no alias: a local path. */
export function targetOf(session: Session, text: string): Target | undefined {
  const [name = "", bucket = "", ...key] = text.split("/");
  const alias = aliasesOf(session).get(name);
  return alias && { text, alias, bucket, key: key.join("/") };
}

/** The percent-encoding of a key or a value. */
const encode = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** The path of a bucket or an object. */
export const pathOf = (bucket: string, key = ""): string =>
  `/${bucket}${key === "" && bucket === "" ? "" : `/${key.split("/").map(encode).join("/")}`}`;

/** Sends a request with the alias's signature. @throws Refused for errors of the server and of the network */
export function* send(
  session: Session,
  alias: Alias,
  {
    method,
    path,
    body = "",
    headers = {},
  }: { method: string; path: string; body?: Bytes; headers?: Record<string, string> },
): Steps<Answer> {
  const { protocol, hostname, port, host } = new URL(alias.url);
  const scheme = protocol === "https:" ? "https" : "http";
  const unsigned = { ...headers, host };
  const signed =
    alias.accessKey === ""
      ? unsigned
      : signedHeaders({ method, path, headers: unsigned, body }, alias, session.startedAtMs);
  const target = { scheme, host: hostname, port: Number(port) || (scheme === "https" ? 443 : 80) } as const;
  const question = { type: "http" as const, ...target, method, path, headers: signed, body };
  const result = (yield { type: "http", question, isBinary: true }) as unknown as HttpResult;
  if (result.type === "failed") {
    const verb = method.charAt(0) + method.slice(1).toLowerCase();
    throw new Refused("Network", `${verb} "${alias.url}${path}": ${networkProblem(result.why, hostname, target.port)}`);
  }
  if (result.status >= 400) throw refusalOf(result);
  return result;
}

function networkProblem(why: string, host: string, port: number): string {
  if (why === "unknownName" || why === "noRecord") return `dial tcp: lookup ${host}: no such host`;
  if (why === "refused") return `dial tcp ${host}:${port}: connect: connection refused`;
  return why === "reset" ? "EOF" : `dial tcp ${host}:${port}: i/o timeout`;
}

/** Answers to HEAD have no body, so the status stands for the code. */
function refusalOf({ status, body }: Answer): Refused {
  const text = textOfBytes(body);
  const code = valuesOf(text, "Code")[0] ?? (status === 403 ? "AccessDenied" : status === 404 ? "NoSuchKey" : "");
  const [message = status === 403 ? "Access Denied" : `unexpected status ${status}`] = valuesOf(text, "Message");
  return new Refused(code, message.replace(/\.$/, ""));
}

/** Texts of the elements of a name. */
export const valuesOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, value = ""]) => unescapeXml(value));

const unescapeXml = (value: string): string =>
  value.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&#34;/g, '"').replace(/&amp;/g, "&");

export interface Listed {
  /** Prefixes end with a slash. */
  name: string;
  isPrefix: boolean;
  sizeBytes: number;
  modifiedAtMs: number;
}

/** The objects under the target, and without `isRecursive` the prefixes one level below it. */
export function* list(session: Session, { alias, bucket, key }: Target, isRecursive: boolean): Steps<Listed[]> {
  const found: Listed[] = [];
  for (let token = ""; ; ) {
    const query = [
      ...["list-type=2", `prefix=${encode(key)}`, ...(isRecursive ? [] : [`delimiter=${encode("/")}`])],
      ...(token === "" ? [] : [`continuation-token=${encode(token)}`]),
    ].join("&");
    const { body } = yield* send(session, alias, { method: "GET", path: `${pathOf(bucket)}?${query}` });
    const [, head = ""] = /^([\s\S]*?)(<Contents>|<CommonPrefixes>|$)/.exec(textOfBytes(body)) ?? [];
    const rows = textOfBytes(body).matchAll(/<(Contents|CommonPrefixes)>([\s\S]*?)<\/\1>/g);
    for (const [, kind, row = ""] of rows) {
      const isPrefix = kind === "CommonPrefixes";
      const [name = ""] = valuesOf(row, isPrefix ? "Prefix" : "Key");
      const modifiedAtMs = Date.parse(valuesOf(row, "LastModified")[0] ?? "") || session.startedAtMs;
      found.push({ name, isPrefix, sizeBytes: Number(valuesOf(row, "Size")[0] ?? 0), modifiedAtMs });
    }
    [token = ""] = valuesOf(head, "NextContinuationToken");
    if (token === "") return found;
  }
}
