import { describe, expect, it } from "vitest";
import { sendStream } from "../../src/http/byte-sockets.ts";
import { FakeSocket } from "../support/fake-socket.ts";

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
}

describe("a stream over a WebSocket", () => {
  it.each([
    ["bytes", ["one\ntw", "o\n"]],
    ["base64", [btoa("one\ntw"), btoa("o\n")]],
    ["lines", ["one", "two"]],
  ] as const)("is sent as %s", async (form, expected) => {
    const socket = new FakeSocket();
    await sendStream(socket, streamOf("one\ntw", "o\n"), form);
    expect(socket.sent).toEqual(expected);
    expect(socket.isClosed).toBe(true);
  });

  it("ends when the client has gone", async () => {
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array([65])),
      cancel: () => {
        isCancelled = true;
      },
    });
    const socket = new FakeSocket();
    socket.send = () => {
      throw new Error("the connection is closed");
    };
    await sendStream(socket, endless, "bytes");
    expect(isCancelled).toBe(true);
  });
});
