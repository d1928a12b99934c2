import type { Describer } from "../describer.ts";
import { writeName } from "../metadata.ts";
import { writeLimitTable } from "../policies.ts";
import { Writer } from "../writer.ts";

export const limitRange: Describer = {
  group: "",
  kind: "LimitRange",
  text(object) {
    const w = new Writer();
    writeName(w, object);
    writeLimitTable(w, object);
    return w.toString();
  },
};
