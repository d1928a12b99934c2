/**
 * A real v1.36 server's answers about a custom resource (test/golden/custom-resources.jsonl), request by request on
 * one server.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { controllers } from "../../../src/controllers/registry.ts";
import { Server } from "../server.ts";
import { DEFINITIONS } from "./widgets.ts";

interface Recorded {
  name: string;
  request: { method: string; path: string; type?: string; accept?: string; body?: unknown };
  status: number;
  warning?: string;
  body: unknown;
}

const recorded: Recorded[] = readFileSync("test/golden/custom-resources.jsonl", "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

describe("as a real server answers", () => {
  const server = serverWithFoos();
  it.each(recorded)("$name", ({ request, status, warning, body: expected }) => {
    const { method, path, body, type, accept } = request;
    const answer = server.send(method, path, {
      headers: { "user-agent": "recorder" },
      ...(body !== undefined && { body }),
      ...(type && { type }),
      ...(accept && { accept }),
    });
    expect({
      status: answer.status,
      warning: answer.headers["warning"],
      body: unordered(symbolic(answer.body)),
    }).toEqual({ status, warning, body: unordered(expected) });
  });
});

/** The definition as the recorded server stored it. */
function serverWithFoos(): Server {
  const server = new Server(controllers);
  const stored = recorded.find(({ name }) => name.includes("crd as stored"))?.body as { spec: object };
  const names = { plural: "foos", kind: "Foo", shortNames: ["fo"] };
  const spec = { ...stored.spec, names, conversion: undefined };
  const definition = { metadata: { name: "foos.example.com" }, spec };
  server.post(DEFINITIONS, definition, { headers: { "user-agent": "recorder" } });
  server.pass(3000);
  return server;
}

/** A real server visits fields in random order, so the causes of a refusal are compared without order. */
function unordered(body: unknown): unknown {
  const { details, message, ...rest } = body as { details?: { causes?: { field: string }[] }; message?: string };
  const causes = details?.causes?.toSorted((a, b) => (a.field < b.field ? -1 : 1));
  return { ...rest, ...(details && { details: { ...details, causes } }), ...(causes ? {} : { message }) };
}

/** Replaces values that vary from run to run by names. */
function symbolic(value: unknown, field = ""): unknown {
  if (field === "uid" || field === "resourceVersion") return `<${field}>`;
  if (Array.isArray(value)) return value.map((item) => symbolic(item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, symbolic(item, name)]));
  }
  if (typeof value !== "string") return value;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return "<time>";
  return /^\d+[smh]$/.test(value) ? "<age>" : value;
}
