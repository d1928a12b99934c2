/**
 * Kubernetes' URL library: absolute URLs and absolute paths, as Go's `url.ParseRequestURI` reads them.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/urls.go
 */
import type { Environment } from "@marcbachmann/cel-js";
import { hasFormat } from "../../lib/text-formats.ts";
import { charge } from "../metering.ts";

/** The parts of a URL. */
class CelUrl {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(text: string, parts: { scheme: string; host: string; path: string; query: string }) {
    this.text = text;
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.path = parts.path;
    this.query = parts.query;
  }
}

export function registerUrls(environment: Environment): void {
  environment
    .registerType("URL", CelUrl)
    .registerFunction("isURL(string): bool", (text: string) => hasFormat(text, "uri"))
    .registerFunction("url(string): URL", parse)
    .registerOperator("URL == URL", (a: CelUrl, b: CelUrl) => a.text === b.text)
    .registerFunction("URL.getScheme(): string", ({ scheme }: CelUrl) => scheme)
    .registerFunction("URL.getHost(): string", ({ host }: CelUrl) => host)
    .registerFunction("URL.getHostname(): string", ({ host }: CelUrl) => hostname(host))
    .registerFunction("URL.getPort(): string", ({ host }: CelUrl) => /:(\d+)$/.exec(host)?.[1] ?? "")
    .registerFunction("URL.getEscapedPath(): string", ({ path }: CelUrl) => path)
    .registerFunction("URL.getQuery(): map<string, list<string>>", ({ query }: CelUrl) => queryOf(query));
}

function parse(text: string): CelUrl {
  charge(text.length / 10);
  if (!hasFormat(text, "uri")) {
    throw new Error(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
    );
  }
  const [, scheme = "", rest = ""] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?([^#]*)/.exec(text) ?? [];
  const [before = "", query = ""] = splitOnce(rest, "?");
  const hasHost = scheme !== "" && before.startsWith("//");
  const [authority = "", path = ""] = hasHost ? splitOnce(before.slice(2), "/") : ["", before];
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const isPath = hasHost && before.slice(2).includes("/");
  return new CelUrl(text, { scheme: scheme.toLowerCase(), host, path: escaped(isPath ? `/${path}` : path), query });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function hostname(host: string): string {
  return host.replace(/:\d*$/, "").replace(/^\[|\]$/g, "");
}

function escaped(path: string): string {
  return path.replace(/[^!$&'()*+,;=:@/A-Za-z0-9._~%-]/gu, encodeURIComponent);
}

function queryOf(query: string): Record<string, string[]> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));
}
