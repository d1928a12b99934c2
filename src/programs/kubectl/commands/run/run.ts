/**
 * `kubectl run`
 * Source: k8s.io/kubectl pkg/cmd/run/run.go, pkg/generate/versioned/run.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { type Call, type Command, FILES } from "../../core/command.ts";
import { checkImageName } from "../../core/image-name.ts";
import { labelsOf } from "../../core/labels.ts";
import { checkPodTimeout, POD_TIMEOUT } from "../../core/pods.ts";
import { Failure } from "../../core/session.ts";
import { usageError } from "../../core/usage.ts";
import { CREATE_FLAGS, createObject, printCreated } from "../create/from-flags.ts";
import { attachToRun, resumedRun } from "./attached.ts";
import { OVERRIDE_FLAGS, overridden } from "./overrides.ts";

export const run: Command = {
  words: ["run"],
  required: ["image"],
  flags: [
    ...CREATE_FLAGS,
    ...OVERRIDE_FLAGS,
    POD_TIMEOUT,
    { name: "image", type: "string" },
    { name: "restart", type: "string", default: "Always" },
    { name: "env", type: "array" },
    { name: "port", type: "string" },
    { name: "labels", short: "l", type: "string" },
    { name: "command", type: "bool" },
    { name: "image-pull-policy", type: "string" },
    { name: "annotations", type: "array" },
    { name: "privileged", type: "bool" },
    { name: "rm", type: "bool" },
    { name: "stdin", short: "i", type: "bool" },
    { name: "tty", short: "t", type: "bool" },
    { name: "leave-stdin-open", type: "bool" },
    { name: "attach", type: "bool" },
    { name: "expose", type: "bool" },
    { name: "quiet", short: "q", type: "bool" },
    // The flags of `delete`, for the removal by `--rm`.
    ...FILES,
    { name: "cascade", type: "string", default: "background", bare: "background" },
    { name: "force", type: "bool" },
    { name: "grace-period", type: "int", default: "-1" },
    { name: "now", type: "bool" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "wait", type: "bool" },
  ],
  *run(call) {
    const resumed = resumedRun(call);
    if (resumed) return yield* attachToRun(call, resumed);
    check(call);
    const pod = yield* createObject(call, overridden(podOf(call), call.flags));
    const created: JsonObject[] = [pod];
    if (call.flags.is("expose")) {
      const service = yield* createObject(call, serviceOf(call));
      created.push(service);
      printCreated(call, service);
      if (call.flags.text("output") === "yaml") call.session.print("---\n");
    }
    if (isAttached(call)) return yield* attachToRun(call, { created, stage: "start", startedMs: call.session.nowMs });
    printCreated(call, pod);
    return 0;
  },
};

/** With `-i`, unless `--attach=false`. */
function isAttached({ flags }: Call): boolean {
  return flags.has("attach") ? flags.is("attach") : flags.is("stdin");
}

/** Throws Failure for flags that do not fit together, in the order of kubectl's checks. */
function check(call: Call): void {
  const { flags, args } = call;
  if (args.length === 0 || flags.dashAt === 0) throw usageError(call, "NAME is required for run");
  checkPodTimeout(call);
  const image = flags.text("image");
  if (image === "") throw new Failure("error: --image is required");
  checkImageName(image, `Invalid image name ${JSON.stringify(image)}`);
  if (flags.is("tty") && !flags.is("stdin")) {
    throw usageError(call, "-i/--stdin is required for containers with -t/--tty=true");
  }
  if (flags.is("expose") && flags.text("port") === "") {
    throw usageError(call, "--port must be set when exposing a service");
  }
  const restart = flags.text("restart");
  if (restart !== "" && !["Always", "OnFailure", "Never"].includes(restart)) {
    throw usageError(call, `invalid restart policy: ${restart}`);
  }
  if (!isAttached(call) && flags.is("rm")) throw usageError(call, "--rm should only be used for attached containers");
  if (isAttached(call) && flags.text("dry-run") !== "none") {
    throw usageError(
      call,
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  const pull = flags.text("image-pull-policy");
  if (pull !== "" && !["Always", "IfNotPresent", "Never"].includes(pull)) {
    throw usageError(call, `invalid image pull policy: ${pull}`);
  }
}

function podOf(call: Call): JsonObject {
  const { flags, args } = call;
  const [name = "", ...rest] = args;
  const env = flags.list("env").map(variable);
  const annotations = Object.fromEntries(flags.list("annotations").map((pair) => annotation(pair)));
  const stdin = flags.is("stdin");
  const container: JsonObject = {
    ...(rest.length > 0 && { [flags.is("command") ? "command" : "args"]: rest }),
    ...(env.length > 0 && { env }),
    image: flags.text("image"),
    ...(flags.text("image-pull-policy") && { imagePullPolicy: flags.text("image-pull-policy") }),
    name,
    ...(flags.text("port") && { ports: [{ containerPort: portOf(flags.text("port")) }] }),
    resources: {},
    ...(flags.is("privileged") && { securityContext: { privileged: true } }),
    ...(stdin && { stdin: true }),
    ...(stdin && !flags.is("leave-stdin-open") && { stdinOnce: true }),
    ...(flags.is("tty") && { tty: true }),
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...(Object.keys(annotations).length > 0 && { annotations }),
      labels: flags.text("labels") ? labelsOf(flags.text("labels")) : { run: name },
      name,
    },
    spec: { containers: [container], dnsPolicy: "ClusterFirst", restartPolicy: flags.text("restart") || "Always" },
    status: {},
  };
}

function variable(pair: string): JsonObject {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) throw new Failure(`error: invalid env: ${pair}`);
  return { name, value };
}

function annotation(pair: string): [string, string] {
  const [, key, value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (key === undefined) throw new Failure(`error: invalid annotations format: ${pair}`);
  return [key, value];
}

function portOf(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new Failure(`error: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function serviceOf({ flags, args }: Call): JsonObject {
  const [name = ""] = args;
  const labels = flags.text("labels") ? labelsOf(flags.text("labels")) : undefined;
  const port = portOf(flags.text("port"));
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...(labels && { labels }), name },
    spec: { ports: [{ port, protocol: "TCP", targetPort: port }], selector: labels ?? { run: name } },
    status: { loadBalancer: {} },
  };
}
