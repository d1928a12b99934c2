/** A write as admission sees it. The API server's plugins run inside the write path, which must not import them. */
import type { KindDefinition } from "../kinds/kind.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { Transaction } from "./transaction.ts";
import type { User } from "./user.ts";

export interface AdmissionContext {
  operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  kind: KindDefinition;
  /**
   * The object as it would be written; the mutating phase may change it. For DELETE: the current object, immutable.
   * For CONNECT: the options of the connection, with the metadata of the object that it leads to.
   */
  object: KubernetesObject;
  /** The object before an update. */
  old?: KubernetesObject;
  /** `status`, `scale`, `binding`, …; undefined for the main resource. */
  subresource?: string;
  /** The kind in which the writer sees the object, if it is not the stored one. */
  through?: KindDefinition;
  dryRun: boolean;
  /** Reads and randomness. Plugins write nothing. */
  tx: Transaction;
  /** The requesting user; undefined for controllers. */
  user?: User;
  /** Field manager of the write. */
  manager: string;
  /** The cost of admission's expressions in this commit so far, in units of CEL: a commit has a budget. */
  expressionCost: { spent: number };
  /** Adds a warning for the client. */
  warn(message: string): void;
}
