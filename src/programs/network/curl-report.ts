/** Texts that curl prints about a transfer: its progress, its exchange, its head. */
import type { Answer, HttpQuestion } from "../../shell/question.ts";
import { headerName, statusText, type Target } from "./address.ts";

/** The table of a transfer that has ended. */
export function progressTable(bytes: number): string {
  const size = String(bytes).padStart(5);
  return (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
    "                                 Dload  Upload   Total   Spent    Left  Speed\n" +
    "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0" +
    `\r100 ${size}  100 ${size}    0     0  ${String(Math.max(1, bytes) * 100)
      .slice(0, 6)
      .padStart(5)}      0 --:--:-- --:--:-- --:--:-- ${size}\n`
  );
}

/** The lines of -v for one exchange. */
export function verboseExchange(target: Target, question: HttpQuestion, answer: Answer & { type: "http" }): string {
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
    "* Request completely sent off",
    ...headOf(answer)
      .trimEnd()
      .split("\r\n")
      .map((line) => `< ${line}`),
    "< ",
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
export const UNTRUSTED = [
  "SSL certificate problem: unable to get local issuer certificate",
  "More details here: https://curl.se/docs/sslcerts.html",
  "",
  "curl failed to verify the legitimacy of the server and therefore could not",
  "establish a secure connection to it. To learn more about this situation and",
  "how to fix it, please visit the webpage mentioned above.",
].join("\n");
