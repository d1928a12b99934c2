/** The interface of one description. */
import type { JsonObject } from "../../../lib/json.ts";
import type { Client } from "../core/client.ts";
import type { Steps } from "../core/session.ts";

export interface DescribeCall {
  readonly client: Client;
  readonly nowMs: number;
  /** `--show-events` */
  readonly showsEvents: boolean;
  /** The items of a collection, page by page. Throws ServerError. */
  list(path: string, query?: Readonly<Record<string, string>>): Steps<JsonObject[]>;
}

interface DescribedKind {
  group: string;
  kind: string;
}

/** A description of the object alone, or one that asks the server for more. Throws ServerError. */
export type Describer = DescribedKind &
  ({ text(object: JsonObject): string } | { describe(call: DescribeCall, object: JsonObject): Steps<string> });
