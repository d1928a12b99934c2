/**
 * Endless loops of equal requests in containers. Once some rounds were run, the loop rests: its rate stands for it, as
 * for a flow from outside, until something else happens in the container. Only loops that are proven never to end
 * (`shell/rounds/requests.ts`) rest, so no other process is late.
 * Kubernetes: pkg/kubelet/stats/cri_stats_provider.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { ObjectKey, PrivateReader } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import type { Answer, HttpQuestion, Question } from "../../shell/question.ts";
import type { PodContext } from "../context.ts";
import type { LiveContainer } from "../runtime/live.ts";
import { software } from "../runtime/software.ts";
import { keyOfPod } from "./flow-load.ts";
import type { Rounds } from "./rounds.ts";

/** Slower loops are run: each of their rounds is in the log. */
const MAX_PERIOD_MS = 250;
/** Rounds that are run before a loop rests. */
const MIN_ROUNDS = 20;

/** Owner of the state of all flows, and the name of their controller. */
export const TRAFFIC = "traffic";
export const FLOWS_KEY: ObjectKey = "sandbar/traffic//flows";
const LOOPS_KEY: ObjectKey = "sandbar/traffic//loops";

/** Clients in a container that send equal requests, each after the answer to the one before: a loop that rests. */
export interface RestingLoop {
  pod: ObjectKey;
  /** Of the pod. */
  uid: string;
  container: string;
  question: HttpQuestion;
  thinkMs: number;
  /** A program for load tests sends them. */
  load?: LoadOfProcess;
}

/** The clients of a program for load tests. */
export interface LoadOfProcess {
  pid: number;
  clients: number;
  /** At most so many requests in a second; absent: no limit. */
  perSecond?: number;
  /** It ends then, unless the program goes on. */
  untilMs: number;
}

export function restingLoops(reader: PrivateReader): readonly RestingLoop[] {
  return reader.privateState<RestingLoop[]>(LOOPS_KEY, TRAFFIC) ?? [];
}

export function storeLoops(tx: Transaction, loops: readonly RestingLoop[]): void {
  tx.setPrivateState(LOOPS_KEY, TRAFFIC, loops.length > 0 ? loops : undefined);
}

/** Called when a process of a container got its answer. Even rounds of a proven loop let it rest. */
export function noteRound(context: PodContext, live: LiveContainer, question: Question, answer: Answer): void {
  const { run } = live;
  // A look-up belongs to the request that follows it.
  if (question.type === "resolve") return;
  if (question.type !== "http") {
    // A load is no round of a loop.
    delete run.rounds;
    return;
  }
  const before = run.rounds;
  const { nowMs: askedAtMs } = run.machine;
  const { afterMs } = answer;
  const isSame = before !== undefined && equalJson({ ...before.question }, { ...question });
  const thinkMs = isSame ? askedAtMs - before.askedAtMs - before.afterMs : 0;
  const isEven = isSame && (before.count === 1 || thinkMs === before.thinkMs);
  run.rounds = { question, askedAtMs, afterMs, thinkMs, count: isEven ? before.count + 1 : isSame ? 2 : 1 };
  if (run.rounds.count < MIN_ROUNDS || thinkMs + afterMs > MAX_PERIOD_MS) return;
  if (software().rounds.isInRequestLoop(run.machine)) rest(context, live, run.rounds);
}

function rest({ tx, pod }: PodContext, { run, container }: LiveContainer, rounds: Rounds): void {
  run.rounds = { ...rounds, rests: true };
  const { question, thinkMs } = rounds;
  const loop = { pod: keyOfPod(pod), uid: pod.metadata.uid ?? "", container: container.spec.name, question, thinkMs };
  storeLoops(tx, [...restingLoops(tx).filter((each) => !isOf(each, loop)), loop]);
  tx.requeue(TRAFFIC, FLOWS_KEY, tx.nowMs);
}

/** An event happens in the container, so a loop that rests goes on from now. */
export function wakeLoop({ tx, pod }: PodContext, live: LiveContainer): void {
  if (!live.run.rounds?.rests) return;
  delete live.run.rounds;
  live.isChanged = true;
  const own = { uid: pod.metadata.uid ?? "", container: live.container.spec.name };
  storeLoops(
    tx,
    restingLoops(tx).filter((each) => !isOf(each, own)),
  );
  tx.requeue(TRAFFIC, FLOWS_KEY, tx.nowMs);
}

function isOf(loop: RestingLoop, { uid, container }: Pick<RestingLoop, "uid" | "container">): boolean {
  return !loop.load && loop.uid === uid && loop.container === container;
}
