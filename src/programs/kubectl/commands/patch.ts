/**
 * `kubectl patch`
 * Source: k8s.io/kubectl pkg/cmd/patch/patch.go
 */
import { parse } from "yaml";
import type { JsonValue } from "../../../lib/json.ts";
import { serverError } from "../core/client.ts";
import { type Command, DRY_RUN, FIELD_MANAGER, FILES, PRINT } from "../core/command.ts";
import { pathOf, shownName } from "../core/discovery.ts";
import { metadataOf, readText } from "../core/objects.ts";
import { objectIn } from "../core/parts.ts";
import { dryRunSuffix, selectObjects, writeQuery } from "../core/selected.ts";
import { Failure } from "../core/session.ts";
import { objectPrinter } from "../printers/print.ts";

const TYPES: Readonly<Record<string, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

export const patch: Command = {
  words: ["patch"],
  flags: [
    ...FILES,
    ...PRINT,
    DRY_RUN,
    FIELD_MANAGER,
    { name: "patch", short: "p", type: "string" },
    { name: "patch-file", type: "string" },
    { name: "type", type: "string", default: "strategic" },
    { name: "subresource", type: "string" },
    { name: "local", type: "bool", isUnwritten: true },
  ],
  *run(call) {
    const { session, flags, client } = call;
    const type = flags.text("type").toLowerCase();
    const contentType = TYPES[type];
    if (contentType === undefined) {
      throw new Failure(
        `error: --type must be one of [json merge strategic], not ${JSON.stringify(flags.text("type"))}`,
      );
    }
    const source = flags.has("patch-file") ? readText(session, flags.text("patch-file")) : flags.text("patch");
    if (source === "")
      throw new Failure("error: must specify --patch or --patch-file containing the contents of the patch");
    const body = parsed(source);
    const subresource = flags.text("subresource") || undefined;
    for (const { resource, name, namespace, live } of yield* selectObjects(call, { args: call.args })) {
      const reply = yield* client.fetch(pathOf(resource, namespace, name, subresource), {
        method: "PATCH",
        contentType,
        query: writeQuery(call, "kubectl-patch"),
        body,
      });
      if (reply.status >= 400) throw serverError(reply);
      const result = objectIn(reply.json);
      const print = objectPrinter(flags, session);
      const isSame = metadataOf(result)["resourceVersion"] === metadataOf(live)["resourceVersion"];
      if (print) session.print(print(result));
      else if (flags.text("output") === "name") session.print(`${shownName(resource, name)}\n`);
      else session.print(`${shownName(resource, name)} patched${isSame ? " (no change)" : ""}${dryRunSuffix(call)}\n`);
    }
    return 0;
  },
};

function parsed(source: string): JsonValue {
  try {
    return parse(source) as JsonValue;
  } catch {
    // Every error of the parser is an error of the patch.
    throw new Failure(`error: unable to parse ${JSON.stringify(source)}: yaml: cannot be read`);
  }
}
