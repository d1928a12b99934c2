/** SPDY/3.1 as kubectl 1.33 sent it through a WebSocket (recorded with `port-forward -v=9`), and tunnels over it. */
import { createInflate } from "node:zlib";
import { expect, test } from "vitest";
import { DICTIONARY } from "../../../src/http/forward/spdy/dictionary.ts";
import { SpdyError } from "../../../src/http/forward/spdy/error.ts";
import { FrameReader, FrameWriter } from "../../../src/http/forward/spdy/frames.ts";
import { SpdyTunnel } from "../../../src/http/forward/tunnel.ts";
import { byteString, bytesOf } from "../../../src/lib/bytes.ts";
import type { ForwardedClient } from "../../../src/runtime/runtime.ts";
import { FakeSocket } from "../../support/fake-socket.ts";

/** Streams for errors and for data of the first connection to port 6379, and the end of the client's side of errors. */
const ERROR_STREAM =
  "8003 0001 0000003e 00000001 00000000 0000 78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c60666c6ec9" +
  "c0c0c0590489c64c50f2663400000000ffff";
const ERROR_END = "00000001 01000000";
const DATA_STREAM = "8003 0001 00000018 00000003 00000000 0000 c2aa19540e2512d60b000000ffff";

function bytes(hexadecimal: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hexadecimal.replaceAll(" ", ""), "hex"));
}

/** A frame of data as a client sends it. */
function data(streamId: number, text: string, isLast = false): Uint8Array<ArrayBuffer> {
  return new FrameWriter().data(streamId, bytesOf(text), { isLast });
}

function tunnel() {
  const socket = new FakeSocket();
  const opened: ForwardedClient[] = [];
  let lost = 0;
  const spdy = new SpdyTunnel(socket);
  spdy.begin({ open: (connection) => opened.push(connection), lost: () => lost++ });
  return { socket, spdy, opened, lost: () => lost };
}

/** The frames that the server sent: kind (or stream) and content. */
function frames(socket: FakeSocket) {
  return socket.sent.map(bytesOf).map((frame) => {
    const view = new DataView(frame.buffer);
    const isControl = (view.getUint8(0) & 0x80) !== 0;
    const body = byteString(frame.subarray(8));
    return isControl
      ? `control ${view.getUint16(2)}`
      : `${view.getUint32(0)}${view.getUint8(4) ? " end" : ""}: ${body}`;
  });
}

test("the dictionary is that of the protocol", async () => {
  const { createHash } = await import("node:crypto");
  expect(DICTIONARY).toHaveLength(1423);
  expect(createHash("sha256").update(DICTIONARY).digest("hex")).toBe(
    "51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02",
  );
});

test("recorded frames are read, wherever the messages cut them", () => {
  const all = bytes(ERROR_STREAM + ERROR_END + DATA_STREAM);
  const headers = (streamtype: string) => new Map(Object.entries({ streamtype, port: "6379", requestid: "0" }));
  for (const size of [1, 3, 7, all.length]) {
    const reader = new FrameReader();
    const read = [];
    for (let at = 0; at < all.length; at += size) read.push(...reader.push(all.slice(at, at + size)));
    expect(read).toEqual([
      { type: "synStream", streamId: 1, isLast: false, headers: headers("error") },
      { type: "data", streamId: 1, isLast: true, data: new Uint8Array(0) },
      { type: "synStream", streamId: 3, isLast: false, headers: headers("data") },
    ]);
  }
});

test("replies are one stream of zlib, each of them complete", async () => {
  const writer = new FrameWriter();
  const inflate = createInflate({ dictionary: DICTIONARY });
  let text = "";
  inflate.on("data", (piece: Buffer) => {
    text += piece.toString("hex");
  });
  for (let streamId = 1; streamId <= 5; streamId += 2) {
    const frame = writer.synReply(streamId);
    expect(new DataView(frame.buffer).getUint32(4)).toBe(frame.length - 8);
    await new Promise((resolve) => inflate.write(frame.slice(12), resolve));
  }
  expect(text).toBe("00000000".repeat(3));
});

test("frames of another protocol, cut headers and too large ones are errors", () => {
  expect(() => new FrameReader().push(bytes("8002 0001 00000000"))).toThrow(SpdyError);
  expect(() => new FrameReader().push(bytes("8003 0001 0000000e 00000001 00000000 0000 01020304"))).toThrow(SpdyError);
  expect(() => new FrameReader().push(bytes("00000001 00ffffff"))).toThrow(SpdyError);
});

test("a pair of streams is a connection; its end closes both, after the problem", () => {
  const { socket, opened } = tunnel();
  socket.receive(bytes(ERROR_STREAM));
  expect(opened).toEqual([]);
  socket.receive(bytes(ERROR_END));
  socket.receive(bytes(DATA_STREAM));
  expect(opened.map(({ port }) => port)).toEqual([6379]);
  socket.receive(data(3, "PING\r\n"));
  socket.receive(data(3, "", true));
  const [connection] = opened;
  expect(connection?.take()).toEqual({ data: "PING\r\n", isEnd: true });
  expect(connection?.take()).toBeNull();
  connection?.send("+PONG\r\n");
  connection?.end("broken");
  expect(frames(socket)).toEqual(["control 2", "control 2", "3: +PONG\r\n", "1: broken", "1 end: ", "3 end: "]);
});

test("pings are answered, unknown frames and late data are not", () => {
  const { socket } = tunnel();
  socket.receive(bytes("8003 0006 00000004 00000007"));
  socket.receive(bytes("8003 0004 00000004 00000000"));
  socket.receive(bytes("8003 0009 00000008 00000001 00001000"));
  socket.receive(data(9, "late"));
  expect(frames(socket)).toEqual(["control 6"]);
});

test("a reset closes its connection only, a broken frame the tunnel", () => {
  const { socket, opened, lost } = tunnel();
  socket.receive(bytes(ERROR_STREAM + ERROR_END + DATA_STREAM));
  socket.receive(bytes("8003 0003 00000008 00000003 00000005"));
  expect(opened[0]?.isClosed).toBe(true);
  expect(lost()).toBe(0);
  socket.receive(bytes("8002 0001 00000000"));
  expect(lost()).toBe(1);
  expect(socket.closedWith).toBe(1002);
});
