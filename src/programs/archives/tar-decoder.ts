/** Decodes an archive of tar as it arrives. The state is JSON and small: content is passed on at once. */
import type { Bytes } from "../../files/entry.ts";
import {
  BLOCK,
  type Headers,
  MAX_MEMBERS,
  type Member,
  memberOf,
  readHeader,
  TarError,
  withRecord,
} from "./tar-format.ts";

export interface DecoderState {
  /** Octets that wait for the rest of their block. */
  rest: Bytes;
  /** Octets of the member that have not come, and the padding behind them. */
  left: number;
  padding: number;
  /** Whether the content belongs to a member, to a header of the next one, or to neither. */
  content: "member" | "header" | "skipped";
  /** The flag and the content of a header. */
  flag: string;
  header: Bytes;
  headers: Headers;
  members: number;
  isOver: boolean;
}

export type DecoderEvent =
  | { type: "member"; member: Member }
  | { type: "data"; data: Bytes }
  /** All content of the member has come. */
  | { type: "end" };

export function newDecoder(): DecoderState {
  const nothing = { rest: "", left: 0, padding: 0, flag: "", header: "" };
  return { ...nothing, content: "skipped", headers: {}, members: 0, isOver: false };
}

/** Takes the next piece. Throws TarError. `decoder` is changed. */
export function decode(decoder: DecoderState, piece: Bytes): DecoderEvent[] {
  const events: DecoderEvent[] = [];
  let data = decoder.rest + piece;
  decoder.rest = "";
  while (data !== "" && !decoder.isOver) {
    if (decoder.left > 0) {
      const taken = data.slice(0, decoder.left);
      data = data.slice(taken.length);
      decoder.left -= taken.length;
      if (decoder.content === "member") events.push({ type: "data", data: taken });
      else if (decoder.content === "header") decoder.header += taken;
      if (decoder.left === 0) finish(decoder, events);
    } else if (decoder.padding > 0) {
      const passed = Math.min(decoder.padding, data.length);
      data = data.slice(passed);
      decoder.padding -= passed;
    } else if (data.length < BLOCK) {
      decoder.rest = data;
      data = "";
    } else {
      begin(decoder, data.slice(0, BLOCK), events);
      data = data.slice(BLOCK);
    }
  }
  return events;
}

/** The input has ended. Throws TarError in the middle of a member. */
export function endDecoding(decoder: DecoderState): void {
  if (decoder.isOver) return;
  if (decoder.members === 0 && decoder.rest !== "") throw new TarError("This does not look like a tar archive");
  if (decoder.left > 0 || decoder.rest !== "") throw new TarError("Unexpected EOF in archive");
}

function begin(decoder: DecoderState, block: Bytes, events: DecoderEvent[]): void {
  const found = readHeader(block, decoder.headers, decoder.members === 0);
  if (!found) {
    decoder.isOver = true;
    return;
  }
  const { flag, size } = found;
  decoder.left = size;
  decoder.padding = (BLOCK - (size % BLOCK)) % BLOCK;
  decoder.flag = flag;
  decoder.header = "";
  if ("LKx".includes(flag)) decoder.content = "header";
  else if (flag === "g") decoder.content = "skipped";
  else {
    const member = memberOf(block, flag, size, decoder.headers);
    decoder.headers = {};
    if (++decoder.members > MAX_MEMBERS) throw new TarError("Too many members");
    decoder.content = "member";
    events.push({ type: "member", member });
  }
  if (size === 0) finish(decoder, events);
}

function finish(decoder: DecoderState, events: DecoderEvent[]): void {
  if (decoder.content === "member") events.push({ type: "end" });
  if (decoder.content === "header") decoder.headers = withRecord(decoder.headers, decoder.flag, decoder.header);
  decoder.header = "";
}
