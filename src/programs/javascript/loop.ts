/** The event loop: ticks and microtasks first, then timers, events and immediates, as in Node.js. */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { Step, Wait } from "../../shell/program.ts";
import { isDueNow, raiseFatal, rejectionError } from "./fatal.ts";
import type { Interpreter } from "./interpreter.ts";
import { bufferOf } from "./node/buffer.ts";
import { answerObject } from "./node/http.ts";
import { exit } from "./node/process.ts";
import { isCallable, JsArray, JsPromise, Thrown } from "./objects.ts";
import { runMicrotask } from "./promises.ts";
import { get } from "./properties.ts";
import type { Call, Timer } from "./tasks.ts";

/** CPU time that one run of instructions stands for, ms. */
const RUN_CPU_MS = 4;

/** Runs the program to the point where it waits. Throws Exit when it ends, and Suspension. */
export function runLoop(vm: Interpreter): Step {
  for (;;) {
    if (!advance(vm)) {
      vm.process.useCpu(RUN_CPU_MS);
      return { type: "wait", for: [{ type: "time", atMs: vm.process.nowMs + RUN_CPU_MS }] };
    }
    if (nextTask(vm)) continue;
    const waits = waitsOf(vm);
    if (waits.length > 0) return { type: "wait", for: [...waits, { type: "signal" }] };
    endNormally(vm);
  }
}

/** Runs frames, ticks and microtasks until none is left. False: the share of instructions was spent. */
export function advance(vm: Interpreter): boolean {
  for (;;) {
    try {
      if (!vm.run()) return false;
      if (vm.isSpent) return false;
      if (!nextTick(vm)) return true;
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
      raiseFatal(vm, error.value);
    }
  }
}

/** Begins the next tick or microtask, or reports a rejection that has no handler. */
function nextTick(vm: Interpreter): boolean {
  const { tasks } = vm;
  if (tasks.phase === "microtasks" && tasks.microtasks.length === 0) tasks.phase = "ticks";
  const tick = tasks.phase === "ticks" ? tasks.ticks.shift() : undefined;
  if (tick) {
    tasks.hasTicked = true;
    start(vm, tick, "tick");
    return true;
  }
  const microtask = tasks.microtasks.shift();
  if (microtask) {
    tasks.phase = "microtasks";
    vm.task = tasks.hasTicked ? "microtask" : "checkpoint";
    runMicrotask(vm, microtask);
    return true;
  }
  const rejected = tasks.rejections.shift();
  if (!rejected) return false;
  if (rejected.isHandled) return true;
  rejected.reportId = Number(vm.facts.get("rejections") ?? 0) + 1;
  vm.facts.set("rejections", rejected.reportId);
  const process = vm.intrinsic("process");
  const emit = get(vm, process, "emit");
  if (Number(vm.call(get(vm, process, "listenerCount"), process, ["unhandledRejection"])) > 0) {
    vm.call(emit, process, ["unhandledRejection", rejected.result, rejected]);
    return true;
  }
  raiseFatal(vm, rejectionError(vm, rejected.result), { isRejection: true, reason: rejected.result });
  return true;
}

function start(vm: Interpreter, { callback, self, args }: Call, task: Interpreter["task"]): void {
  vm.task = task;
  if (task !== "tick") vm.tasks.hasTicked = false;
  vm.enter(callback, self, [...args], "discard");
}

/** Begins the next timer, event or immediate that is due. */
export function nextTask(vm: Interpreter): boolean {
  const { tasks } = vm;
  tasks.isStarted = true;
  const timer = dueTimer(vm);
  if (timer) {
    runTimer(vm, timer);
    return true;
  }
  takeEvents(vm);
  const event = tasks.events.shift();
  if (event) {
    start(vm, event, "event");
    return true;
  }
  const immediate = tasks.immediates.shift();
  vm.facts.set("hasTurned", true);
  if (!immediate) return false;
  start(vm, immediate, "immediate");
  return true;
}

function dueTimer(vm: Interpreter): Timer | undefined {
  let best: Timer | undefined;
  for (const timer of vm.tasks.timers) {
    if (!isDueNow(vm, timer.atMs)) continue;
    if (!best || timer.atMs < best.atMs || (timer.atMs === best.atMs && timer.order < best.order)) best = timer;
  }
  return best;
}

function runTimer(vm: Interpreter, timer: Timer): void {
  const { tasks } = vm;
  if (timer.everyMs === undefined) tasks.timers = tasks.timers.filter((each) => each !== timer);
  else {
    timer.atMs = Math.max(timer.atMs, Math.floor(vm.nowMs)) + timer.everyMs;
    timer.order = tasks.nextId++;
  }
  const callback = get(vm, timer.handle, "_onTimeout");
  const args = get(vm, timer.handle, "_timerArgs");
  start(vm, { callback, self: timer.handle, args: args instanceof JsArray ? args.items : [] }, "timer");
}

/** Looks for answers, ended children and input. */
function takeEvents(vm: Interpreter): void {
  takeAnswer(vm);
  takeChildren(vm);
  takeInput(vm);
}

function takeAnswer(vm: Interpreter): void {
  const [request] = vm.tasks.requests;
  if (!request) return;
  const answer = vm.process.ask(request.question);
  if (!answer) return;
  vm.tasks.requests.shift();
  vm.tasks.events.push({ callback: request.callback, args: [answerObject(vm, answer)] });
}

function takeChildren(vm: Interpreter): void {
  const { tasks, process } = vm;
  for (const child of [...tasks.children]) {
    child.outputs = child.outputs.filter(({ fd, callback }) => {
      for (let data = process.read(fd); data !== undefined; data = process.read(fd)) {
        if (data === "") {
          process.close(fd);
          tasks.events.push({ callback, args: [null] });
          return false;
        }
        tasks.events.push({ callback, args: [bufferOf(vm, data)] });
      }
      return true;
    });
    if (child.outputs.length > 0) continue;
    const status = process.takeExit(child.pid);
    if (status === undefined) continue;
    tasks.children = tasks.children.filter((each) => each !== child);
    tasks.events.push({ callback: child.onExit, args: [status] });
  }
}

function takeInput(vm: Interpreter): void {
  const { tasks, process } = vm;
  if (!isCallable(tasks.onInput)) return;
  const data = process.read(0);
  if (data === undefined) return;
  const callback = tasks.onInput;
  if (data === "") tasks.onInput = undefined;
  tasks.events.push({ callback, args: [data === "" ? null : bufferOf(vm, data)] });
}

/** What keeps the program alive. Empty: it ends. */
export function waitsOf(vm: Interpreter): Wait[] {
  const { tasks } = vm;
  const waits: Wait[] = [];
  const isAlive =
    tasks.timers.some(({ isUnreferenced }) => !isUnreferenced) ||
    tasks.requests.length > 0 ||
    tasks.children.length > 0 ||
    isCallable(tasks.onInput) ||
    [...tasks.servers.values()].some(({ isUnreferenced }) => !isUnreferenced);
  if (!isAlive) return [];
  const next = Math.min(...tasks.timers.map(({ atMs }) => atMs));
  if (Number.isFinite(next)) waits.push({ type: "time", atMs: next });
  if (tasks.requests.length > 0) waits.push({ type: "answer" });
  for (const { pid, outputs } of tasks.children) {
    if (outputs.length === 0) waits.push({ type: "child", pid });
    for (const { fd } of outputs) waits.push({ type: "readable", fd });
  }
  if (isCallable(tasks.onInput)) waits.push({ type: "readable", fd: 0 });
  if (waits.length === 0) waits.push({ type: "signal" });
  return waits;
}

/** Nothing is left to do. A listener of `beforeExit` may find more. */
function endNormally(vm: Interpreter): void {
  const process = vm.intrinsic("process");
  if (!vm.tasks.isExiting && Number(vm.call(get(vm, process, "listenerCount"), process, ["beforeExit"])) > 0) {
    vm.call(get(vm, process, "emit"), process, ["beforeExit", get(vm, process, "exitCode") ?? 0]);
    const { ticks, microtasks, timers, immediates, events, requests } = vm.tasks;
    if ([ticks, microtasks, timers, immediates, events, requests].some((list) => list.length > 0)) return;
  }
  const main = vm.modules.get("main promise");
  if (main instanceof JsPromise && main.status === "pending") {
    vm.process.write(2, bytesOfText(`Warning: Detected unsettled top-level await at ${textOfBytes(vm.script.file)}\n`));
    exit(vm, 13);
  }
  exit(vm, undefined);
}

/** Takes a signal: listeners run; without one it has its default action. True: it was taken. */
export function deliverSignal(vm: Interpreter, name: string, number: number): boolean {
  const process = vm.intrinsic("process");
  const event = `SIG${name}`;
  if (Number(vm.call(get(vm, process, "listenerCount"), process, [event])) === 0) return false;
  vm.tasks.events.push({ callback: get(vm, process, "emit"), self: process, args: [event, event, number] });
  return true;
}
