/** How programs in Go print errors, durations and times. */
import type { FileError } from "../../files/errors.ts";
import { GoDurationError, parseGoDuration } from "../../lib/duration.ts";
import type { NetworkFailure } from "../../shell/question.ts";

/** `open /x: no such file or directory` */
export function pathError(operation: string, error: FileError): string {
  return `${operation} ${error.path}: ${error.message.toLowerCase()}`;
}

/** A duration such as `1h30m` and `500ms` in ms; undefined if it is not one. */
export function parseDuration(text: string): number | undefined {
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (error instanceof GoDurationError) return undefined;
    throw error;
  }
}

/** `2026-05-01 10:00:00.123 +0000 UTC` */
export function formatTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 23).replace("T", " ")} +0000 UTC`;
}

/** The error of a dial in Go's net package. */
export function dialError(why: NetworkFailure, host: string, port: number, server = "10.96.0.10:53"): string {
  const target = `dial tcp ${host}:${port}`;
  switch (why) {
    case "unknownName":
    case "noRecord":
      return `dial tcp: lookup ${host} on ${server}: no such host`;
    case "dnsTimeout":
      return `dial tcp: lookup ${host} on ${server}: i/o timeout`;
    case "serverFailure":
      return `dial tcp: lookup ${host} on ${server}: server misbehaving`;
    case "refused":
      return `${target}: connect: connection refused`;
    case "timeout":
      return `${target}: i/o timeout`;
    case "unreachable":
      return `${target}: connect: no route to host`;
    case "reset":
      return "EOF";
    case "untrusted":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
  }
}

/** A value as `%q` prints it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
