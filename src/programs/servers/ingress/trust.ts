/** Whether a client trusts the certificate that a proxy shows for a host. */
import type { HttpRequest } from "../server.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The client trusts a chain that contains a certificate of its own list. Without a list it does not verify. */
export function isTrusted({ trusts }: Pick<HttpRequest, "trusts">, certificates: string | undefined): boolean {
  if (trusts === undefined) return true;
  const trusted = new Set((trusts.match(CERTIFICATE) ?? []).map(withoutSpace));
  return (certificates?.match(CERTIFICATE) ?? []).some((one) => trusted.has(withoutSpace(one)));
}

function withoutSpace(pem: string): string {
  return pem.replace(/\s/g, "");
}
