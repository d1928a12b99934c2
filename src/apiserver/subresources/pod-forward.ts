/**
 * Connections to ports of a pod. The handler checks the request; connections follow once the client's tunnel is open.
 *
 * Kubernetes: pkg/registry/core/pod/rest/subresources.go (`PortForwardREST`), pkg/kubelet/server/server.go,
 * staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { ApiError } from "../../lib/api-error.ts";
import { goQuote } from "../../lib/go-quote.ts";
import type { Pod } from "../../schema/index.ts";
import type { VerbContext } from "../context.ts";
import type { ApiOutcome } from "../request.ts";
import { requestedKey } from "../verbs/get.ts";
import { kubelets } from "./kubelets.ts";
import { connectionError, presentPod, refuseMissingNode, requestedPod } from "./pod-target.ts";
import { admitStream, refuseWithoutCreate } from "./stream-access.ts";

/** POST, and GET of a WebSocket, to `portforward`. */
export function portForward(context: VerbContext): ApiOutcome {
  const { tx, request, info } = context;
  const ports = portsOf(request.query);
  admitStream(context, ports.length > 0 ? { ports } : {});
  refuseWithoutCreate(context);
  const pod = requestedPod(context);
  if (!pod.spec.nodeName) throw new ApiError("BadRequest", `pod ${info.name} does not have a host assigned`);
  refuseMissingNode(tx, pod);
  const access = kubelets(context);
  const key = requestedKey(context);
  const path = `/portForward/${info.namespace}/${info.name}`;
  const target = (later: Transaction): Pod => {
    const present = presentPod(later, key, pod);
    const problem = connectionError(later, present, { method: "Post", path, query: new URLSearchParams() });
    if (problem) throw new ApiError("Unknown", `error dialing backend: ${problem}`);
    const { phase } = present.status;
    if (phase === "Succeeded" || phase === "Failed") throw new ApiError("NotFound", `pod ${info.name} has ended`);
    return present;
  };
  return {
    type: "forward",
    forward: {
      pod: key,
      ports,
      connect: (later, port) => access.portProblem(later, target(later), port),
      exchange: (later, port, connection, input) => access.forward(later, target(later), port, connection, input),
    },
  };
}

const MAX_PORT = 65_535;

/** The ports of the query, each parameter with one or with several. Throws BadRequest. */
function portsOf(query: URLSearchParams): number[] {
  return query.getAll("ports").flatMap((value) =>
    value.split(",").map((text) => {
      const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      if (!(port <= MAX_PORT)) throw new ApiError("BadRequest", `unable to parse ${goQuote(value)} as a port`);
      if (port === 0) throw new ApiError("BadRequest", `port ${goQuote(value)} must be > 0`);
      return port;
    }),
  );
}
