/** Ends of an action of awk that are not its last statement. */
import type { Wait } from "../../shell/program.ts";

/** A failure while the program runs. */
export class AwkError extends Error {
  override name = "AwkError";
  /** A file is the cause, and not the program. */
  readonly isFile: boolean;
  /** The part of a printf that is printed nevertheless. */
  readonly printed: string | undefined;

  constructor(message: string, { isFile = false, printed }: { isFile?: boolean; printed?: string } = {}) {
    super(message);
    this.isFile = isFile;
    this.printed = printed;
  }
}

/** The process must wait in the middle of an action. */
export class AwkWait extends Error {
  readonly waits: readonly Wait[];

  constructor(...waits: Wait[]) {
    super("the process waits");
    this.waits = waits;
  }
}

/** `next`, `nextfile` or `exit` within a function. */
export class Jump extends Error {
  readonly to: "next" | "nextfile" | "exit";

  constructor(to: "next" | "nextfile" | "exit") {
    super(to);
    this.to = to;
  }
}
