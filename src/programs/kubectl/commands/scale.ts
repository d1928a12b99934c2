/**
 * `kubectl scale`
 * Source: k8s.io/kubectl pkg/cmd/scale/scale.go, pkg/scale/scale.go
 */
import { type Call, type Command, DRY_RUN, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, shownName } from "../core/discovery.ts";
import { metadataOf } from "../core/objects.ts";
import { objectIn } from "../core/parts.ts";
import { dryRunSuffix, forEachObject, type Selected, writeQuery } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { followObject, type Seen } from "../core/watching.ts";

export const scale: Command = {
  words: ["scale"],
  required: ["replicas"],
  flags: [
    ...FILES,
    ...PRINT,
    SELECTOR,
    DRY_RUN,
    { name: "replicas", type: "int" },
    { name: "current-replicas", type: "int", default: "-1" },
    { name: "resource-version", type: "string" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "all", type: "bool" },
  ],
  *run(call) {
    const { session, flags } = call;
    const replicas = flags.int("replicas");
    if (replicas < 0) {
      throw new Failure("error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    }
    if (flags.int("current-replicas") < -1) {
      throw new Failure("error: The --current-replicas must specify an integer of -1 or greater");
    }
    let count = 0;
    return yield* forEachObject(call, { args: call.args }, function* (selected) {
      count++;
      if (flags.text("resource-version") !== "" && count > 1) {
        throw new Failure("error: cannot use --resource-version with multiple resources");
      }
      if (flags.text("dry-run") !== "client") yield* scaleOne(call, selected, replicas);
      const isName = flags.text("output") === "name";
      session.print(`${shownName(selected.resource, selected.name)}${isName ? "" : ` scaled${dryRunSuffix(call)}`}\n`);
    });
  },
};

/** Throws Failure if the object is not as the flags expect it. */
function* scaleOne(call: Call, selected: Selected, replicas: number): Steps<void> {
  const { client, flags, session } = call;
  const { resource, namespace, name } = selected;
  const path = pathOf(resource, namespace, name, "scale");
  const query = writeQuery(call, "kubectl-scale");
  const [size, version] = [flags.int("current-replicas"), flags.text("resource-version")];
  if (size >= 0 || version !== "") {
    const now = yield* client.json(path);
    const found = Number(objectIn(now["spec"])["replicas"] ?? 0);
    const foundVersion = String(metadataOf(now)["resourceVersion"]);
    if (size >= 0 && found !== size) throw new Failure(`error: Expected replicas to be ${size}, was ${found}`);
    if (version !== "" && foundVersion !== version) {
      throw new Failure(`error: Expected resource version to be ${version}, was ${foundVersion}`);
    }
    yield* client.json(path, { method: "PUT", query, body: { ...now, spec: { replicas } } });
  } else {
    const contentType = "application/merge-patch+json";
    yield* client.json(path, { method: "PATCH", contentType, query, body: { spec: { replicas } } });
  }
  const timeoutMs = flags.duration("timeout");
  if (timeoutMs <= 0 || flags.text("dry-run") !== "none") return;
  const isDone = (seen: Seen) => {
    if (seen.type !== "present") return true;
    const [spec, status] = [objectIn(seen.object["spec"]), objectIn(seen.object["status"])];
    return spec["replicas"] !== replicas || Number(status["replicas"] ?? 0) === replicas;
  };
  const isInTime = yield* followObject(call, selected, { untilMs: session.startedAtMs + timeoutMs, isDone });
  if (!isInTime) throw new Failure(`error: timed out waiting for ${JSON.stringify(name)} to be synced`);
}
