/**
 * `kubectl rollout`
 * Source: k8s.io/kubectl pkg/cmd/rollout
 */
import type { JsonObject } from "../../../lib/json.ts";
import { type Call, type Command, FIELD_MANAGER, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, qualifiedName, shownName } from "../core/discovery.ts";
import { objectIn } from "../core/parts.ts";
import { forEachObject, type Selected, writeQuery } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { followObject } from "../core/watching.ts";
import { viewerOf } from "./rollout-progress.ts";

const FLAGS = [...FILES, ...PRINT, SELECTOR, FIELD_MANAGER] as const;

const status: Command = {
  words: ["rollout", "status"],
  flags: [
    ...FLAGS,
    { name: "watch", short: "w", type: "bool", default: "true" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "revision", type: "int", default: "0" },
  ],
  *run(call) {
    requireResource(call);
    if (call.flags.int("revision") < 0) {
      throw new Failure(`error: revision must be a positive integer: ${call.flags.int("revision")}`);
    }
    return yield* forEachObject(call, everyObject(call), (selected) => follow(call, selected));
  },
};

/** The objects of the arguments. If there are none, the command says so and succeeds. */
function everyObject({ args, session, target }: Call) {
  const onNone = () => session.warn(`No resources found in ${target.namespace} namespace.\n`);
  return { args, takesAll: true, onNone };
}

/** Throws Failure if the arguments name nothing. */
export function requireResource({ args, flags }: Call): void {
  if (args.length > 0 || flags.has("filename") || flags.has("kustomize")) return;
  throw new Failure("error: required resource not specified");
}

/** Prints the progress at each change of the object. Throws Failure. */
function* follow(call: Call, selected: Selected): Steps<void> {
  const { session, flags } = call;
  const timeoutMs = flags.duration("timeout");
  const untilMs = timeoutMs > 0 ? session.startedAtMs + timeoutMs : undefined;
  const viewer = viewerOf(selected.resource);
  const revision = flags.int("revision");
  const isInTime = yield* followObject(call, selected, {
    untilMs,
    isDone: (seen) => {
      if (seen.type === "deleted") throw new Failure("error: object has been deleted");
      if (seen.type === "absent") return false;
      const { text, isDone } = viewer({ object: seen.object, name: selected.name, revision });
      session.print(text);
      return isDone || !flags.is("watch");
    },
  });
  if (!isInTime) throw new Failure("error: timed out waiting for the condition");
}

/** A change of one kind of rollout. */
interface Change {
  /** `restarting`, in the refusal of other kinds. */
  doing: string;
  /** Printed behind the name. */
  done: string;
  kinds: readonly string[];
  /** The patch. Throws Failure. */
  patchOf(call: Call, selected: Selected): JsonObject;
}

function changing(word: string, { doing, done: verb, kinds, patchOf }: Change): Command {
  return {
    words: ["rollout", word],
    flags: FLAGS,
    *run(call) {
      const { session, client, flags } = call;
      requireResource(call);
      return yield* forEachObject(call, everyObject(call), function* (selected) {
        const { resource, name, namespace } = selected;
        if (!kinds.includes(resource.kind)) {
          throw new Failure(`error: ${qualifiedName(resource)} ${JSON.stringify(name)} ${doing} is not supported`);
        }
        yield* client.json(pathOf(resource, namespace, name), {
          method: "PATCH",
          contentType: "application/strategic-merge-patch+json",
          query: writeQuery(call, "kubectl-rollout"),
          body: patchOf(call, selected),
        });
        session.print(`${shownName(resource, name)}${flags.text("output") === "name" ? "" : ` ${verb}`}\n`);
      });
    },
  };
}

const restart = changing("restart", {
  doing: "restarting",
  done: "restarted",
  kinds: ["DaemonSet", "Deployment", "StatefulSet"],
  patchOf({ session }, { live, name }) {
    if (objectIn(live["spec"])["paused"] === true) {
      throw new Failure(
        `error: deployments.apps ${JSON.stringify(name)} can't restart paused deployment (run rollout resume first)`,
      );
    }
    const now = `${new Date(session.nowMs).toISOString().slice(0, 19)}Z`;
    return { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": now } } } } };
  },
});

const pause = changing("pause", {
  doing: "pausing",
  done: "paused",
  kinds: ["Deployment"],
  patchOf(_call, { live, name }) {
    if (objectIn(live["spec"])["paused"] === true)
      throw new Failure(`error: deployments.apps ${JSON.stringify(name)} is already paused`);
    return { spec: { paused: true } };
  },
});

const resume = changing("resume", {
  doing: "resuming",
  done: "resumed",
  kinds: ["Deployment"],
  patchOf(_call, { live, name }) {
    if (objectIn(live["spec"])["paused"] !== true)
      throw new Failure(`error: deployments.apps ${JSON.stringify(name)} is not paused`);
    return { spec: { paused: null } };
  },
});

export const rolloutCommands: readonly Command[] = [status, restart, pause, resume];
