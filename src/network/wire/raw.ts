/** Any other protocol: lines of text, or bytes, as they come. */
import { CLOSED, type WireProtocol } from "./protocol.ts";

/** The first byte of a TLS handshake. */
const TLS = "\x16";

export const raw: WireProtocol = {
  name: "raw",
  speaks: () => true,
  next({ input, hasEnded, memory }) {
    if (input === "") return { type: "wait" };
    // Servers hold no private keys that could sign a handshake.
    if (input.startsWith(TLS) && !memory["isPlain"]) return { type: "reply", rest: "", ...CLOSED };
    const end = isText(input) && !hasEnded ? input.lastIndexOf("\n") + 1 : input.length;
    if (end === 0) return { type: "wait" };
    return {
      type: "ask",
      request: { type: "connect", protocol: "tcp", data: input.slice(0, end) },
      rest: input.slice(end),
      answer: (answer) =>
        answer.type === "connected" ? { data: answer.data, memory: { isPlain: true } } : { ...CLOSED },
    };
  },
};

/** Text goes to the server in whole lines. */
function isText(input: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters tell binary data from text
  return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(input);
}
