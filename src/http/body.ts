import { MAX_DISCARDED_BODY_BYTES } from "../lib/limits.ts";

/**
 * Hears out a client whose body is not wanted: while it is still sending it does not look for an answer, and a connection that
 * is closed under it looks like a failure of the network. Gives up after a while.
 */
export async function discardBody(request: Request): Promise<void> {
  if (!request.body || request.bodyUsed) return;
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  let bytes = 0;
  while (bytes <= MAX_DISCARDED_BODY_BYTES) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes += value.byteLength;
  }
  await reader.cancel();
}
