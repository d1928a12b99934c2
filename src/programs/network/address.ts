/** URLs of curl and wget, and texts of network failures. */

import { STATUS_TEXTS } from "../../lib/http-status.ts";
import type { NetworkFailure } from "../../shell/question.ts";

export interface Target {
  scheme: "http" | "https" | "telnet";
  host: string;
  port: number;
  /** Path and query. */
  path: string;
  user?: string;
}

/** Reads a URL; the scheme may be absent. Undefined if it is malformed. */
export function parseTarget(text: string): Target | undefined {
  const match =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[0-9a-f:.]+\]|[^:/?#]*)(?::(\d*))?([/?][^#]*)?(?:#.*)?$/is.exec(
      text,
    );
  if (!match) return undefined;
  const [, scheme = "http", user, host = "", port, path = "/"] = match;
  const known = scheme.toLowerCase();
  if (host === "" || (known !== "http" && known !== "https" && known !== "telnet")) return undefined;
  const fallback = { http: 80, https: 443, telnet: 23 }[known];
  return {
    scheme: known,
    host: host.replace(/^\[|\]$/g, ""),
    port: Number(port || fallback),
    path: path.startsWith("?") ? `/${path}` : path,
    user,
  };
}

/** The target of a redirection, which may be relative. */
export function redirected(from: Target, location: string): Target | undefined {
  if (/^[a-z]+:\/\//i.test(location)) return parseTarget(location);
  if (location.startsWith("//")) return parseTarget(`${from.scheme}:${location}`);
  if (location.startsWith("/")) return { ...from, path: location };
  return { ...from, path: from.path.replace(/[^/]*(\?.*)?$/, "") + location };
}

/** `host`, or `host:port` where the port is not that of the scheme. */
export function hostHeader({ scheme, host, port }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === { http: 80, https: 443, telnet: 23 }[scheme] ? name : `${name}:${port}`;
}

export function statusText(status: number): string {
  return STATUS_TEXTS[status] ?? "";
}

/** The texts of strerror(3) for failures of connect(2). musl, in Alpine, says some of them differently. */
export function connectProblem(why: NetworkFailure, flavour: "gnu" | "busybox"): string {
  if (why === "refused") return "Connection refused";
  if (why === "unreachable") return flavour === "busybox" ? "Host is unreachable" : "No route to host";
  if (why === "reset") return "Connection reset by peer";
  return flavour === "busybox" ? "Operation timed out" : "Connection timed out";
}

/** Names that servers in C write in another form than by their words. */
const HEADER_NAMES: Readonly<Record<string, string>> = { etag: "ETag", "www-authenticate": "WWW-Authenticate" };

/** `Content-Type` of `content-type`. */
export function headerName(name: string): string {
  return HEADER_NAMES[name] ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
