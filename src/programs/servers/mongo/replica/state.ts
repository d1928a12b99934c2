/** The memory of a member of a replica set: its configuration, and the last election it knows. */
import { bytesOfText, textOfBytes } from "../../../../lib/bytes.ts";
import type { ProcessView } from "../../../../shell/program.ts";
import { flagOf } from "../../server.ts";
import { folderOf } from "../store.ts";

export interface Member {
  _id: number;
  host: string;
  arbiterOnly: boolean;
  hidden: boolean;
  priority: number;
  votes: number;
}

export interface ReplicaConfig {
  _id: string;
  version: number;
  members: Member[];
  /** A name of this set of members, drawn when it is initiated. */
  replicaSetId: string;
}

/** JSON in a file of the data folder. */
export interface ReplicaState {
  config: ReplicaConfig;
  /** Rises with each election. */
  term: number;
  /** Host of the member that won the last election. */
  primary?: string;
  electedAtMs?: number;
  /** Before this instant there is no election. */
  electionAtMs: number;
  /** Number of the last write. */
  optime: number;
  wroteAtMs: number;
  /** It does not stand for election until then: `rs.stepDown`. */
  steppedDownUntilMs?: number;
}

const FILE = "local.replset.json";

/** The name of `--replSet`; undefined: a standalone server. */
export function setName({ argv }: Pick<ProcessView, "argv">): string | undefined {
  return flagOf(argv, "replSet");
}

/** Undefined before the set is initiated. */
export function readState(process: ProcessView): ReplicaState | undefined {
  const path = `${folderOf(process)}/${FILE}`;
  if (setName(process) === undefined || !process.files.find(path)) return undefined;
  return JSON.parse(textOfBytes(process.files.read(path))) as ReplicaState;
}

export function writeState(process: ProcessView, state: ReplicaState): void {
  process.files.write(`${folderOf(process)}/${FILE}`, bytesOfText(JSON.stringify(state)), 0o600);
}
