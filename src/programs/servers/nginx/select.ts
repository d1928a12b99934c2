/** Looks directives up in nested blocks, and selects the server block of a request. */
import { FileError } from "../../../files/errors.ts";
import { Regex, RegexError } from "../../../lib/regex.ts";
import type { TlsRequest } from "../server.ts";
import { all, type Directive, last } from "./config.ts";
import { hostOf } from "./variables.ts";

export type Scope = readonly Directive[];

/** The innermost directive of that name. */
export function inherited(scopes: readonly Scope[], name: string): Directive | undefined {
  for (let i = scopes.length - 1; i >= 0; i--) {
    const found = last(scopes[i], name);
    if (found) return found;
  }
  return undefined;
}

/** All directives of that name in the innermost block that has any. */
export function inheritedAll(scopes: readonly Scope[], name: string): Directive[] {
  for (let i = scopes.length - 1; i >= 0; i--) {
    const found = all(scopes[i], name);
    if (found.length > 0) return found;
  }
  return [];
}

export function listenPort(listen: Directive): number {
  const [address = "80"] = listen.args;
  const port = /(?:^|:)(\d+)$/.exec(address.replace(/^\[.*\](?=:)/, ""))?.[1];
  return port === undefined ? 80 : Number(port);
}

export function findServer(http: Scope, request: TlsRequest): Directive | undefined {
  const servers = all(http, "server").filter(({ block }) => {
    const listens = all(block, "listen");
    return listens.length === 0 ? request.port === 80 : listens.some((listen) => listenPort(listen) === request.port);
  });
  const host = hostOf(request);
  const matches = (test: (name: string) => boolean) =>
    servers.find(({ block }) => all(block, "server_name").some(({ args }) => args.some(test)));
  return (
    matches((name) => name === host) ??
    matches((name) => name.startsWith("*.") && host.endsWith(name.slice(1))) ??
    matches((name) => name.startsWith(".") && (host === name.slice(1) || host.endsWith(name))) ??
    matches((name) => name.endsWith(".*") && host.startsWith(name.slice(0, -1))) ??
    matches((name) => name.startsWith("~") && groupsOf(name.slice(1), host) !== undefined) ??
    servers.find(({ block }) => all(block, "listen").some(({ args }) => args.includes("default_server"))) ??
    servers[0]
  );
}

/** Groups of a match of a PCRE pattern; undefined without a match, or if the pattern needs look-around. */
export function groupsOf(pattern: string, value: string): string[] | undefined {
  try {
    return new Regex(pattern).groups(value);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}

/** The path without `.`, `..` and empty parts, as nginx compares it with locations. */
export function normalizePath(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  return `/${kept.join("/")}${path.endsWith("/") && kept.length > 0 ? "/" : ""}`;
}

/** The entry, or undefined if a part of the way cannot be entered. */
export function findEntry<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
