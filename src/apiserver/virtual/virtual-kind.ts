/** Virtual kinds are answered without being stored: reviews, bindings, component statuses. */
import type { RequestTransaction } from "../../cluster/transaction.ts";
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
  /** True for reviews: even a POST changes no state. */
  isRead: boolean;
  /** Answers a decoded body. Throws ApiError. */
  create?(context: VirtualContext, object: KubernetesObject): KubernetesObject | Status;
  /** The objects of a list, in order. */
  objects?(tx: RequestTransaction): readonly KubernetesObject[];
}
