/**
 * `--validate`: which fields the server refuses.
 * Source: k8s.io/kubectl pkg/cmd/util/helpers.go (`GetValidationDirective`)
 */
import type { Call } from "./command.ts";
import { Failure } from "./session.ts";

/** The parameter of a write. Throws Failure. */
export function validation({ flags }: Call): Record<string, string> {
  const mode = flags.text("validate").toLowerCase();
  const names: Record<string, string> = {
    true: "Strict",
    strict: "Strict",
    warn: "Warn",
    false: "Ignore",
    ignore: "Ignore",
  };
  const fieldValidation = names[mode];
  if (fieldValidation === undefined) {
    throw new Failure(`error: invalid validation mode: ${mode}. Must be one of: ignore, strict, true, false, warn`);
  }
  return { fieldValidation };
}
