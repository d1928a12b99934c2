import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import type { Steps } from "../../core/session.ts";
import type { DescribeCall, Describer } from "../describer.ts";
import { textAt } from "../fields.ts";
import { TRANSITIONS, writeConditions, writeMetadata, writeName } from "../metadata.ts";
import { writeLimitRanges, writeQuotas } from "../policies.ts";
import { Writer } from "../writer.ts";

export const namespace: Describer = {
  group: "",
  kind: "Namespace",
  *describe(call, object) {
    const path = `/api/v1/namespaces/${textAt(object, "metadata.name")}`;
    const quotas = yield* listed(call, `${path}/resourcequotas`);
    const ranges = yield* listed(call, `${path}/limitranges`);
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    writeMetadata(w, object);
    w.field(0, "Status", textAt(object, "status.phase"));
    writeConditions(w, object, TRANSITIONS);
    if (quotas) {
      w.write(0, "\n");
      writeQuotas(w, quotas);
    }
    if (ranges) {
      w.write(0, "\n");
      writeLimitRanges(w, ranges);
    }
    return w.toString();
  },
};

/** Undefined if the server does not know the resource. */
function* listed(call: DescribeCall, path: string): Steps<JsonObject[] | undefined> {
  try {
    return yield* call.list(path);
  } catch (error) {
    if (error instanceof ServerError && error.reason === "NotFound") return undefined;
    throw error;
  }
}
