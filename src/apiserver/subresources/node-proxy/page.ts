import type { Transaction } from "../../../cluster/transaction.ts";
import { podKind } from "../../../kinds/core/pod.ts";
import type { Node, Pod } from "../../../schema/index.ts";
import type { VerbContext } from "../../context.ts";
import type { ApiOutcome } from "../../request.ts";

/** A page of the kubelet. `rest` has the segments of the path after the page's own. */
export type KubeletPage = (context: VerbContext, node: Node, rest: readonly string[]) => ApiOutcome;

/** The pods of a node, in the order of namespace and name. */
export function podsOf(tx: Transaction, { metadata }: Node): Pod[] {
  return tx.list(podKind).filter(({ spec }) => spec.nodeName === metadata.name);
}

export function jsonPage(value: unknown): ApiOutcome {
  return page("application/json", `${JSON.stringify(value)}\n`);
}

export function htmlPage(body: string): ApiOutcome {
  return page("text/html; charset=utf-8", body);
}

export function textPage(body: string): ApiOutcome {
  return page("text/plain; version=0.0.4; charset=utf-8", body);
}

function page(contentType: string, body: string): ApiOutcome {
  const headers = { "content-type": contentType, "cache-control": "no-cache, private" };
  return { type: "response", response: { status: 200, headers, body } };
}
