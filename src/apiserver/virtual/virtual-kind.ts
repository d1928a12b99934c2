/** Kinds that are only ever answered, never stored: reviews. */
import type { RequestTransaction } from "../../cluster/request-transaction.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { User } from "../request.ts";
import type { ResourceRequest } from "../request-info.ts";

export interface VirtualContext {
  tx: RequestTransaction;
  info: ResourceRequest;
  user: User;
  /** Field manager of the request. */
  manager: string;
}

export interface VirtualKind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  schema: string;
  verbs: readonly ["create"];
  /** True when requests change nothing, as with reviews. */
  isRead: boolean;
  /** Answers a decoded body. Throws ApiError. */
  create(context: VirtualContext, object: KubernetesObject): KubernetesObject;
}
