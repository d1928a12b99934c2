import type { Describer } from "../describer.ts";
import { writeName } from "../metadata.ts";
import { writeQuotaAmounts, writeScopes } from "../policies.ts";
import { Writer } from "../writer.ts";

export const resourceQuota: Describer = {
  group: "",
  kind: "ResourceQuota",
  text(object) {
    const w = new Writer();
    writeName(w, object);
    writeScopes(w, 0, object, " * ");
    writeQuotaAmounts(w, object);
    return w.toString();
  },
};
