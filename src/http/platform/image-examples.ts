/** The example of an image in the document, as it is sent and as it is answered. */
import { EXAMPLE_TIME } from "./examples.ts";

export const exampleNewImage = {
  name: "registry.example.com/team/shop",
  tags: ["1.0"],
  pullSecret: { username: "team", password: "s3cret" },
  base: "alpine",
  env: { GREETING: "Welcome" },
  ports: [8080],
  server: {
    readyAfterMs: 1500,
    log: [{ line: "shop 1.0 is starting on {{hostname}}" }],
    answers: [
      { method: "GET" as const, path: "/", body: "{{env.GREETING}} to the shop, by {{hostname}}\n" },
      { path: "/healthz", body: "ok\n" },
      { path: "/api/*", status: 503, body: '{"error":"{{path}} is closed"}\n', delayMs: 40 },
    ],
    accessLog: "{{client}} {{method}} {{path}} {{status}}",
    signals: { TERM: { lines: ["shop closes"], afterMs: 500, exitCode: 0 } },
    memoryBytes: 40_000_000,
  },
};

export const exampleImageSummary = {
  id: "img-7r2k5n8q1t4w9z3c",
  name: exampleNewImage.name,
  tags: exampleNewImage.tags,
  digest: "sha256:6f4e0d3a5a1f6fb3f0a1f1c7f4f0d9a1f0e4c8d2b7a6958473625140f9e8d7c6",
  pullSecret: { username: exampleNewImage.pullSecret.username },
  createdAt: EXAMPLE_TIME,
  updatedAt: EXAMPLE_TIME,
};

const { pullSecret: _pullSecret, ...exampleDocument } = exampleNewImage;

export const exampleImage = { ...exampleDocument, ...exampleImageSummary };
