/**
 * Editing of one line on a terminal, as readline does by default. The state is JSON; `typeKey` takes one byte and
 * returns what to show.
 */
import type { Bytes } from "../../files/entry.ts";

export interface EditState {
  text: Bytes;
  cursor: number;
  /** Bytes of an escape sequence that is not complete. */
  escape: Bytes;
  /** Position in the history; its length: the new line. */
  at: number;
  /** The new line while older ones are shown. */
  draft: Bytes;
  /** Text of ^K, ^U and ^W, for ^Y. */
  killed: Bytes;
  /** The last key was a tab: the next one lists. */
  wasTab?: true;
  /** Text that ^R searches. */
  search?: Bytes;
}

export interface EditResult {
  output: Bytes;
  /** The line is complete, the input has ended, or completion is asked for. */
  event?: "line" | "end" | "complete" | "list" | "clear";
}

const MAX_LINE_BYTES = 32_768;

export function newEdit(historyLength: number): EditState {
  return { text: "", cursor: 0, escape: "", at: historyLength, draft: "", killed: "" };
}

export function typeKey(state: EditState, key: string, history: readonly string[]): EditResult {
  if (state.escape !== "" || key === "\x1b") return typeEscape(state, key, history);
  if (state.search !== undefined) return typeSearch(state, key, history);
  const wasTab = state.wasTab === true;
  state.wasTab = undefined;
  if (key === "\t") {
    state.wasTab = true;
    return { output: "", event: wasTab ? "list" : "complete" };
  }
  const command = CONTROLS[key];
  if (command) return command(state, history);
  return key < " " ? { output: "" } : insert(state, key);
}

export function insert(state: EditState, text: Bytes): EditResult {
  if (state.text.length + text.length > MAX_LINE_BYTES) return { output: "\x07" };
  const rest = state.text.slice(state.cursor);
  state.text = state.text.slice(0, state.cursor) + text + rest;
  state.cursor += text.length;
  return { output: text + rest + "\b".repeat(rest.length) };
}

/** Replaces the line and shows it again. */
function replace(state: EditState, text: Bytes, cursor = text.length): EditResult {
  const output = `${"\b".repeat(state.cursor)}${text}\x1b[K${"\b".repeat(text.length - cursor)}`;
  state.text = text;
  state.cursor = cursor;
  return { output };
}

function moveTo(state: EditState, cursor: number): EditResult {
  const target = Math.max(0, Math.min(state.text.length, cursor));
  const output = target < state.cursor ? "\b".repeat(state.cursor - target) : state.text.slice(state.cursor, target);
  state.cursor = target;
  return { output };
}

function cut(state: EditState, from: number, to: number, keeps = true): EditResult {
  if (from >= to) return { output: "" };
  if (keeps) state.killed = state.text.slice(from, to);
  return replace(state, state.text.slice(0, from) + state.text.slice(to), from);
}

function wordStart({ text, cursor }: EditState, isWord: RegExp): number {
  let at = cursor;
  while (at > 0 && !isWord.test(text[at - 1]!)) at--;
  while (at > 0 && isWord.test(text[at - 1]!)) at--;
  return at;
}

function wordEnd({ text, cursor }: EditState): number {
  let at = cursor;
  while (at < text.length && !/\w/.test(text[at]!)) at++;
  while (at < text.length && /\w/.test(text[at]!)) at++;
  return at;
}

function showHistory(state: EditState, at: number, history: readonly string[]): EditResult {
  if (at < 0 || at > history.length || at === state.at) return { output: "" };
  if (state.at === history.length) state.draft = state.text;
  state.at = at;
  return replace(state, at === history.length ? state.draft : history[at]!);
}

type EditCommand = (state: EditState, history: readonly string[]) => EditResult;

const older: EditCommand = (state, history) => showHistory(state, state.at - 1, history);
const newer: EditCommand = (state, history) => showHistory(state, state.at + 1, history);
const left: EditCommand = (state) => moveTo(state, state.cursor - 1);
const right: EditCommand = (state) => moveTo(state, state.cursor + 1);
const home: EditCommand = (state) => moveTo(state, 0);
const end: EditCommand = (state) => moveTo(state, state.text.length);
const erase: EditCommand = (state) => cut(state, Math.max(0, state.cursor - 1), state.cursor, false);
const deleteNext: EditCommand = (state) =>
  cut(state, state.cursor, Math.min(state.text.length, state.cursor + 1), false);
const accept: EditCommand = () => ({ output: "", event: "line" });

const CONTROLS: Readonly<Record<string, EditCommand>> = {
  "\r": accept,
  "\n": accept,
  "\x01": home,
  "\x02": left,
  "\x04": (state, history) => (state.text === "" ? { output: "", event: "end" } : deleteNext(state, history)),
  "\x05": end,
  "\x06": right,
  "\b": erase,
  "\x7f": erase,
  "\x0b": (state) => cut(state, state.cursor, state.text.length),
  "\x0c": () => ({ output: "\x1b[H\x1b[2J", event: "clear" }),
  "\x0e": newer,
  "\x10": older,
  "\x12": (state) => {
    state.search = "";
    return { output: searchPrompt(state, "") };
  },
  "\x14": (state) => {
    const at = Math.min(state.cursor, state.text.length - 1);
    if (at < 1) return { output: "" };
    const { text } = state;
    return replace(state, text.slice(0, at - 1) + text[at] + text[at - 1] + text.slice(at + 1), at + 1);
  },
  "\x15": (state) => cut(state, 0, state.cursor),
  "\x17": (state) => cut(state, wordStart(state, /\S/), state.cursor),
  "\x19": (state) => insert(state, state.killed),
};

const SEQUENCES: Readonly<Record<string, EditCommand>> = {
  "[A": older,
  "[B": newer,
  "[C": right,
  "[D": left,
  "[H": home,
  "[F": end,
  OA: older,
  OB: newer,
  OC: right,
  OD: left,
  OH: home,
  OF: end,
  "[1~": home,
  "[7~": home,
  "[4~": end,
  "[8~": end,
  "[3~": deleteNext,
  "[1;5C": (state) => moveTo(state, wordEnd(state)),
  "[1;5D": (state) => moveTo(state, wordStart(state, /\w/)),
  b: (state) => moveTo(state, wordStart(state, /\w/)),
  f: (state) => moveTo(state, wordEnd(state)),
  d: (state) => cut(state, state.cursor, wordEnd(state)),
  "\x7f": (state) => cut(state, wordStart(state, /\w/), state.cursor),
};

/** Arrows and other keys that send several bytes. Unknown sequences do nothing. */
function typeEscape(state: EditState, key: string, history: readonly string[]): EditResult {
  if (state.escape === "") {
    state.escape = "\x1b";
    return { output: "" };
  }
  const sequence = state.escape.slice(1) + key;
  const isComplete = /^(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[^[O])$/.test(sequence) || sequence.length > 16;
  state.escape = isComplete ? "" : state.escape + key;
  if (!isComplete) return { output: "" };
  if (state.search !== undefined) {
    const ended = endSearch(state);
    const next = SEQUENCES[sequence]?.(state, history) ?? { output: "" };
    return { ...next, output: ended.output + next.output };
  }
  return SEQUENCES[sequence]?.(state, history) ?? { output: "" };
}

function searchPrompt(state: EditState, found: string): string {
  return `\r(reverse-i-search)\`${state.search ?? ""}': ${found}\x1b[K`;
}

function typeSearch(state: EditState, key: string, history: readonly string[]): EditResult {
  if (key === "\r" || key === "\n") return { ...endSearch(state), event: "line" };
  if (key === "\x07" || key === "\x03") {
    state.text = "";
    return endSearch(state);
  }
  if (key === "\x12") state.at = Math.max(0, state.at - 1);
  else if (key === "\x7f" || key === "\b") state.search = state.search!.slice(0, -1);
  else if (key < " ") {
    const ended = endSearch(state);
    const next = typeKey(state, key, history);
    return { ...next, output: ended.output + next.output };
  } else state.search += key;
  const wanted = state.search!;
  const at = wanted === "" ? -1 : history.slice(0, state.at + 1).findLastIndex((line) => line.includes(wanted));
  if (at >= 0) {
    state.at = at;
    state.text = history[at]!;
    state.cursor = state.text.length;
  }
  return { output: searchPrompt(state, state.text) };
}

/** The caller shows the prompt again: the search has written over it. */
function endSearch(state: EditState): EditResult {
  state.search = undefined;
  state.cursor = state.text.length;
  return { output: "\r\x1b[K", event: "clear" };
}
