import { type Command, DRY_RUN, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, shownName } from "../core/discovery.ts";
import { objectIn } from "../core/parts.ts";
import { dryRunSuffix, forEachObject, writeQuery } from "../core/selected.ts";
import { Failure } from "../core/session.ts";

export const scale: Command = {
  words: ["scale"],
  flags: [
    ...FILES,
    ...PRINT,
    SELECTOR,
    DRY_RUN,
    { name: "replicas", type: "int" },
    { name: "current-replicas", type: "int", default: "-1" },
    { name: "resource-version", type: "string", isUnwritten: true },
    { name: "timeout", type: "duration", isUnwritten: true },
    { name: "all", type: "bool" },
  ],
  *run(call) {
    const { session, flags, client } = call;
    const replicas = flags.int("replicas");
    if (!flags.has("replicas")) throw new Failure('error: required flag(s) "replicas" not set');
    if (replicas < 0) {
      throw new Failure("error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    }
    return yield* forEachObject(call, { args: call.args }, function* ({ resource, name, namespace, live }) {
      const current = flags.int("current-replicas");
      const spec = objectIn(live["spec"]);
      if (current >= 0 && spec["replicas"] !== current) {
        throw new Failure(`error: Expected replicas to be ${current}, was ${String(spec["replicas"])}`);
      }
      if (flags.text("dry-run") !== "client") {
        yield* client.json(pathOf(resource, namespace, name, "scale"), {
          method: "PATCH",
          contentType: "application/merge-patch+json",
          query: writeQuery(call, "kubectl-scale"),
          body: { spec: { replicas } },
        });
      }
      const isName = flags.text("output") === "name";
      session.print(`${shownName(resource, name)}${isName ? "" : ` scaled${dryRunSuffix(call)}`}\n`);
    });
  },
};
