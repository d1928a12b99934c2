/** Answers that nginx makes itself. */
import { type HttpAnswer, reasonOf, text } from "../http.ts";
import { httpTime, timeParts } from "../log.ts";

const TITLES: Readonly<Record<number, string>> = {
  408: "Request Time-out",
  413: "Request Entity Too Large",
  405: "Not Allowed",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** The page of an error or a redirect. Without a version, as with `server_tokens off`. */
export function errorPage(
  status: number,
  version: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const server = version === undefined ? "nginx" : `nginx/${version}`;
  const title = `${status} ${TITLES[status] ?? reasonOf(status)}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`;
  return text(status, body, { contentType: "text/html", headers });
}

export interface IndexEntry {
  name: string;
  isDirectory: boolean;
  sizeBytes: number;
  modifiedAtMs: number;
}

/** The page of `autoindex on`. */
export function indexPage(path: string, entries: readonly IndexEntry[]): HttpAnswer {
  const sorted = [...entries].sort((a, b) => Number(b.isDirectory) - Number(a.isDirectory));
  const rows = sorted.map(({ name, isDirectory, sizeBytes, modifiedAtMs }) => {
    const shown = isDirectory ? `${name}/` : name;
    const { day, monthName, year, clock } = timeParts(modifiedAtMs);
    const padding = " ".repeat(Math.max(1, 51 - shown.length));
    const size = isDirectory ? "-" : String(sizeBytes);
    return `<a href="${encodeURIComponent(name)}${isDirectory ? "/" : ""}">${shown}</a>${padding}${day}-${monthName}-${year} ${clock.slice(0, 5)}${size.padStart(20)}`;
  });
  const body = `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows.map((row) => `${row}\r\n`).join("")}</pre><hr></body>\r\n</html>\r\n`;
  return text(200, body, { contentType: "text/html" });
}

/** The headers of a file. */
export function fileHeaders(modifiedAtMs: number, sizeBytes: number): Record<string, string> {
  const seconds = Math.floor(modifiedAtMs / 1000);
  return {
    "last-modified": httpTime(modifiedAtMs),
    etag: `"${seconds.toString(16)}-${sizeBytes.toString(16)}"`,
    "accept-ranges": "bytes",
  };
}
