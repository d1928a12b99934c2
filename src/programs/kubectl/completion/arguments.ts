/** The completers of commands. Source: k8s.io/kubectl pkg/cmd (`ValidArgsFunction`) */
import type { Call, Command } from "../core/command.ts";
import { configFiles, entriesOf, mergedConfig } from "../core/config.ts";
import type { Steps } from "../core/session.ts";
import {
  type Completer,
  type Completions,
  nameOnly,
  pod,
  podAndContainer,
  podAndPort,
  typeAndName,
} from "./completers.ts";

const NO_FILES = 4;
const ANY = typeAndName({ repeats: true });
const SCALABLE = ["deployment", "replicaset", "replicationcontroller", "statefulset"];
const ROLLED_OUT = ["deployment", "daemonset", "statefulset"];
const EXPOSED = ["pod", "service", "replicationcontroller", "deployment", "replicaset"];
const WITH_IMAGES = [
  "daemonsets",
  "deployments",
  "pods",
  "cronjobs",
  "replicasets",
  "replicationcontrollers",
  "statefulsets",
];

const COMPLETERS: Readonly<Record<string, Completer>> = {
  annotate: ANY,
  "apply edit-last-applied": ANY,
  "apply view-last-applied": ANY,
  attach: pod,
  autoscale: typeAndName({ types: SCALABLE, repeats: true }),
  completion: fixed(["bash", "fish", "powershell", "zsh"]),
  "config delete-cluster": configured("clusters"),
  "config delete-context": configured("contexts"),
  "config delete-user": configured("users"),
  "config rename-context": configured("contexts"),
  "config set-context": configured("contexts"),
  "config use-context": configured("contexts"),
  cordon: nameOnly("node"),
  "create token": nameOnly("serviceaccount"),
  debug: ANY,
  delete: ANY,
  describe: ANY,
  drain: nameOnly("node"),
  edit: ANY,
  exec: pod,
  expose: typeAndName({ types: EXPOSED, repeats: true }),
  get: ANY,
  label: ANY,
  logs: podAndContainer,
  patch: ANY,
  "port-forward": podAndPort,
  "rollout history": typeAndName({ types: ROLLED_OUT, repeats: true }),
  "rollout pause": typeAndName({ types: ["deployment"], repeats: true }),
  "rollout restart": typeAndName({ types: ROLLED_OUT, repeats: true }),
  "rollout resume": typeAndName({ types: ["deployment"], repeats: true }),
  "rollout status": typeAndName({ types: ROLLED_OUT, repeats: false }),
  "rollout undo": typeAndName({ types: ROLLED_OUT, repeats: true }),
  scale: typeAndName({ types: SCALABLE, repeats: true }),
  "set image": typeAndName({ types: WITH_IMAGES, repeats: false }),
  taint: typeAndName({ types: ["node"], repeats: true }),
  "top node": nameOnly("node"),
  "top pod": nameOnly("pod"),
  uncordon: nameOnly("node"),
};

/** The words that may follow the arguments of the call. Throws Failure. */
export function* argumentsOf(call: Call, { words }: Command, word: string): Steps<Completions> {
  const completer = COMPLETERS[words.join(" ")];
  return completer ? yield* completer(call, word) : { words: [], directive: 0 };
}

function fixed(words: readonly string[]): Completer {
  return function* (_call, word) {
    return { words: words.filter((one) => one.startsWith(word)), directive: NO_FILES };
  };
}

/** Names of the kubeconfig, for the first argument. */
function configured(list: string): Completer {
  // biome-ignore lint/correctness/useYield: a completer that asks nothing is a generator like all others
  return function* (call, word) {
    return { words: call.args.length === 0 ? configuredNames(call, list, word) : [], directive: NO_FILES };
  };
}

/** The names in a list of the kubeconfig. */
export function configuredNames({ session, flags }: Call, list: string, word: string): string[] {
  const entries = entriesOf(mergedConfig(configFiles(session, flags)), list);
  return entries.map(({ name }) => name).filter((name) => name.startsWith(word));
}
