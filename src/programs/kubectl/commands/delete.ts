/**
 * `kubectl delete`
 * Source: k8s.io/kubectl pkg/cmd/delete/delete.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { ServerError } from "../core/client.ts";
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
import { pathOf, shownName } from "../core/discovery.ts";
import { metadataOf } from "../core/objects.ts";
import { objectIn } from "../core/parts.ts";
import { rawRequest } from "../core/raw.ts";
import { dryRunSuffix, NOTHING_NAMED, type Selected, selectObjects } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { awaitDeletion } from "../core/watching.ts";

/** The time of a wait without `--timeout`. */
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

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
    { name: "raw", type: "string" },
    { name: "interactive", short: "i", type: "bool" },
  ],
  *run(call) {
    const { session, flags } = call;
    if (flags.text("raw") !== "") {
      if (call.args.length > 0) throw new Failure("error: arguments may not be passed when --raw is specified");
      return yield* rawRequest(call, "DELETE");
    }
    if (call.args.length === 0 && flags.list("filename").length === 0 && !flags.has("kustomize")) {
      throw new Failure(NOTHING_NAMED);
    }
    checkFlags(call);
    let failures = 0;
    const selected = yield* selectObjects(call, {
      args: call.args,
      isLazy: true,
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
    if (flags.is("interactive") && !(yield* isConfirmed(call, selected))) return 0;
    const deleted: Deleted[] = [];
    for (const one of selected) {
      try {
        deleted.push({ ...one, uid: yield* deleteOne(call, one) });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error instanceof ServerError && error.reason === "NotFound" && ignoresMissing(call)) continue;
        const isOfFile = one.source !== undefined && error instanceof ServerError;
        const shown = isOfFile ? error.duringWrite(`error when deleting ${JSON.stringify(one.source)}`) : error;
        session.warn(`${shown.message}\n`);
        failures++;
      }
    }
    const isSelection = flags.is("all") || flags.text("selector") !== "" || flags.text("field-selector") !== "";
    if (selected.length === 0 && isSelection && failures === 0 && flags.text("output") !== "name")
      session.print("No resources found\n");
    const waits = flags.is("wait") && flags.text("dry-run") === "none" && !flags.is("force");
    if (waits && failures === 0) yield* waitForAll(call, deleted);
    return failures > 0 ? 1 : 0;
  },
};

interface Deleted extends Selected {
  /** The object that was deleted; undefined if the server did not name it. */
  uid: JsonValue | undefined;
}

/** `-i`: shows what would be deleted, and asks. */
function* isConfirmed({ session }: Call, selected: readonly Selected[]): Steps<boolean> {
  if (selected.length === 0) return true;
  session.print(`You are about to delete the following ${selected.length} resource(s):\n`);
  for (const { resource, name } of selected) {
    const { kind, group } = resource;
    session.print(`${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}\n`);
  }
  session.print("Do you want to continue? (y/N): ");
  const answer = String(yield { type: "line" }).trim();
  if (answer.toLowerCase() === "y") return true;
  session.print("deletion is cancelled\n");
  return false;
}

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

function* deleteOne(call: Call, { resource, name, namespace }: Selected): Steps<JsonValue | undefined> {
  const { session, flags, client } = call;
  const body = optionsOf(call);
  let uid: JsonValue | undefined;
  if (flags.text("dry-run") !== "client") {
    const answer = yield* client.json(pathOf(resource, namespace, name), { method: "DELETE", body });
    uid = objectIn(answer["details"])["uid"] ?? metadataOf(answer)["uid"];
  }
  if (flags.text("output") === "name") {
    session.print(`${shownName(resource, name)}\n`);
    return uid;
  }
  const verb = flags.is("force") ? "force deleted" : "deleted";
  const type = resource.group === "" ? resource.singular : `${resource.singular}.${resource.group}`;
  const from = resource.isNamespaced ? ` from ${namespace} namespace` : "";
  session.print(`${type} ${JSON.stringify(name)} ${verb}${from}${dryRunSuffix(call)}\n`);
  return uid;
}

/** Waits until the objects are gone. Throws Failure. */
function* waitForAll(call: Call, selected: readonly Deleted[]): Steps<void> {
  const untilMs = call.session.startedAtMs + (call.flags.duration("timeout") || WEEK_MS);
  for (const one of selected) {
    if (!(yield* exists(call, one))) continue;
    if (yield* awaitDeletion(call, one, untilMs)) continue;
    throw new Failure(`error: timed out waiting for the condition on ${one.resource.name}/${one.name}`);
  }
}

function* exists({ client }: Call, { resource, namespace, name, uid }: Deleted): Steps<boolean> {
  try {
    const now = yield* client.json(pathOf(resource, namespace, name));
    return uid === undefined || metadataOf(now)["uid"] === uid;
  } catch (error) {
    // Without the right to look, the object counts as deleted.
    if (error instanceof ServerError) return false;
    throw error;
  }
}
