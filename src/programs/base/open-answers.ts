/** Reads answers of HTTP that go on, piece by piece. A client that waits for the next piece is not due. */
import type { Bytes } from "../../files/entry.ts";
import type { OpenAnswer } from "../../lib/open-answer.ts";
import { earliest } from "../../lib/time.ts";
import type { ProcessView, Step, Wait } from "../../shell/program.ts";
import type { HttpQuestion } from "../../shell/question.ts";

/** `over`: `untilMs` was reached. A piece without `open` is the last one. */
export type NextPiece =
  | { type: "waits"; step: Step }
  | { type: "piece"; body: Bytes; open?: OpenAnswer }
  | { type: "over" }
  | { type: "failed" };

/**
 * The next piece that is not empty. Call it again with the same arguments after its waits. `kept.open` is the answer as
 * far as it was read.
 */
export function readOn(
  process: ProcessView,
  question: HttpQuestion,
  kept: { open?: OpenAnswer },
  untilMs?: number,
): NextPiece {
  if (untilMs !== undefined && process.nowMs >= untilMs) return { type: "over" };
  const answer = process.ask({ ...question, resumes: kept.open?.cursor ?? null });
  if (!answer) return { type: "waits", step: { type: "wait", for: [{ type: "answer" }] } };
  if (answer.type !== "http" || answer.status >= 400) return { type: "failed" };
  const { body, open } = answer;
  if (body !== "" || !open) return { type: "piece", body, ...(open && { open }) };
  kept.open = open;
  return { type: "waits", step: { type: "wait", for: waitsFor(open, untilMs) } };
}

/** What leads to the next piece, or to the end. */
export function waitsFor({ resources, endsAtMs, nextAtMs }: OpenAnswer, untilMs?: number): Wait[] {
  const atMs = earliest(untilMs, endsAtMs, nextAtMs);
  const until: Wait[] = atMs === undefined ? [] : [{ type: "time", atMs }];
  return [{ type: "objects", resources }, ...until];
}
