/** Requests of a client outside of the cluster, and their answers as the platform's API shows them. */
import type { OutsideAnswer } from "../control-plane/outside/request.ts";
import { bytesOf } from "../lib/bytes.ts";
import { MAX_OUTSIDE_ANSWER_BYTES } from "../lib/container-limits.ts";

export { answerOutside } from "../control-plane/outside/request.ts";

/** The answer as a document. The body is text where it is valid UTF-8. */
export function outsideView(answer: Exclude<OutsideAnswer, { type: "invalid" }>) {
  const { connected, afterMs, pod, proxy } = answer;
  const common = { pod, proxy, connected, durationSeconds: afterMs / 1000 };
  if (answer.type === "failed") {
    const error = { code: answer.why, message: answer.message };
    return { status: null, headers: {}, ...shownBody(""), ...common, error };
  }
  const { status, headers, body } = answer;
  return { status, headers, ...shownBody(body), ...common, error: null };
}

function shownBody(bytes: string) {
  const cut = bytes.slice(0, MAX_OUTSIDE_ANSWER_BYTES);
  const isTruncated = cut.length < bytes.length;
  const text = textOf(cut, isTruncated);
  return text === undefined
    ? { body: btoa(cut), encoding: "base64" as const, isTruncated }
    : { body: text, encoding: "utf-8" as const, isTruncated };
}

/** Undefined: no valid UTF-8. A character that the limit has cut apart is left out. */
function textOf(bytes: string, isTruncated: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(bytes), { stream: isTruncated });
  } catch {
    // The decoder throws for bytes that are no UTF-8, and for no other reason.
    return undefined;
  }
}
