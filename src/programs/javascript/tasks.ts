/** Work of the event loop. JSON and values of JavaScript. */
import type { Question } from "../../shell/question.ts";
import type { JsObject, JsPromise, Reaction, Value } from "./objects.ts";

export interface Microtask {
  reaction?: Reaction;
  isRejected?: boolean;
  value?: Value;
  thenable?: JsObject;
  then?: JsObject;
  promise?: JsPromise;
  /** `queueMicrotask`. */
  callback?: Value;
}

export interface Timer {
  id: number;
  /** Order of timers of one instant. */
  order: number;
  atMs: number;
  /** The object that `setTimeout` returned. */
  handle: Value;
  /** Undefined: it runs once. */
  everyMs?: number;
  /** It does not keep the process alive. */
  isUnreferenced?: true;
}

export interface Call {
  callback: Value;
  self?: Value;
  args: Value[];
}

/** A request to the network; one is asked at a time. */
export interface Request {
  question: Question;
  /** Called with the answer as an object. */
  callback: Value;
}

export interface Child {
  pid: number;
  /** Descriptors of its output, still open, with the callbacks that take a piece. */
  outputs: { fd: number; callback: Value }[];
  /** Called with the status. */
  onExit: Value;
}

export interface Tasks {
  microtasks: Microtask[];
  /** Microtasks run until none is left, then ticks do. */
  phase: "ticks" | "microtasks";
  /** A tick ran since the last event. */
  hasTicked: boolean;
  ticks: Call[];
  timers: Timer[];
  immediates: (Call & { id: number })[];
  /** Events that have happened. */
  events: Call[];
  /** Rejected promises that had no handler when they were rejected. */
  rejections: JsPromise[];
  requests: Request[];
  children: Child[];
  /** Servers by port. */
  servers: Map<number, { server: Value; isUnreferenced?: true }>;
  /** Takes pieces of standard input; undefined without a listener. */
  onInput: Value;
  nextId: number;
  /** The main script has run. */
  isStarted: boolean;
  /** `exit` was emitted. */
  isExiting: boolean;
}

export function newTasks(): Tasks {
  return {
    microtasks: [],
    phase: "ticks",
    hasTicked: false,
    ticks: [],
    timers: [],
    immediates: [],
    events: [],
    rejections: [],
    requests: [],
    children: [],
    servers: new Map(),
    onInput: undefined,
    nextId: 1,
    isStarted: false,
    isExiting: false,
  };
}
