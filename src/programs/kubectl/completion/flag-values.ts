/** Values of flags. Source: k8s.io/kubectl pkg/cmd (`RegisterFlagCompletionFunc`) */
import type { Call } from "../core/command.ts";
import { Failure, type Steps } from "../core/session.ts";
import { configuredNames } from "./arguments.ts";
import { type Completions, container, namesOf } from "./completers.ts";

const NO_FILES = 4;
const OF_EXTENSION = 8;
const OUTPUTS = [
  "json",
  "yaml",
  "kyaml",
  "name",
  "go-template",
  "go-template-file",
  "template",
  "templatefile",
  "jsonpath",
  "jsonpath-as-json",
  "jsonpath-file",
  "custom-columns",
  "custom-columns-file",
  "wide",
];
const CONFIGURED: Readonly<Record<string, string>> = { cluster: "clusters", context: "contexts", user: "users" };

export interface FlagValue {
  /** Of the command. */
  words: readonly string[];
  flag: string;
  toComplete: string;
}

/** The values that a flag may have. */
export function* flagValuesOf(call: Call, { words, flag, toComplete }: FlagValue): Steps<Completions> {
  const command = words.join(" ");
  const list = CONFIGURED[flag];
  if (flag === "filename") return { words: ["json", "yaml", "yml"], directive: OF_EXTENSION };
  if (flag === "namespace") return noFiles(yield* namesOf(call, "namespace", toComplete));
  if (list !== undefined) return noFiles(configuredNames(call, list, toComplete));
  if (flag === "subresource") return noFiles(["status", "scale", "resize"]);
  if (flag === "output" && command === "get") return noFiles(OUTPUTS.filter((one) => one.startsWith(toComplete)));
  if (flag === "clusterrole" && command === "create clusterrolebinding") {
    return noFiles(yield* namesOf(call, "clusterrole", toComplete));
  }
  if (flag !== "container" || command !== "exec") return { words: [], directive: 0 };
  try {
    return yield* container(call, toComplete);
  } catch (error) {
    if (error instanceof Failure) return noFiles([]);
    throw error;
  }
}

function noFiles(words: string[]): Completions {
  return { words, directive: NO_FILES };
}
