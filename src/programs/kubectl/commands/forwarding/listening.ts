/** Ports on which a command of kubectl listens until a signal ends it. */
import type { ServedRequest } from "../../../../shell/question.ts";
import { repeat } from "../../core/repeat.ts";
import type { Session, Steps } from "../../core/session.ts";

const [FIRST_EPHEMERAL, EPHEMERAL_PORTS] = [32_768, 28_232];

/** A port as the kernel chooses one for port 0. */
export function* ephemeralPort(): Steps<number> {
  return FIRST_EPHEMERAL + (Number(yield { type: "random" }) % EPHEMERAL_PORTS);
}

/** False if another process has the port. The process keeps it until it ends. */
export function listen({ process }: Session, port: number): boolean {
  return process.listen(port, "tcp");
}

/** Waits for signals; all but a new size of the terminal end the process. Requests are answered by `serve`. */
export function* serveForever(): Steps<never> {
  return yield* repeat<null, never>(null, function* () {
    yield { type: "events", input: false, resources: [] };
    return { next: null };
  });
}

/** Whether a client reaches one of the addresses. `localhost` is the loopback device of the pod. */
export function reaches({ from }: ServedRequest, addresses: readonly string[]): boolean {
  const isLocal = from === "127.0.0.1" || from === "::1";
  return addresses.some((address) => {
    if (address === "0.0.0.0" || address === "::") return true;
    return address === "localhost" || address === "127.0.0.1" || address === "::1" ? isLocal : from !== "127.0.0.1";
  });
}
