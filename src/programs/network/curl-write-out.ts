/** `curl -w`: a text with variables in `%{…}` after a transfer. */
import type { Answer } from "../../shell/question.ts";
import { hostHeader, type Target } from "./address.ts";

export interface Transfer {
  /** The URL of the command line, and where redirections have led. */
  url: string;
  target: Target | undefined;
  redirects: number;
  method: string;
  address: string;
  port: number;
  elapsedMs: number;
  exitCode: number;
  /** Undefined if the transfer failed. */
  answer: (Answer & { type: "http" }) | undefined;
}

export function writtenOut(format: string, transfer: Transfer): string {
  const { url, target, redirects, method, address, port, elapsedMs, exitCode, answer } = transfer;
  const seconds = (elapsedMs / 1000).toFixed(6);
  const status = String(answer?.status ?? 0).padStart(3, "0");
  const values: Record<string, string> = {
    http_code: status,
    response_code: status,
    size_download: String(answer?.body.length ?? 0),
    content_type: answer?.headers["content-type"] ?? "",
    url_effective: target ? `${target.scheme}://${hostHeader(target)}${target.path}` : "",
    url,
    num_redirects: String(redirects),
    redirect_url: answer?.headers["location"] ?? "",
    remote_ip: answer ? address : "",
    remote_port: String(port),
    http_version: answer ? "1.1" : "0",
    method,
    exitcode: String(exitCode),
    scheme: target?.scheme ?? "",
  };
  return format
    .replace(/%\{([a-z_]+)\}/g, (_all, name: string) => values[name] ?? (name.startsWith("time_") ? seconds : ""))
    .replaceAll("\\n", "\n")
    .replaceAll("\\t", "\t")
    .replaceAll("%%", "%");
}
