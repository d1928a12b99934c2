/**
 * `kubectl delete`
 * Source: k8s.io/kubectl pkg/cmd/delete/delete.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { ServerError, serverError } from "../core/client.ts";
import {
  ALL_NAMESPACES,
  type Call,
  type Command,
  DRY_RUN,
  FIELD_SELECTOR,
  FILES,
  OUTPUT,
  SELECTOR,
} from "../core/command.ts";
import { pathOf, qualifiedName, shownName } from "../core/discovery.ts";
import { dryRunSuffix, NOTHING_NAMED, type Selected, selectObjects } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";

/** How often a deleted object is looked for. */
const POLL_MS = 1_000;

export const deleteCommand: Command = {
  words: ["delete"],
  flags: [
    ...FILES,
    SELECTOR,
    FIELD_SELECTOR,
    ALL_NAMESPACES,
    OUTPUT,
    DRY_RUN,
    { name: "all", type: "bool" },
    { name: "cascade", type: "string", default: "background", bare: "background" },
    { name: "force", type: "bool" },
    { name: "grace-period", type: "int", default: "-1" },
    { name: "ignore-not-found", type: "bool" },
    { name: "now", type: "bool" },
    { name: "wait", type: "bool", default: "true" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "raw", type: "string", isUnwritten: true },
    { name: "interactive", short: "i", type: "bool", isUnwritten: true },
  ],
  *run(call) {
    const { session, flags } = call;
    if (call.args.length === 0 && flags.list("filename").length === 0 && !flags.has("kustomize")) {
      throw new Failure(NOTHING_NAMED);
    }
    checkFlags(call);
    let failures = 0;
    const selected = yield* selectObjects(call, {
      args: call.args,
      onError: (error) => {
        if (error.reason === "NotFound" && ignoresMissing(call)) return;
        session.warn(`${error.message}\n`);
        failures++;
      },
    });
    if (flags.is("force") && flags.text("dry-run") === "none") {
      session.warn(
        "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n",
      );
    }
    for (const one of selected) yield* deleteOne(call, one);
    const isSelection = flags.is("all") || flags.text("selector") !== "" || flags.text("field-selector") !== "";
    if (selected.length === 0 && isSelection && failures === 0 && flags.text("output") !== "name")
      session.print("No resources found\n");
    if (flags.is("wait") && flags.text("dry-run") === "none" && !flags.is("force")) yield* waitForAll(call, selected);
    return failures > 0 ? 1 : 0;
  },
};

/** Throws Failure for flags that exclude each other. */
function checkFlags(call: Call): void {
  const { flags } = call;
  const period = flags.int("grace-period");
  if (flags.is("all") && flags.text("selector")) {
    throw new Failure("error: setting 'all' parameter but found a non empty selector. ");
  }
  if (flags.is("now") && period !== -1)
    throw new Failure("error: --now and --grace-period cannot be specified together");
  if (flags.is("force") && (period > 0 || flags.is("now"))) {
    throw new Failure("error: --force and --grace-period greater than 0 cannot be specified together");
  }
  optionsOf(call);
  const output = flags.text("output");
  if (output !== "" && output !== "name") {
    throw new Failure(`error: unexpected -o output mode: ${output}. We only support '-o name'`);
  }
}

/** Objects that a selector chose may be gone already. */
function ignoresMissing({ flags }: Call): boolean {
  return flags.is("ignore-not-found") || flags.is("all") || flags.text("selector") !== "";
}

function optionsOf({ flags }: Call): JsonObject {
  const period = flags.is("now")
    ? 1
    : flags.is("force") && flags.int("grace-period") < 0
      ? 0
      : flags.int("grace-period");
  const cascade = flags.text("cascade");
  const policies: Record<string, string> = { background: "Background", foreground: "Foreground", orphan: "Orphan" };
  const propagationPolicy = policies[cascade];
  if (propagationPolicy === undefined) {
    throw new Failure(`error: invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  }
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...(period >= 0 && { gracePeriodSeconds: period }),
    propagationPolicy,
    ...(flags.text("dry-run") === "server" && { dryRun: ["All"] }),
  };
}

function* deleteOne(call: Call, { resource, name, namespace }: Selected): Steps<void> {
  const { session, flags, client } = call;
  const body = optionsOf(call);
  if (flags.text("dry-run") !== "client") {
    const reply = yield* client.fetch(pathOf(resource, namespace, name), { method: "DELETE", body });
    if (reply.status >= 400) throw serverError(reply);
  }
  if (flags.text("output") === "name") {
    session.print(`${shownName(resource, name)}\n`);
    return;
  }
  const verb = flags.is("force") ? "force deleted" : "deleted";
  const type = resource.group === "" ? resource.singular : `${resource.singular}.${resource.group}`;
  const from = resource.isNamespaced ? ` from ${namespace} namespace` : "";
  session.print(`${type} ${JSON.stringify(name)} ${verb}${from}${dryRunSuffix(call)}\n`);
}

function* waitForAll(call: Call, selected: readonly Selected[]): Steps<void> {
  const timeoutMs = call.flags.duration("timeout");
  for (const one of selected) {
    for (let waitedMs = 0; yield* exists(call, one); waitedMs += POLL_MS) {
      if (timeoutMs > 0 && waitedMs >= timeoutMs) {
        throw new Failure(`error: timed out waiting for the condition on ${qualifiedName(one.resource)}/${one.name}`);
      }
      yield { type: "sleep", ms: POLL_MS };
    }
  }
}

function* exists({ client }: Call, { resource, namespace, name, live }: Selected): Steps<boolean> {
  try {
    const now = yield* client.json(pathOf(resource, namespace, name));
    return uidOf(now) === uidOf(live);
  } catch (error) {
    // Without the right to look, the object counts as deleted.
    if (error instanceof ServerError) return false;
    throw error;
  }
}

function uidOf({ metadata }: JsonObject): unknown {
  return isJsonObject(metadata) ? metadata["uid"] : undefined;
}
