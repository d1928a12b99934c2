/**
 * Unknown commands, and the known ones that the user may have meant.
 * Source: github.com/spf13/cobra command.go (`SuggestionsFor`)
 */
import { Failure } from "./session.ts";

/** The words behind `kubectl`, in the order of its help. */
const TOP_COMMANDS =
  "create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options".split(
    " ",
  );

const MAX_DISTANCE = 2;

/** `parent`: the words in front of the unknown one. */
export function unknownCommand(word: string, parent: string): Failure {
  if (parent !== "kubectl") {
    if (word === "") return new Failure(`error: a command is required behind ${JSON.stringify(parent)}`);
    return new Failure(`error: unknown command ${JSON.stringify(word)}\nSee '${parent} -h' for help and examples`);
  }
  const meant = TOP_COMMANDS.filter((name) => distance(word, name) <= MAX_DISTANCE || name.startsWith(word));
  const hint = meant.length === 0 ? "" : `\n\nDid you mean this?\n${meant.map((name) => `\t${name}`).join("\n")}\n`;
  return new Failure(`error: unknown command ${JSON.stringify(word)} for "kubectl"${hint}`.replace(/\n$/, ""));
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
