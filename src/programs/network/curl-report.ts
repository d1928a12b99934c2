/** Texts that curl prints about a transfer: its progress, its exchange, its head. */
import type { CertificateFlaw } from "../../lib/signing/verification.ts";
import type { Answer, HttpQuestion, NetworkFailure } from "../../shell/question.ts";
import { headerName, statusText, type Target } from "./address.ts";

const PROGRESS_TITLE =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
  "                                 Dload  Upload   Total   Spent    Left  Speed\n";
const NO_PROGRESS = "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";

/** The table of a transfer that failed. */
export const EMPTY_PROGRESS = `${PROGRESS_TITLE}${NO_PROGRESS}${NO_PROGRESS}\n`;

const FAILURES: Readonly<Record<NetworkFailure, string>> = {
  unknownName: "",
  noRecord: "",
  dnsTimeout: "",
  serverFailure: "",
  refused: "Connection refused",
  timeout: "Connection timed out",
  unreachable: "No route to host",
  reset: "Connection reset by peer",
  untrusted: "self-signed certificate",
};

/** The lines of -v for a failed connection. */
export function verboseFailure(
  { host, port }: Pick<Target, "host" | "port">,
  { why, address, afterMs }: Answer & { type: "failed" },
): string {
  const end = "* closing connection #0\n";
  if (FAILURES[why] === "") return `* Could not resolve host: ${host}\n* shutting down connection #0\n`;
  const to = address ?? host;
  if (why === "untrusted" || why === "reset") return `*   Trying ${to}:${port}...\n* ${FAILURES[why]}\n${end}`;
  const failure = `Failed to connect to ${host} port ${port} after ${Math.round(afterMs)} ms: Could not connect to server`;
  return `*   Trying ${to}:${port}...\n* connect to ${to} port ${port} failed: ${FAILURES[why]}\n* ${failure}\n${end}`;
}

/** The table of a transfer that has ended. */
export function progressTable(bytes: number): string {
  const size = String(bytes).padStart(5);
  return (
    PROGRESS_TITLE +
    NO_PROGRESS +
    `\r100 ${size}  100 ${size}    0     0  ${String(Math.max(1, bytes) * 100)
      .slice(0, 6)
      .padStart(5)}      0 --:--:-- --:--:-- --:--:-- ${size}\n`
  );
}

/** The lines of -v for one exchange. */
export function verboseExchange(
  target: Target,
  question: HttpQuestion,
  answer: Answer & { type: "http" },
  isTerminal: boolean,
): string {
  const isNamed = target.host !== answer.address;
  const lines = [
    ...(isNamed
      ? [`* Host ${target.host}:${target.port} was resolved.`, "* IPv6: (none)", `* IPv4: ${answer.address}`]
      : []),
    `*   Trying ${answer.address}:${target.port}...`,
    `* Connected to ${target.host} (${answer.address}) port ${target.port}`,
    `> ${question.method} ${question.path} HTTP/1.1`,
    ...Object.entries(question.headers).map(([name, value]) => `> ${headerName(name)}: ${value}`),
    "> ",
    ...(question.body === "" || isTerminal ? [] : [`} [${question.body.length} bytes data]`]),
    question.body === ""
      ? "* Request completely sent off"
      : `* upload completely sent off: ${question.body.length} bytes`,
    ...headOf(answer)
      .trimEnd()
      .split("\r\n")
      .map((line) => `< ${line}`),
    "< ",
    ...(answer.body === "" || isTerminal ? [] : [`{ [${answer.body.length} bytes data]`]),
    `* Connection #0 to host ${target.host} left intact`,
  ];
  return lines.map((line) => `${line}${/^[<>]/.test(line) ? "\r" : ""}\n`).join("");
}

/** The status line and the headers. */
export function headOf({ status, headers }: Answer & { type: "http" }): string {
  const lines = Object.entries(headers).map(([name, value]) => `${headerName(name)}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${statusText(status)}\r\n${lines.join("")}\r\n`;
}

/** The message of exit code 60. */
export function untrustedText(host: string, { flaw = "unknownAuthority" }: { flaw?: CertificateFlaw }): string {
  if (flaw === "wrongName") {
    const what = /^[\d.]+$/.test(host) ? "ipv4 address" : host.includes(":") ? "ipv6 address" : "host name";
    return `SSL: no alternative certificate subject name matches target ${what} '${host}'\n${UNTRUSTED}`;
  }
  return `SSL certificate problem: ${REASONS[flaw]}\n${UNTRUSTED}`;
}

const REASONS = {
  expired: "certificate has expired",
  selfSigned: "self-signed certificate",
  unknownAuthority: "unable to get local issuer certificate",
};

const UNTRUSTED = [
  "More details here: https://curl.se/docs/sslcerts.html",
  "",
  "curl failed to verify the legitimacy of the server and therefore could not",
  "establish a secure connection to it. To learn more about this situation and",
  "how to fix it, please visit the webpage mentioned above.",
].join("\n");
