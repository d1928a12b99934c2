/**
 * Data that the pure core cannot compute and asks the runtime for. A request that needs such data throws `Needed` before it
 * has written anything. The runtime provides the answers and runs the request again, from the same state.
 */
import { Interruption } from "../lib/interruption.ts";

/** The state of a resource at an older revision, which only the store has. */
export interface StateAtNeed {
  type: "stateAt";
  revision: number;
  keyPrefix: string;
  /** Expired if the state was replaced before this instant (real time, ms). Absent: it is known that it was not. */
  keptSinceMs?: number;
}

/**
 * A new revision for the present state, so that a client whose version has expired gets a different one. Needed once for
 * each revision.
 */
export interface NewRevisionNeed {
  type: "newRevision";
  /** The present revision. */
  after: number;
}

/** A new key that the cluster signs with. It is random: a secret must not follow from the cluster's seed. */
export interface SigningKeyNeed {
  type: "signingKey";
}

/** The user of a credential of the cluster. */
export interface IdentityNeed {
  type: "identity";
  token: string;
}

/** The counts of this cluster's requests in the isolate that runs the request. */
export interface RequestCountsNeed {
  type: "requestCounts";
}

/**
 * The code that runs containers. It is loaded when a request or due work first needs it, once for each isolate. Due work
 * may ask for it after it has written: the whole transaction is then discarded.
 */
export interface ContainersNeed {
  type: "containers";
  /** A large program that is loaded apart from the rest. */
  part?: string;
}

/** The images of the cluster's organization in one repository. Due work asks for them when a kubelet pulls one. */
export interface ImagesNeed {
  type: "images";
  repository: string;
}

/** A built-in OpenAPI document, for a program in a container. It is loaded once for each isolate. */
export interface DocumentNeed {
  type: "document";
  name: string;
}

export type Need =
  | StateAtNeed
  | NewRevisionNeed
  | SigningKeyNeed
  | IdentityNeed
  | RequestCountsNeed
  | ContainersNeed
  | ImagesNeed
  | DocumentNeed;

/** The request cannot go on without this data. */
export class Needed extends Interruption {
  override name = "Needed";
  readonly need: Need;

  constructor(need: Need) {
    super(`a request needs ${need.type}`);
    this.need = need;
  }
}

/** Identifies a need: needs with equal keys have the same answer. */
export function needKey(need: Need): string {
  switch (need.type) {
    case "stateAt":
      return `${need.type}/${need.revision}/${need.keyPrefix}`;
    case "newRevision":
      return `${need.type}/${need.after}`;
    case "signingKey":
    case "requestCounts":
      return need.type;
    case "containers":
      return `${need.type}/${need.part ?? ""}`;
    case "identity":
      return `${need.type}/${need.token}`;
    case "images":
      return `${need.type}/${need.repository}`;
    case "document":
      return `${need.type}/${need.name}`;
  }
}
