/** A real v1.36 server's discovery documents and health answers (test/golden/discovery.jsonl). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Server } from "./server.ts";

interface Recorded {
  name: string;
  path: string;
  accept?: string;
  status: number;
  /** Parsed JSON, or a text. */
  body: unknown;
}

const recorded = readFileSync(`${import.meta.dirname}/../golden/discovery.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

describe("discovery and health", () => {
  const server = new Server();
  test.each(recorded)("$name", ({ path, accept, status, body }) => {
    const answer = server.get(path, { accept });
    expect(answer.status).toBe(status);
    if (typeof body === "string") {
      expect(answer.text).toBe(body);
      return;
    }
    const { serverAddressByClientCIDRs: _address, ...said } = answer.body;
    expect(said).toEqual(body);
  });
});
