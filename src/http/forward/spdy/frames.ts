/**
 * Frames of SPDY/3.1, as kubectl sends them through a WebSocket. Messages cut the bytes anywhere.
 * Source: SPDY protocol, draft 3.1, section 2.2 and 2.6
 */
import { SpdyError } from "./error.ts";
import { HeaderReader, HeaderWriter, uint32 } from "./headers.ts";

export type Frame =
  | { type: "synStream"; streamId: number; isLast: boolean; headers: Map<string, string> }
  | { type: "data"; streamId: number; isLast: boolean; data: Uint8Array }
  | { type: "reset"; streamId: number; status: number }
  | { type: "ping"; id: number }
  | { type: "goAway"; lastStreamId: number }
  /** SYN_REPLY, SETTINGS, HEADERS, WINDOW_UPDATE: nothing follows for a server of forwarded ports. */
  | { type: "other"; kind: number };

const VERSION = 3;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const HEADERS = 8;
const FIN = 1;
const HEAD_BYTES = 8;
const MAX_FRAME_BYTES = 2 * 1024 * 1024;

/** Reads the client's frames. It begins a stream of headers, so a connection needs one of its own. */
export class FrameReader {
  readonly #headers = new HeaderReader();
  #waiting = new Uint8Array(0);

  /** The frames that are complete with these bytes. Throws SpdyError. */
  push(bytes: Uint8Array): Frame[] {
    const all = new Uint8Array(this.#waiting.length + bytes.length);
    all.set(this.#waiting);
    all.set(bytes, this.#waiting.length);
    const frames: Frame[] = [];
    let at = 0;
    while (all.length - at >= HEAD_BYTES) {
      const view = new DataView(all.buffer, at);
      const length = view.getUint32(4) & 0xff_ffff;
      if (length > MAX_FRAME_BYTES) throw new SpdyError("the frame is too large");
      const end = at + HEAD_BYTES + length;
      if (all.length < end) break;
      frames.push(this.#frame(view, all.slice(at + HEAD_BYTES, end)));
      at = end;
    }
    this.#waiting = all.slice(at);
    return frames;
  }

  #frame(head: DataView, body: Uint8Array): Frame {
    const first = head.getUint32(0);
    const isLast = (head.getUint8(4) & FIN) !== 0;
    if (first < 0x8000_0000) return { type: "data", streamId: first, isLast, data: body };
    if (((first >>> 16) & 0x7fff) !== VERSION) throw new SpdyError("the frame is not of version 3");
    return this.#control(first & 0xffff, isLast, body);
  }

  #control(kind: number, isLast: boolean, body: Uint8Array): Frame {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const word = (at: number): number => {
      if (body.length < at + 4) throw new SpdyError("the frame is cut off");
      return view.getUint32(at) & 0x7fff_ffff;
    };
    switch (kind) {
      case SYN_STREAM:
        return { type: "synStream", streamId: word(0), isLast, headers: this.#headers.read(body.subarray(10)) };
      case SYN_REPLY:
      case HEADERS:
        // Their headers are part of the same compressed stream.
        this.#headers.read(body.subarray(4));
        return { type: "other", kind };
      case RST_STREAM:
        return { type: "reset", streamId: word(0), status: word(4) };
      case PING:
        return { type: "ping", id: view.getUint32(0) };
      case GOAWAY:
        return { type: "goAway", lastStreamId: word(0) };
      default:
        return { type: "other", kind };
    }
  }
}

/** Writes the server's frames. */
export class FrameWriter {
  readonly #headers = new HeaderWriter();

  /** The answer to a new stream, without headers. */
  synReply(streamId: number): Uint8Array<ArrayBuffer> {
    return control(SYN_REPLY, [...uint32(streamId), ...this.#headers.write(new Map())]);
  }

  data(streamId: number, data: Uint8Array, { isLast = false } = {}): Uint8Array<ArrayBuffer> {
    const frame = new Uint8Array(HEAD_BYTES + data.length);
    frame.set([...uint32(streamId), ...uint32(data.length)]);
    frame[4] = isLast ? FIN : 0;
    frame.set(data, HEAD_BYTES);
    return frame;
  }

  reset(streamId: number, status: number): Uint8Array<ArrayBuffer> {
    return control(RST_STREAM, [...uint32(streamId), ...uint32(status)]);
  }

  ping(id: number): Uint8Array<ArrayBuffer> {
    return control(PING, uint32(id));
  }

  goAway(lastStreamId: number, status: number): Uint8Array<ArrayBuffer> {
    return control(GOAWAY, [...uint32(lastStreamId), ...uint32(status)]);
  }
}

/** Reasons of a reset. */
export const PROTOCOL_ERROR = 1;
export const INVALID_STREAM = 2;
export const CANCEL = 5;

function control(kind: number, body: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0x80, VERSION, 0, kind, ...uint32(body.length), ...body]);
}
