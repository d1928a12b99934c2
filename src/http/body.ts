/** Reads request bodies. */
import { MAX_DISCARDED_BODY_BYTES } from "../lib/limits.ts";

/** The client broke off while it was sending. This is no error of the server, and no answer can be read. */
export class ClientGoneError extends Error {
  override name = "ClientGoneError";
}

/** The whole body; null when it has more than `maxBytes`. Throws ClientGoneError. */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const isWhole = await readChunks(request.body as ReadableStream<Uint8Array>, (chunk) => {
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  });
  return isWhole && sizeBytes <= maxBytes ? concatenated(chunks, sizeBytes) : null;
}

/**
 * Reads and discards the body of a refused request. A client that is still sending does not read the answer, and a closed
 * connection looks like a network failure to it. Gives up after `MAX_DISCARDED_BODY_BYTES`.
 */
export async function discardBody(request: Request): Promise<void> {
  if (!request.body || request.bodyUsed) return;
  await readChunks(request.body as ReadableStream<Uint8Array>, () => {});
}

/** False when the body was longer than `MAX_DISCARDED_BODY_BYTES`. */
async function readChunks(body: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<boolean> {
  const reader = body.getReader();
  try {
    for (let bytes = 0; bytes <= MAX_DISCARDED_BODY_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return true;
      bytes += value.byteLength;
      take(value);
    }
  } catch (error) {
    throw new ClientGoneError("the client broke off its request", { cause: error });
  }
  await reader.cancel();
  return false;
}

function concatenated(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
