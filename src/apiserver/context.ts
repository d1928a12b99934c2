/** The context of the handler of one request. */
import type { ContainerAccess } from "../cluster/container-access.ts";
import type { RequestTransaction, WriteOptions } from "../cluster/transaction.ts";
import type { KindDefinition } from "../kinds/kind.ts";
import type { Parts } from "../lib/work.ts";
import type { Representation } from "./negotiation.ts";
import type { ApiRequest, Provided, User } from "./request.ts";
import type { ResourceRequest } from "./request-info.ts";

/** Parts of the control plane that it injects, because `apiserver` may not import them. */
export interface Services {
  /** The kubelets; absent in tests of a control plane without nodes. */
  containers?: ContainerAccess;
}

export interface VerbContext {
  tx: RequestTransaction;
  request: ApiRequest;
  provided: Provided;
  kind: KindDefinition;
  info: ResourceRequest;
  /** The requesting user, after impersonation. */
  user: User;
  representation: Representation;
  services: Services;
  /** Collects warnings for the response. */
  warn(message: string): void;
}

/** The options that all writes of a request share. */
export function writeOptionsOf(context: VerbContext, options: { manager: string; dryRun: boolean }): WriteOptions {
  const { user, warn, request } = context;
  return { manager: options.manager, dryRun: options.dryRun, user, warn, bodyCharacters: request.body.length };
}

/** Runs the work. A dry run runs it too, and undoes its writes. */
export function write<R>(context: VerbContext, options: { dryRun: boolean }, work: () => R): R {
  return options.dryRun ? context.tx.attempt(work) : work();
}

/** As `write`. */
export function writeInParts<R>(context: VerbContext, options: { dryRun: boolean }, work: Parts<R>): Parts<R> {
  return options.dryRun ? context.tx.attemptInParts(work) : work;
}
