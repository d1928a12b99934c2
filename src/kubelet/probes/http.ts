/**
 * A probe by HTTP. It follows redirects within the host; one to another host counts as success, with a warning.
 * Kubernetes: pkg/probe/http/http.go (`DoHTTPProbe`, `RedirectChecker`)
 */
import { textOfBytes } from "../../lib/bytes.ts";
import { goQuote } from "../../lib/go-quote.ts";
import type { HTTPGetAction } from "../../schema/index.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import type { Happening } from "../runtime/happening.ts";
import type { PodProcesses } from "../runtime/pod-processes.ts";
import { failure, type ProbeOutcome, SUCCESS } from "./outcome.ts";

const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface HttpProbe {
  action: HTTPGetAction;
  host: string;
  port: number;
  /** The address of the kubelet. */
  from: string;
  timeoutMs: number;
  atMs: number;
}

interface Address {
  scheme: "http" | "https";
  host: string;
  port: number;
  /** With the query. */
  path: string;
}

export function probeHttp(
  processes: PodProcesses,
  probe: HttpProbe,
): { outcome: ProbeOutcome; happenings: Happening[] } {
  const { action, host, port } = probe;
  const happenings: Happening[] = [];
  let address: Address = { scheme: action.scheme === "HTTPS" ? "https" : "http", host, port, path: action.path || "/" };
  let takenMs = 0;
  for (let redirects = 0; ; redirects++) {
    const served = request(processes, probe, address);
    happenings.push(...served.happenings);
    takenMs += served.answer?.afterMs ?? 0;
    const next = targetOf(served.answer, address);
    if (next?.host !== host) return { outcome: outcomeOf(served.answer, { address, probe, takenMs }), happenings };
    if (redirects === MAX_REDIRECTS - 1) {
      const outcome = failure(`Get ${goQuote(urlOf(next))}: stopped after ${MAX_REDIRECTS} redirects`);
      return { outcome, happenings };
    }
    address = next;
  }
}

function request(processes: PodProcesses, { action, from, atMs }: HttpProbe, { scheme, host, port, path }: Address) {
  const headers: Record<string, string> = { host: `${host}:${port}`, "user-agent": "kube-probe/1.36", accept: "*/*" };
  for (const { name, value } of action.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  return processes.serve({ type: "http", scheme, method: "GET", path, headers, body: "", host, port, from }, atMs);
}

function urlOf({ scheme, host, port, path }: Address): string {
  return `${scheme}://${host}:${port}${path}`;
}

/** Where a redirect leads; undefined for any other answer. */
function targetOf(answer: ServedAnswer | undefined, address: Address): Address | undefined {
  if (answer?.type !== "http" || !REDIRECTS.has(answer.status)) return undefined;
  const { location = "" } = answer.headers;
  if (location === "" || !URL.canParse(location, urlOf(address))) return undefined;
  const { protocol, hostname, port, pathname, search } = new URL(location, urlOf(address));
  const scheme = protocol === "https:" ? "https" : "http";
  return { scheme, host: hostname, port: Number(port || (scheme === "https" ? 443 : 80)), path: pathname + search };
}

function outcomeOf(
  answer: ServedAnswer | undefined,
  { address, probe, takenMs }: { address: Address; probe: HttpProbe; takenMs: number },
): ProbeOutcome {
  const get = `Get ${goQuote(urlOf(address))}: `;
  if (answer === undefined) {
    return failure(`${get}dial tcp ${address.host}:${address.port}: connect: connection refused`);
  }
  if (takenMs > probe.timeoutMs || (answer.type === "failed" && answer.why === "timeout")) {
    return failure(`${get}context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
  }
  if (answer.type !== "http") return failure(`${get}EOF`);
  const { status, body } = answer;
  if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
  if (status < 300) return SUCCESS;
  return { type: "warning", output: `Probe terminated redirects, Response body: ${textOfBytes(body)}` };
}
