/** A request as the bytes that a program without a protocol of its own receives. */
import type { Bytes } from "../../files/entry.ts";
import type { ServedRequest } from "../../shell/question.ts";

export function rawRequest(request: ServedRequest): Bytes {
  switch (request.type) {
    case "connect":
      return request.data ?? "";
    case "http":
      return httpText(request);
    case "message":
      return JSON.stringify(request.body);
  }
}

function httpText({ method, path, headers, body }: ServedRequest & { type: "http" }): string {
  // Clients send names as `User-Agent`.
  const title = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  const lines = Object.entries(headers).map(([name, value]) => `${title(name)}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}
