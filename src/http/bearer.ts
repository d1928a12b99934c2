/** The token of an `Authorization: Bearer` header (RFC 6750); null for any other header. The scheme's case does not matter. */
export function bearerToken(authorization: string | null | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? null;
}
