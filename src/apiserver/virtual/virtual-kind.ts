/** Kinds that are answered without being stored: reviews, bindings, the state of components. */
import type { RequestTransaction } from "../../cluster/request-transaction.ts";
import type { KindDefinition } from "../../kinds/kind.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { Provided, User } from "../request.ts";
import type { ResourceRequest } from "../request-info.ts";
import type { Status } from "../status.ts";

export interface VirtualContext {
  tx: RequestTransaction;
  provided: Provided;
  info: ResourceRequest;
  user: User;
  /** Field manager of the request. */
  manager: string;
  dryRun: boolean;
  warn(message: string): void;
}

export interface VirtualKind extends KindDefinition {
  /** True when even its POSTs change nothing, as with reviews. */
  isRead: boolean;
  /** Answers a decoded body. Throws ApiError. */
  create?(context: VirtualContext, object: KubernetesObject): KubernetesObject | Status;
  /** What a list shows, in order. */
  objects?(tx: RequestTransaction): readonly KubernetesObject[];
}
