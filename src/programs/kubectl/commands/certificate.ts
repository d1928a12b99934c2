/**
 * `kubectl certificate approve` and `deny`
 * Source: k8s.io/kubectl pkg/cmd/certificates/certificates.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { formatTime } from "../../../lib/time.ts";
import { type Command, FILES, PRINT } from "../core/command.ts";
import { pathOf, shownName } from "../core/discovery.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { forEachObject } from "../core/selected.ts";
import { Failure } from "../core/session.ts";
import { objectPrinter } from "../printers/print.ts";

const TYPE = "certificatesigningrequests";

function command(word: "approve" | "deny"): Command {
  const isApproval = word === "approve";
  const [wanted, excluded] = isApproval ? ["Approved", "Denied"] : ["Denied", "Approved"];
  const verb = isApproval ? "approved" : "denied";
  return {
    words: ["certificate", word],
    flags: [...FILES, ...PRINT, { name: "force", type: "bool" }],
    *run(call) {
      const { flags, args, client, session } = call;
      const hasFiles = flags.list("filename").length > 0 || flags.has("kustomize");
      if (args.length === 0 && !hasFiles) {
        throw new Failure("error: one or more CSRs must be specified as <name> or -f <filename>");
      }
      const named = args.length > 0 ? [TYPE, ...args] : [];
      return yield* forEachObject(call, { args: named }, function* ({ resource, name, live }) {
        const conditions = objectsIn(objectIn(live["status"])["conditions"]);
        if (conditions.some(({ type }) => type === excluded)) {
          throw new Failure(`error: certificate signing request ${JSON.stringify(name)} is already ${excluded}`);
        }
        const isThere = conditions.some(({ type }) => type === wanted);
        if (!isThere || flags.is("force")) {
          const condition = {
            type: wanted,
            status: "True",
            reason: isApproval ? "KubectlApprove" : "KubectlDeny",
            message: `This CSR was ${verb} by kubectl certificate ${word}.`,
            lastUpdateTime: formatTime(session.nowMs),
          };
          const status = { ...objectIn(live["status"]), conditions: isThere ? conditions : [...conditions, condition] };
          const body: JsonObject = { ...live, status: status as unknown as JsonObject };
          yield* client.json(pathOf(resource, "", name, "approval"), { method: "PUT", body });
        }
        const print = objectPrinter(flags, session);
        const shown = shownName(resource, name);
        if (print) session.print(print(live));
        else session.print(flags.text("output") === "name" ? `${shown}\n` : `${shown} ${verb}\n`);
      });
    },
  };
}

export const certificateCommands: readonly Command[] = [command("approve"), command("deny")];
