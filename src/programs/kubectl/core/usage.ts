/** Refusals that point to the help of a command. Source: k8s.io/kubectl pkg/cmd/util/helpers.go (`UsageErrorf`) */
import type { Call } from "./command.ts";
import { Failure } from "./session.ts";

export function usageError({ words }: Pick<Call, "words">, message: string): Failure {
  return new Failure(`error: ${message}\nSee '${words} -h' for help and examples`);
}
