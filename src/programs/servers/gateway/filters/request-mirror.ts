/** RequestMirror: another backend gets a copy, and its answer is dropped. */
import { askUpstream } from "../../ingress/upstream.ts";
import type { FilterType } from "../exchange.ts";

export const requestMirror: FilterType = {
  type: "RequestMirror",
  prepare({ process, upstream }, { mirror }) {
    if (mirror) askUpstream(process, mirror, { ...upstream, headers: { ...upstream.headers }, tries: 1 });
  },
};
