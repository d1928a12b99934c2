/**
 * The port of a probe or a hook, by number or by the name of a container's port.
 * Kubernetes: pkg/probe/util.go (`ResolveContainerPort`)
 */
import { goQuote } from "../lib/go-quote.ts";
import type { Container, EphemeralContainer } from "../schema/index.ts";

/** A text is the error of Kubernetes for a name that no port has. */
export function portNumber(
  port: string | number,
  { ports }: Pick<Container | EphemeralContainer, "ports">,
): number | string {
  if (typeof port === "number") return port;
  const named = ports?.find(({ name }) => name === port)?.containerPort;
  if (named !== undefined) return named;
  return /^\d+$/.test(port) ? Number(port) : `strconv.Atoi: parsing ${goQuote(port)}: invalid syntax`;
}
