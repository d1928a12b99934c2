/** The interface of one command of kubectl. */
import type { ServedAnswer, ServedRequest } from "../../../shell/question.ts";
import type { Client } from "./client.ts";
import type { Target } from "./config.ts";
import type { Resources } from "./discovery.ts";
import type { FlagSpec, Flags } from "./flags.ts";
import type { Session, Steps } from "./session.ts";

export interface Call {
  readonly session: Session;
  readonly flags: Flags;
  /** Arguments behind the command's words. */
  readonly args: readonly string[];
  /** The command's words: `kubectl create configmap`. */
  readonly words: string;
  /** The server of the configuration. Throws Failure where the configuration is wrong. */
  readonly target: Target;
  readonly client: Client;
  /** The server's resources; asked for once. */
  resources(): Steps<Resources>;
}

export interface Command {
  /** The words behind `kubectl`. */
  words: readonly string[];
  /** Other last words. */
  aliases?: readonly string[];
  flags: readonly FlagSpec[];
  /** Flags without which the command is refused. */
  required?: readonly string[];
  /** Returns the exit code. Throws Failure. */
  run(call: Call): Steps<number>;
  /** Answers a request to a port on which the command listens. */
  serve?(call: Call, request: ServedRequest): ServedAnswer;
}

/** Flags of many commands. */
export const SELECTOR: FlagSpec = { name: "selector", short: "l", type: "string" };
export const ALL_NAMESPACES: FlagSpec = { name: "all-namespaces", short: "A", type: "bool" };
export const FIELD_SELECTOR: FlagSpec = { name: "field-selector", type: "string" };
export const OUTPUT: FlagSpec = { name: "output", short: "o", type: "string" };
export const FILENAME: FlagSpec = { name: "filename", short: "f", type: "list" };
export const FILES: readonly FlagSpec[] = [
  FILENAME,
  { name: "kustomize", short: "k", type: "string" },
  { name: "recursive", short: "R", type: "bool" },
];
export const DRY_RUN: FlagSpec = { name: "dry-run", type: "string", default: "none", bare: "unchanged" };
/** Works on the objects of files, without the server. */
export const LOCAL: FlagSpec = { name: "local", type: "bool" };
export const ALL: FlagSpec = { name: "all", type: "bool" };
export const FIELD_MANAGER: FlagSpec = { name: "field-manager", type: "string" };
export const VALIDATE: FlagSpec = { name: "validate", type: "string", default: "strict", bare: "strict" };
export const PRINT: readonly FlagSpec[] = [
  OUTPUT,
  { name: "template", type: "string" },
  { name: "show-managed-fields", type: "bool" },
  { name: "allow-missing-template-keys", type: "bool", default: "true" },
];
