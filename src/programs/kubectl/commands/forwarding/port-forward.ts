/**
 * `kubectl port-forward`: ports of the command's own pod lead to ports of another one.
 * Source: k8s.io/kubectl pkg/cmd/portforward/portforward.go, k8s.io/client-go tools/portforward/portforward.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import type { Answer, ServedAnswer, ServedRequest } from "../../../../shell/question.ts";
import { serverError } from "../../core/client.ts";
import type { Call, Command } from "../../core/command.ts";
import { fetchObject, namedBy, nameOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { checkPodTimeout, POD_TIMEOUT, podOfObject } from "../../core/pods.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { usageError } from "../../core/usage.ts";
import { ephemeralPort, listen, reaches, serveForever } from "./listening.ts";

/** Facts for `serve`, in the state of the process. */
interface Forwarding {
  podIp: string;
  /** By local port. */
  remotePorts: Record<string, number>;
}

const STATE = "forwarding";

export const portForward: Command = {
  words: ["port-forward"],
  flags: [{ name: "address", type: "list", default: "localhost" }, POD_TIMEOUT],
  *run(call) {
    const { args, session, target } = call;
    const [named = "", ...ports] = args;
    if (args.length < 2) throw usageError(call, "TYPE/NAME and list of ports are required for port-forward");
    checkPodTimeout(call);
    const [{ resource, name } = {}] = yield* namedBy(call, named.includes("/") ? [named] : ["pods", named]);
    if (!resource || name === undefined) throw new Failure("error: no resource was named");
    const object = yield* fetchObject(call, { resource, name }, target.namespace);
    const pod = yield* podOfObject(call, object);
    const pairs = ports.map((port) => pairOf(port, object, pod));
    const { phase, podIP } = objectIn(pod["status"]);
    if (phase !== "Running") {
      const status = String(phase ?? "");
      throw new Failure(`error: unable to forward port because pod is not running. Current status=${status}`);
    }
    yield* checkAccess(call, pod);
    const forwarding: Forwarding = { podIp: String(podIP ?? ""), remotePorts: {} };
    for (const { local, remote } of pairs) {
      const port = local === 0 ? yield* ephemeralPort() : local;
      if (!listen(session, port)) throw unableToListen(port, remote);
      forwarding.remotePorts[String(port)] = remote;
      for (const address of addressesOf(call)) session.print(`Forwarding from ${address}:${port} -> ${remote}\n`);
    }
    session.once(() => {
      session.process.state[STATE] = forwarding as unknown as JsonObject;
    });
    return yield* serveForever();
  },
  serve(call, request) {
    if (!reaches(request, call.flags.list("address").length > 0 ? call.flags.list("address") : ["localhost"])) {
      return { type: "failed", why: "refused", afterMs: 0 };
    }
    const { podIp, remotePorts } = call.session.process.state[STATE] as unknown as Forwarding;
    const port = remotePorts[String(request.port)];
    if (port === undefined) return { type: "failed", why: "refused", afterMs: 0 };
    call.session.print(`Handling connection for ${request.port}\n`);
    return forwarded(call, request, { host: podIp, port });
  },
};

/** The addresses as the lines of the start name them. */
function addressesOf({ flags }: Call): string[] {
  const given = flags.list("address");
  const addresses = given.length > 0 ? given : ["localhost"];
  return addresses.flatMap((one) =>
    one === "localhost" ? ["127.0.0.1", "[::1]"] : [one.includes(":") ? `[${one}]` : one],
  );
}

function unableToListen(local: number, remote: number): Failure {
  const problems = ["tcp4 127.0.0.1", "tcp6 [::1]"].map(
    (address) => `unable to create listener: Error listen ${address}:${local}: bind: address already in use`,
  );
  const head = `Unable to listen on port ${local}: Listeners failed to create with the following errors`;
  const all = `error: unable to listen on any of the requested ports: [{${local} ${remote}}]`;
  return new Failure(`${head}: [${problems.join(" ")}]\n${all}`);
}

interface Pair {
  /** 0: any. */
  local: number;
  remote: number;
}

/** `8080:http`, `:80`, `80`. Throws Failure. */
function pairOf(text: string, object: JsonObject, pod: JsonObject): Pair {
  const [first = "", second] = text.split(":");
  const wanted = second ?? first;
  if (wanted === "") throw new Failure("error: remote port cannot be empty");
  const isService = object["kind"] === "Service";
  const number = /^\d+$/.test(wanted)
    ? Number(wanted)
    : isService
      ? servicePort(object, wanted)
      : containerPort(pod, wanted);
  const remote = isService ? targetPort(object, pod, number) : number;
  const local = second === undefined ? number : first === "" ? 0 : Number(first);
  if (!Number.isInteger(local) || local > 65_535) {
    throw new Failure(
      `error: error parsing local port '${first}': strconv.ParseUint: parsing "${first}": invalid syntax`,
    );
  }
  return { local, remote };
}

function servicePort(service: JsonObject, name: string): number {
  const found = objectsIn(objectIn(service["spec"])["ports"]).find((port) => port["name"] === name);
  if (found) return Number(found["port"]);
  throw new Failure(`error: Service '${nameOf(service)}' does not have a named port '${name}'`);
}

function containerPort(pod: JsonObject, name: string): number {
  const spec = objectIn(pod["spec"]);
  const containers = [...objectsIn(spec["containers"]), ...objectsIn(spec["initContainers"])];
  const found = containers.flatMap(({ ports }) => objectsIn(ports)).find((port) => port["name"] === name);
  if (found) return Number(found["containerPort"]);
  throw new Failure(`error: Pod '${nameOf(pod)}' does not have a named port '${name}'`);
}

function targetPort(service: JsonObject, pod: JsonObject, port: number): number {
  const spec = objectIn(service["spec"]);
  const found = objectsIn(spec["ports"]).find((one) => one["port"] === port);
  if (!found) throw new Failure(`error: Service ${nameOf(service)} does not have a service port ${port}`);
  const target = found["targetPort"];
  if (spec["clusterIP"] === "None") return port;
  return typeof target === "string" ? containerPort(pod, target) : Number(target ?? port);
}

/** The request of the tunnel, which the API server refuses to callers without the right. Throws Failure. */
function* checkAccess({ client, target }: Call, pod: JsonObject): Steps<void> {
  const path = `/api/v1/namespaces/${target.namespace}/pods/${nameOf(pod)}/portforward`;
  const reply = yield* client.fetch(path, { method: "POST" });
  if (reply.status === 401 || reply.status === 403 || reply.status === 404) throw serverError(reply);
}

/** The same request to the port of the pod. */
function forwarded({ session }: Call, request: ServedRequest, to: { host: string; port: number }): ServedAnswer {
  const { from: _, port: local, ...question } = request;
  const answer = session.process.ask({ ...question, ...to } as Parameters<typeof session.process.ask>[0]);
  if (answer?.type === "http" || answer?.type === "message" || answer?.type === "connected")
    return withoutAddress(answer);
  session.warn(
    `error: an error occurred forwarding ${local} -> ${to.port}: error forwarding port ${to.port} to pod: connection refused\n`,
  );
  return { type: "failed", why: "reset", afterMs: answer?.afterMs ?? 0 };
}

function withoutAddress(answer: Extract<Answer, { type: "http" | "message" | "connected" }>): ServedAnswer {
  const { address: _, ...served } = answer;
  return served;
}
