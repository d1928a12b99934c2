/** The words of Go's HTTP client for a call without an answer. */
import type { OutgoingAnswer } from "./calls.ts";

type Failed = Extract<OutgoingAnswer, { type: "failed" }>;

/** `timeout` is the text of a call that took too long: it depends on how the client sets its limit. */
export function callFailureText({ why, problem }: Failed, address: string, timeout: string): string {
  switch (why) {
    case "refused":
      return `dial tcp ${address}: connect: connection refused`;
    case "timeout":
      return timeout;
    case "unreachable":
      return `dial tcp ${address}: connect: no route to host`;
    case "reset":
      return "EOF";
    case "untrusted":
      return `tls: failed to verify certificate: ${problem ?? "x509: certificate signed by unknown authority"}`;
  }
}
