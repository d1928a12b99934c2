/**
 * Objects of the API that policies read. The evaluation is a plain function: a read that is not there yet throws, the
 * caller asks the API server, and the evaluation begins again.
 */

import { MAX_POLICY_LOOKUPS } from "../../../lib/container-limits.ts";
import type { JsonValue } from "../../../lib/json.ts";
import { type Client, ServerError } from "../../kubectl/core/client.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { QueryError } from "./jmespath/values.ts";

/** A request of a policy. */
export interface Lookup {
  path: string;
  method: "GET" | "POST";
  body?: JsonValue;
}

type Found = { type: "value"; value: JsonValue } | { type: "error"; message: string };

/** Thrown by an evaluation that needs an object. */
class Unanswered extends Error {
  override name = "Unanswered";
  readonly lookup: Lookup;

  constructor(lookup: Lookup) {
    super(`${lookup.method} ${lookup.path} is not answered yet`);
    this.lookup = lookup;
  }
}

export class Lookups {
  readonly #found = new Map<string, Found>();

  /** Throws QueryError for a refusal of the API server. */
  get(lookup: Lookup): JsonValue {
    const found = this.#found.get(JSON.stringify(lookup));
    if (!found) throw new Unanswered(lookup);
    if (found.type === "error") throw new QueryError(found.message);
    return found.value;
  }

  *answer(client: Client, lookup: Lookup): Steps<void> {
    const { path, method, body } = lookup;
    const key = JSON.stringify(lookup);
    try {
      const value = yield* client.json(path, { method, ...(body !== undefined && { body }) });
      this.#found.set(key, { type: "value", value });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.#found.set(key, { type: "error", message: error.statusMessage });
    }
  }
}

/** Evaluates as often as the evaluation needs further objects. */
export function* evaluated<R>(client: Client, lookups: Lookups, evaluate: () => R): Steps<R> {
  for (let rounds = 0; ; rounds++) {
    try {
      return evaluate();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (rounds >= MAX_POLICY_LOOKUPS) throw new QueryError("the policies read too many objects");
      yield* lookups.answer(client, error.lookup);
    }
  }
}
