/** What the handler of one request works with. */
import type { RequestTransaction, WriteOptions } from "../cluster/request-transaction.ts";
import type { KindDefinition } from "../kinds/kind.ts";
import type { Representation } from "./negotiation.ts";
import type { ApiRequest, Provided, User } from "./request.ts";
import type { ResourceRequest } from "./request-info.ts";

export interface VerbContext {
  tx: RequestTransaction;
  request: ApiRequest;
  provided: Provided;
  kind: KindDefinition;
  info: ResourceRequest;
  /** Who asks, after impersonation. */
  user: User;
  representation: Representation;
  /** Collects warnings for the response. */
  warn(message: string): void;
}

/** The options that every write of a request shares. */
export function writeOptionsOf(context: VerbContext, options: { manager: string; dryRun: boolean }): WriteOptions {
  return { manager: options.manager, dryRun: options.dryRun, user: context.user, warn: context.warn };
}

/** Does the work; for dry runs on a draft of the cluster that nobody sees. */
export function write<R>(context: VerbContext, options: { dryRun: boolean }, work: () => R): R {
  return options.dryRun ? context.tx.attempt(work) : work();
}
