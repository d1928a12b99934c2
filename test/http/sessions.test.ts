/** The edge's side of sessions: subprotocols, input that waits, results. */
import { describe, expect, test } from "vitest";
import { chosenProtocol, readMessage, resultMessage } from "../../src/http/channels.ts";
import { tokenOfProtocol, WebSocketConnection } from "../../src/http/sessions.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import { bytesOf } from "../../src/lib/bytes.ts";
import { MAX_MESSAGE_BYTES, MAX_PENDING_INPUT_BYTES } from "../../src/lib/container-limits.ts";
import { FakeSocket } from "../support/fake-socket.ts";

const V5 = chosenProtocol(["v5.channel.k8s.io"])!;
const V4 = chosenProtocol(["v4.channel.k8s.io"])!;
const BASE64 = chosenProtocol(["base64.channel.k8s.io"])!;

function connect({ stdin = true, protocol = V5 } = {}) {
  const socket = new FakeSocket();
  const streams = { stdin, stdout: true, stderr: true, tty: false };
  const connection = new WebSocketConnection(socket, protocol, { streams, command: ["sh", "-c", "exit 3"] });
  let wakes = 0;
  connection.begin(() => wakes++);
  return { socket, connection, wakes: () => wakes };
}

describe("subprotocols", () => {
  test("version 5 before all others, else the first that is known", () => {
    expect(chosenProtocol(["v4.channel.k8s.io", "v5.channel.k8s.io"])).toBe(V5);
    expect(chosenProtocol(["other", "channel.k8s.io", "v4.channel.k8s.io"])?.name).toBe("channel.k8s.io");
    expect(chosenProtocol(["other"])).toBeNull();
    expect(chosenProtocol([])?.name).toBe("");
  });

  test("base64 has a digit for the channel", () => {
    expect(readMessage(BASE64, `0${btoa("hi")}`)).toEqual({ type: "data", channel: 0, data: "hi" });
    expect(readMessage(BASE64, "0*")).toBeNull();
  });

  test("a text message of a binary protocol is read as UTF-8", () => {
    expect(readMessage(V4, "\0é")).toEqual({ type: "data", channel: 0, data: "\xc3\xa9" });
  });

  test("only version 5 may close a channel", () => {
    const message = new Uint8Array([255, 0]).buffer;
    expect(readMessage(V5, message)).toEqual({ type: "close", channel: 0 });
    expect(readMessage(V4, message)).toEqual({ type: "data", channel: 255, data: "\0" });
  });

  test("a browser's token stands beside another protocol", () => {
    const headers = (protocols: string) => new Headers({ upgrade: "websocket", "sec-websocket-protocol": protocols });
    const token = "base64url.bearer.authorization.k8s.io.c2VjcmV0";
    expect(tokenOfProtocol(headers(`${token}, v4.channel.k8s.io`))).toBe("secret");
    expect(tokenOfProtocol(headers(token))).toBeNull();
    expect(tokenOfProtocol(headers("v4.channel.k8s.io"))).toBeNull();
  });
});

describe("results", () => {
  const text = (...[protocol, result, command]: Parameters<typeof resultMessage>) =>
    String.fromCharCode(...((resultMessage(protocol, result, command) as Uint8Array | null) ?? []));

  test("version 5 words the exit code as the API server does, version 4 as the container runtime", () => {
    const result = { type: "exit", code: 3 } as const;
    const status = JSON.parse(text(V5, result, ["sh", "-c", "exit 3"]).slice(1));
    expect(status).toEqual({
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "NonZeroExitCode" },
      message: "command terminated with non-zero exit code: command terminated with exit code 3",
      details: { causes: [{ reason: "ExitCode", message: "3" }] },
    });
    expect(JSON.parse(text(V4, result, ["sh", "-c", "exit 3"]).slice(1)).message).toBe(
      "command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3",
    );
  });

  test("success is a Status, and silence in version 1", () => {
    const result = { type: "exit", code: 0 } as const;
    expect(text(V5, result, [])).toBe('\x03{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"}');
    expect(resultMessage(BASE64, result, [])).toBeNull();
  });

  test("the API server wraps the kubelet's refusals in version 5 only", () => {
    const error = new ApiError("NotFound", 'container not found ("web")');
    const wrapped = 'Internal error occurred: unable to upgrade connection: container not found ("web")';
    expect(JSON.parse(text(V5, { type: "failed", error }, []).slice(1)).message).toBe(wrapped);
    expect(JSON.parse(text(V4, { type: "failed", error }, []).slice(1)).message).toBe(error.message);
  });
});

describe("a connection", () => {
  test("hands input over in pieces, and its end with the last piece", () => {
    const { socket, connection, wakes } = connect();
    socket.receive(bytesOf("\0abcdef"));
    socket.receive(bytesOf("\0ghi"));
    socket.receive(bytesOf("\xff\0"));
    expect(wakes()).toBe(3);
    const first = connection.waiting(4);
    expect(first).toEqual({ stdin: "abcd" });
    connection.taken(first!, 4);
    const second = connection.waiting(8);
    expect(second).toEqual({ stdin: "efghi", endOfStdin: true });
    connection.taken(second!, 2);
    const third = connection.waiting(8);
    expect(third).toEqual({ stdin: "ghi", endOfStdin: true });
    connection.taken(third!, 3);
    expect(connection.waiting(8)).toBeNull();
  });

  test("hands over an end without input once", () => {
    const { socket, connection } = connect();
    socket.receive(bytesOf("\xff\0"));
    const end = connection.waiting(8);
    expect(end).toEqual({ endOfStdin: true });
    connection.taken(end!, 0);
    expect(connection.waiting(8)).toBeNull();
  });

  test("ignores input that the session has no use for", () => {
    const { socket, connection } = connect({ stdin: false });
    socket.receive(bytesOf("\0abc"));
    expect(connection.waiting(8)).toBeNull();
  });

  test("keeps the newest size of the terminal, and ignores none at all", () => {
    const { socket, connection } = connect();
    socket.receive(bytesOf('\x04{"Width":0,"Height":0}'));
    expect(connection.waiting(8)).toBeNull();
    socket.receive(bytesOf('\x04{"Width":80,"Height":24}'));
    const first = connection.waiting(8);
    expect(first).toEqual({ resize: { columns: 80, rows: 24 } });
    socket.receive(bytesOf('\x04{"Width":100,"Height":30}'));
    connection.taken(first!, 0);
    expect(connection.waiting(8)).toEqual({ resize: { columns: 100, rows: 30 } });
    socket.receive(bytesOf("\x04nonsense"));
    expect(connection.waiting(8)).toEqual({ resize: { columns: 100, rows: 30 } });
  });

  test("sends large output in several messages", () => {
    const { socket, connection } = connect();
    connection.send({ stdout: "x".repeat(MAX_MESSAGE_BYTES + 1), stderr: "e" });
    expect(socket.sent.map(({ length }) => length)).toEqual([MAX_MESSAGE_BYTES + 1, 2, 2]);
    expect(socket.sent.map((message) => message.charCodeAt(0))).toEqual([1, 1, 2]);
  });

  test("hangs up on a client that sends faster than the process reads", () => {
    const { socket, connection } = connect();
    const piece = `\0${"x".repeat(1024 * 1024)}`;
    for (let bytes = 0; bytes <= MAX_PENDING_INPUT_BYTES; bytes += piece.length - 1) socket.receive(bytesOf(piece));
    expect(socket.closedWith).toBe(1009);
    expect(connection.isClosed).toBe(true);
  });

  test("sends nothing to a client that has gone", () => {
    const { socket, connection } = connect();
    socket.lose();
    expect(connection.isClosed).toBe(true);
    connection.send({ stdout: "late", stderr: "" });
    connection.end({ type: "exit", code: 0 });
    expect(socket.sent).toEqual([]);
  });
});
