/** NATS and TensorFlow Serving. */
import { describe, expect, it } from "vitest";
import { directories, file } from "../../../src/images/tree.ts";
import type { Answer, Question } from "../../../src/shell/question.ts";
import { Container } from "./container.ts";

describe("NATS", () => {
  const members = new Map<string, Container>();
  const network = (question: Question): Answer => {
    const host = "host" in question ? question.host : "";
    // The harness gives all clients one address, so they differ by their ports.
    const found =
      members.get(host) ?? [...members.values()].find((each) => "port" in question && each.ports.has(question.port));
    return found?.asNetwork(question) ?? { type: "failed", why: "unknownName", afterMs: 1 };
  };
  const start = (name: string, image: string, command: string[], seed: number) => {
    members.set(name, new Container(image, { command, network, seed }));
    return members.get(name) as Container;
  };
  const server = start("nats", "nats:2.12", ["nats-server"], 1);
  const nats = (...argv: string[]) => box.exec(["nats", "-s", "nats://nats:4222", ...argv], network).out;
  const box = start("box", "natsio/nats-box:0.19.0", ["nats", "-s", "nats", "sub", "unused.>"], 2);

  it("sends messages to the subscribers of a subject", () => {
    const listener = start("one", "natsio/nats-box:0.19.0", ["nats", "-s", "nats://nats:4222", "sub", "orders.*"], 3);
    expect(listener.out).toBe("10:00:00 Subscribing on orders.*\n");
    expect(nats("pub", "orders.new", "hello")).toBe('10:00:00 Published 5 bytes to "orders.new"\n');
    nats("pub", "orders.new.more", "not for it");
    expect(listener.out).toBe('10:00:00 Subscribing on orders.*\n[#1] Received on "orders.new"\nhello\n\n');
  });

  it("answers requests by a responder, and one member of a group takes each", () => {
    expect(nats("req", "help", "me")).toContain("No responders are available");
    const [a, b] = ["a", "b"].map((name, i) =>
      start(name, "natsio/nats-box:0.19.0", ["nats", "-s", "nats", "reply", "help", "I can"], 10 + i),
    );
    expect(nats("req", "help", "me")).toContain("Received with rtt 1.2ms\nI can\n");
    for (let i = 0; i < 9; i++) nats("req", "help", "me");
    const counts = [a, b].map((each) => each?.out.match(/Received on subject/g)?.length ?? 0);
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(10);
    expect(server.get("/varz", { port: 8222 })).toContain('"in_msgs":');
  });
});

describe("TensorFlow Serving", () => {
  const env = { MODEL_NAME: "half_plus_two" };
  const files = {
    ...directories("/models /models/half_plus_two /models/half_plus_two/00000123"),
    "/models/half_plus_two/00000123/saved_model.pb": file(""),
  };

  it("computes what its test model computes", () => {
    const server = new Container("tensorflow/serving:2.19.0", { env, files });
    const post = (path: string, body: string) => server.get(path, { port: 8501, method: "POST", body });
    expect(server.log).toContain("Successfully loaded servable version {name: half_plus_two version: 123}");
    expect(post("/v1/models/half_plus_two:predict", '{"instances": [1.0, 2.0, 5.0]}')).toBe(
      '{\n    "predictions": [2.5, 3.0, 4.5\n    ]\n}',
    );
    expect(server.get("/v1/models/half_plus_two", { port: 8501 })).toContain('"state": "AVAILABLE"');
    expect(post("/v1/models/other:predict", "{}")).toContain("404");
    expect(post("/v1/models/half_plus_two:predict", '{"instances": ["x"]}')).toContain("400");
  });

  it("says that a model has no files", () => {
    const server = new Container("tensorflow/serving", { env });
    expect(server.log).toContain("No versions of servable half_plus_two found under base path /models/half_plus_two.");
    expect(server.get("/v1/models/half_plus_two", { port: 8501 })).toContain(
      "Servable not found for request: Latest(half_plus_two)",
    );
  });
});
