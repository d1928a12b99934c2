import { describe, expect, it } from "vitest";
import { Container } from "./container.ts";

describe("memcached", () => {
  it("stores values until they expire", () => {
    const server = new Container("memcached:1.6");
    const send = (data: string) => {
      const answer = server.serve({ type: "connect", protocol: "tcp", port: 11_211, from: "10.0.0.1", data });
      return answer.type === "connected" ? answer.data : answer.type;
    };
    expect(send("set a 0 10 3\r\nabc\r\nget a\r\n")).toBe("STORED\r\nVALUE a 0 3\r\nabc\r\nEND\r\n");
    expect(send("add a 0 0 1\r\nx\r\nset n 0 0 1\r\n4\r\nincr n 5\r\n")).toBe("NOT_STORED\r\nSTORED\r\n9\r\n");
    server.nowMs += 10_000;
    expect(send("get a n\r\n")).toBe("VALUE n 0 1\r\n9\r\nEND\r\n");
    expect(send("bogus\r\n")).toBe("ERROR\r\n");
  });
});

describe("rabbitmq", () => {
  it("starts, and its tools report on it", () => {
    const server = new Container("rabbitmq:4.2");
    expect(server.out).toContain("Server startup complete; 3 plugins started.\n");
    const run = (...argv: string[]) => server.exec(argv, (question) => server.asNetwork(question));
    expect(run("rabbitmq-diagnostics", "-q", "ping").out).toBe("Ping succeeded\n");
    expect(run("rabbitmqctl", "status").out).toContain("RabbitMQ version: 4.2.9\n");
    expect(run("rabbitmqctl", "nonsense").status).toBe(64);
    const refused = server.exec(["rabbitmqctl", "status"], () => ({ type: "failed", why: "refused", afterMs: 1 }));
    expect(refused.status).toBe(69);
  });

  it("keeps messages in queues until a consumer acknowledges them, durable ones over a restart", () => {
    const server = new Container("rabbitmq:4.2");
    const login = { user: "guest", password: "guest" };
    const ask = (body: Record<string, string | number | boolean>, on = server) => {
      const answer = on.message("amqp", { ...login, ...body }, 5672);
      return answer.type === "message" ? answer.body : answer;
    };
    expect(ask({ action: "declareQueue", queue: "jobs", isDurable: true })).toEqual({ name: "jobs", ready: 0 });
    expect(ask({ action: "publish", exchange: "", routingKey: "jobs", body: "a", isPersistent: true })).toEqual({
      count: 1,
    });
    expect(ask({ action: "publish", exchange: "", routingKey: "nowhere", body: "b" })).toEqual({ count: 0 });
    expect(ask({ action: "take", queue: "jobs", consumer: "one" })).toMatchObject({ body: "a", isRedelivered: false });
    expect(ask({ action: "take", queue: "jobs", consumer: "two" })).toEqual({});
    server.nowMs += 61_000;
    expect(ask({ action: "take", queue: "jobs", consumer: "two" })).toMatchObject({ body: "a", isRedelivered: true });
    const restarted = new Container("rabbitmq:4.2", { files: Object.fromEntries(server.files.entries) });
    expect(ask({ action: "get", queue: "jobs" }, restarted)).toMatchObject({ body: "a" });
    expect(ask({ action: "get", queue: "nope" })).toMatchObject({ error: { code: 404 } });
    expect(server.message("amqp", { action: "get", queue: "jobs", user: "guest", password: "x" }, 5672)).toMatchObject({
      body: { error: { code: 403 } },
    });
  });

  it("routes by exchanges", () => {
    const server = new Container("rabbitmq:4.2");
    const ask = (body: Record<string, string>) => {
      const answer = server.message("amqp", { user: "guest", password: "guest", ...body }, 5672);
      return answer.type === "message" ? answer.body : answer;
    };
    ask({ action: "declareExchange", exchange: "logs", type: "topic" });
    for (const queue of ["all", "errors"]) ask({ action: "declareQueue", queue });
    ask({ action: "bind", queue: "all", exchange: "logs", routingKey: "#" });
    ask({ action: "bind", queue: "errors", exchange: "logs", routingKey: "*.error" });
    expect(ask({ action: "publish", exchange: "logs", routingKey: "web.error", body: "x" })).toEqual({ count: 2 });
    expect(ask({ action: "publish", exchange: "logs", routingKey: "web.info", body: "y" })).toEqual({ count: 1 });
  });
});
