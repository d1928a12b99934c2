/** A printer that failed behind the first part of its output. */
import { Failure } from "../core/session.ts";

export class PartialFailure extends Failure {
  override name = "PartialFailure";
  /** Text that the command prints on its standard output in front of the error. */
  readonly output: string;

  constructor(output: string, message: string) {
    super(message);
    this.output = output;
  }
}
