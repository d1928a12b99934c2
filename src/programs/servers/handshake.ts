/** The TLS handshake between a client and a server. */
import { certificateProblem } from "../../lib/signing/verification.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";

type HttpRequest = Extract<ServedRequest, { type: "http" }>;

/** A message of this protocol asks for the certificates (PEM) that a server shows; its body is the server's name. */
export const TLS_PROTOCOL = "tls";

/** The failure of a client that does not accept the certificate that the server shows (PEM, with intermediates). */
export function untrustedAnswer(
  { scheme, trusts, serverName, host, comparesCommonName }: HttpRequest,
  presented: string | undefined,
  nowMs: number,
): ServedAnswer | undefined {
  if (scheme !== "https" || trusts === undefined || presented === undefined) return undefined;
  const names = { host: serverName ?? host, ...(comparesCommonName && { comparesCommonName }) };
  const problem = certificateProblem({ presented, trusts, nowMs, ...names });
  return problem && { type: "failed", why: "untrusted", problem: problem.text, flaw: problem.kind, afterMs: 1 };
}

/**
 * The failure of a client of a server that speaks HTTPS with this certificate only; undefined: plain HTTP only. A client
 * of the other protocol loses its connection.
 */
export function handshakeFailure(
  request: HttpRequest,
  certificate: string | undefined,
  nowMs: number,
): ServedAnswer | undefined {
  const isSecure = certificate !== undefined;
  if (isSecure !== (request.scheme === "https")) return { type: "failed", why: "reset", afterMs: 1 };
  return untrustedAnswer(request, certificate, nowMs);
}
