/** Bytes of forwarded connections as requests of programs, and their answers as bytes. */
import { describe, expect, test } from "vitest";
import { type ForwardInput, newConnection } from "../../src/cluster/container-access.ts";
import { exchange } from "../../src/network/wire/exchange.ts";
import type { WireRequest } from "../../src/network/wire/protocol.ts";
import type { ServedAnswer } from "../../src/shell/question.ts";

type Serve = (request: WireRequest) => ServedAnswer | undefined;

/** Hands the pieces over one after the other. */
function converse(pieces: readonly (string | ForwardInput)[], serve: Serve) {
  const requests: WireRequest[] = [];
  let connection = newConnection("1");
  const answers: string[] = [];
  let isOver = false;
  for (const piece of pieces) {
    const input = typeof piece === "string" ? { data: piece } : piece;
    const output = exchange(connection, input, (request) => {
      requests.push(request);
      return serve(request);
    });
    connection = output.connection;
    answers.push(output.data);
    isOver = output.isOver === true;
  }
  return { requests, answers, isOver };
}

function page(body: string, headers: Record<string, string> = {}): ServedAnswer {
  return { type: "http", status: 200, headers: { "content-type": "text/plain", ...headers }, body, afterMs: 1 };
}

const GET = "GET /a?b=1 HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";

test("a request of HTTP in any pieces is asked once, when it is whole", () => {
  for (const cut of [1, 4, 11, GET.length - 1]) {
    const { requests, answers, isOver } = converse([GET.slice(0, cut), GET.slice(cut)], () => page("hi"));
    expect(requests).toEqual([
      {
        ...{ type: "http", scheme: "http", method: "GET", path: "/a?b=1", body: "", host: "localhost:8080" },
        headers: { host: "localhost:8080" },
      },
    ]);
    expect(answers).toEqual(["", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"]);
    expect(isOver).toBe(false);
  }
});

test("requests on one connection are answered in order, until one says close", () => {
  const last = "GET /z HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const { requests, answers, isOver } = converse([GET + last, GET], () => page("x"));
  expect(requests.map((each) => each.type === "http" && each.path)).toEqual(["/a?b=1", "/z", "/a?b=1"]);
  expect(answers[0]?.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(converse([last], () => page("x"))).toMatchObject({ isOver: true });
  expect(converse(["GET / HTTP/1.0\r\n\r\n"], () => page("x"))).toMatchObject({ isOver: true });
  expect(isOver).toBe(false);
});

test("bodies with a length and in chunks are whole for the program", () => {
  const sized = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel";
  const chunked =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\nT: 1\r\n\r\n";
  const bodies = (pieces: string[]) =>
    converse(pieces, () => page("")).requests.map((each) => each.type === "http" && each.body);
  expect(bodies([sized, "lo"])).toEqual(["hello"]);
  expect(bodies([chunked])).toEqual(["hello"]);
  for (let cut = 1; cut < chunked.length; cut++) {
    expect(bodies([chunked.slice(0, cut), chunked.slice(cut)])).toEqual(["hello"]);
  }
});

test("a client that waits for 100 gets it once", () => {
  const head = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  const { answers } = converse([head, "bo", "dy"], () => page("ok"));
  expect(answers[0]).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  expect(answers[1]).toBe("");
  expect(answers[2]).toContain("200 OK");
});

test("HEAD and 304 have no body; chunked answers get a length", () => {
  const head = converse([GET.replace("GET", "HEAD")], () => page("hello", { "content-length": "5" }));
  expect(head.answers[0]).toMatch(/Content-Length: 5\r\n\r\n$/);
  const chunked = converse([GET], () => page("hello", { "transfer-encoding": "chunked", etag: '"1"' }));
  expect(chunked.answers[0]).toBe(
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: "1"\r\nContent-Length: 5\r\n\r\nhello',
  );
});

test("requests that a server cannot read are refused, and the connection ends", () => {
  const refusal = (request: string) => {
    const { answers, isOver, requests } = converse([request], () => page(""));
    expect({ isOver, requests }).toEqual({ isOver: true, requests: [] });
    return answers[0]?.slice(0, 12);
  };
  expect(refusal("GET / HTTP/2.0\r\n\r\n")).toBe("HTTP/1.1 505");
  expect(refusal("GET / HTTP/1.1\r\n\r\n")).toBe("HTTP/1.1 400");
  expect(refusal("GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n")).toBe("HTTP/1.1 400");
  expect(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n")).toBe("HTTP/1.1 413");
  expect(refusal(`GET / HTTP/1.1\r\nHost: ${"a".repeat(70_000)}`)).toBe("HTTP/1.1 431");
});

test("a server that breaks off, has gone or hangs", () => {
  const answerOf = (why: "reset" | "refused" | "timeout") =>
    converse([GET], () => ({ type: "failed", why, afterMs: 0 }));
  expect(answerOf("reset")).toMatchObject({ answers: [""], isOver: true });
  expect(answerOf("refused")).toMatchObject({ answers: [""], isOver: true });
  expect(answerOf("timeout")).toMatchObject({ answers: [""], isOver: false });
  expect(converse([GET], () => undefined)).toMatchObject({ answers: [""], isOver: true });
});

test("Redis' commands go one by one, with the database and the password of the connection", () => {
  const wire = (...args: string[]) =>
    `*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join("")}`;
  const sent = wire("AUTH", "pw") + wire("SELECT", "3") + wire("GET", "a");
  for (const cut of [2, 9, 30, sent.length]) {
    const { requests, answers } = converse([sent.slice(0, cut), sent.slice(cut)], (request) => {
      const [name] = request.type === "message" ? (request.body as { args: string[] }).args : [];
      return { type: "message", body: { reply: name === "GET" ? ["x", 1, null] : { status: "OK" } }, afterMs: 1 };
    });
    expect(requests.map((each) => each.type === "message" && each.body)).toEqual([
      { args: ["AUTH", "pw"], db: 0 },
      { args: ["SELECT", "3"], db: 0, password: "pw" },
      { args: ["GET", "a"], db: 3, password: "pw" },
    ]);
    expect(answers.join("")).toBe("+OK\r\n+OK\r\n*3\r\n$1\r\nx\r\n:1\r\n$-1\r\n");
  }
  expect(converse([wire("QUIT")], () => undefined)).toMatchObject({ answers: ["+OK\r\n"], isOver: true });
});

test("other text goes in whole lines, bytes as they come, and TLS nowhere", () => {
  const echo: Serve = (request) => ({
    type: "connected",
    data: request.type === "connect" ? request.data! : "",
    afterMs: 1,
  });
  expect(converse(["sta", "ts\nver", { data: "sion", isEnd: true }], echo).answers).toEqual(["", "stats\n", "version"]);
  expect(converse(["\x00\x01"], echo).answers).toEqual(["\x00\x01"]);
  expect(converse(["\x16\x03\x01"], echo)).toMatchObject({ answers: [""], requests: [], isOver: true });
});

/** A message of PostgreSQL's client: a type (none at the start), its length, its content. */
function frame(type: string, body: string): string {
  const length = body.length + 4;
  return `${type}\0\0${String.fromCharCode(length >> 8, length & 255)}${body}`;
}

const START = frame("", "\0\x03\0\0user\0ann\0database\0shop\0\0");
const ENCRYPT = frame("", "\x04\xd2\x16\x2f");
const SYNC = frame("S", "");

/** The types of the messages in an answer. */
function types(data = ""): string {
  let found = "";
  for (let at = 0; at < data.length; ) {
    found += data[at];
    if (data[at] === "N" && at === 0) at += 1;
    else at += 1 + (data.charCodeAt(at + 3) << 8) + data.charCodeAt(at + 4);
  }
  return found;
}

describe("PostgreSQL's protocol", () => {
  const results = [
    { tag: "SELECT 1", count: 1, columns: [{ name: "a", type: "integer" }], rows: [["7"]], notices: [] },
  ];
  const server: Serve = (request) => {
    const { action, password, sql } = request.type === "message" ? (request.body as Record<string, string>) : {};
    const reply = (body: object) => ({ type: "message", body: JSON.parse(JSON.stringify(body)), afterMs: 1 }) as const;
    if (action === "connect" && password === undefined) return reply({ needsPassword: true });
    if (action === "connect")
      return reply(password === "pw" ? { ok: true } : { fatal: "password authentication failed" });
    if (sql === "bad")
      return reply({ results: [], error: { code: "42601", message: "syntax error" }, transaction: "none" });
    return reply({ results, transaction: "none" });
  };
  const begun = [ENCRYPT + START, frame("p", "pw\0")];

  test("declines encryption and asks for the password", () => {
    const { answers } = converse(begun, server);
    expect(answers.map(types)).toEqual(["NR", "RSSSSSSSSSKZ"]);
    expect(converse([START, frame("p", "no\0")], server)).toMatchObject({ isOver: true });
  });

  test("answers queries and prepared statements, and skips messages after an error", () => {
    const parse = frame("P", "\0SELECT $1\0\0\0");
    const bind = frame("B", "\0\0\0\0\0\x01\0\0\0\x017\0\0");
    const run = frame("D", "P\0") + frame("E", "\0\0\0\0\0");
    const sent = [
      frame("Q", "SELECT 7\0"),
      parse + bind + run + SYNC,
      frame("Q", "bad\0"),
      frame("B", "\0no\0\0\0\0\0\0\0") + run + SYNC,
    ];
    const { answers, requests } = converse([...begun, ...sent, frame("X", "")], server);
    expect(answers.slice(2).map(types)).toEqual(["TDCZ", "12TDCZ", "EZ", "EZ", ""]);
    const asked = requests.map((each) => each.type === "message" && (each.body as Record<string, string>)["sql"]);
    expect(asked).toEqual([undefined, undefined, "SELECT 7", "SELECT '7'", "bad", undefined]);
  });

  test("is the same in any pieces", () => {
    const all = `${ENCRYPT}${START}${frame("p", "pw\0")}${frame("Q", "SELECT 7\0")}${frame("X", "")}`;
    const whole = converse([all], server);
    for (let cut = 1; cut < all.length; cut++) {
      expect(converse([all.slice(0, cut), all.slice(cut)], server).answers.join("")).toBe(whole.answers[0]);
    }
  });
});
