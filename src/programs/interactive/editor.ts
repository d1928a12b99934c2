/** The keys of vi on lines of text. Its state is JSON. */

export interface EditorState {
  lines?: string[];
  row?: number;
  column?: number;
  top?: number;
  mode?: "normal" | "insert" | "replace" | "command" | "search";
  /** Text of the last line, and keys of an unfinished command. */
  command?: string;
  keys?: string;
  yanked?: string[];
  /** Whole lines were yanked. */
  yankedLines?: boolean;
  isChanged?: boolean;
  undo?: string[][];
  lastSearch?: string;
  escape?: string;
}

const MAX_UNDO = 20;
const ARROWS: Readonly<Record<string, string>> = { A: "k", B: "j", C: "l", D: "h", H: "0", F: "$" };

export class Editor {
  readonly #state: EditorState;

  constructor(state: EditorState) {
    this.#state = state;
    state.row ??= 0;
    state.column ??= 0;
    state.mode ??= "normal";
  }

  get #line(): string {
    return this.#state.lines![this.#state.row!] ?? "";
  }

  set #line(text: string) {
    this.#state.lines![this.#state.row!] = text;
    this.#state.isChanged = true;
  }

  /** One key. Returns the text behind a colon when it is complete. */
  press(key: string): string | undefined {
    const state = this.#state;
    if (state.escape !== undefined) return this.#escapeSequence(key);
    if (key === "\x1b") {
      state.escape = "";
      if (state.mode === "normal") return undefined;
    }
    if (state.mode === "command" || state.mode === "search") return this.#commandKey(key);
    if (state.mode === "insert" || state.mode === "replace") this.#insertKey(key);
    else return this.#normalKey(key);
    return undefined;
  }

  /** Behind ESC: `[A` is an arrow; any other key ends the mode and counts by itself. */
  #escapeSequence(key: string): string | undefined {
    const state = this.#state;
    if (state.escape === "" && (key === "[" || key === "O")) {
      state.escape = key;
      return undefined;
    }
    const begun = state.escape;
    const move = begun === "" ? undefined : ARROWS[key];
    delete state.escape;
    if (move) this.#move(move, 1);
    if (move || begun === "[") return undefined;
    if (begun === "O") {
      // No key of the terminal: ESC, the command O, and what is typed.
      this.#leaveInsert();
      this.press("O");
      return this.press(key);
    }
    this.#leaveInsert();
    return this.press(key);
  }

  #leaveInsert(): void {
    const state = this.#state;
    if (state.mode === "insert" || state.mode === "replace") state.column = Math.max(0, state.column! - 1);
    state.mode = "normal";
    state.command = "";
  }

  #commandKey(key: string): string | undefined {
    const state = this.#state;
    if (key === "\r" || key === "\n") {
      const text = state.command ?? "";
      const isSearch = state.mode === "search";
      Object.assign(state, { mode: "normal", command: "" });
      if (!isSearch) return text;
      state.lastSearch = text || state.lastSearch;
      this.#search(1);
      return undefined;
    }
    if (key === "\x7f" || key === "\b") {
      if ((state.command ?? "") === "") state.mode = "normal";
      state.command = (state.command ?? "").slice(0, -1);
    } else if (key === "\x1b" || key === "\x03") this.#leaveInsert();
    else state.command = (state.command ?? "") + key;
    return undefined;
  }

  #insertKey(key: string): void {
    const state = this.#state;
    if (key === "\x1b") return;
    if (key === "\x03") {
      this.#leaveInsert();
      return;
    }
    const line = this.#line;
    const at = state.column!;
    if (key === "\r" || key === "\n") {
      this.#line = line.slice(0, at);
      state.lines!.splice(state.row! + 1, 0, line.slice(at));
      Object.assign(state, { row: state.row! + 1, column: 0 });
    } else if (key === "\x7f" || key === "\b") {
      if (at > 0) {
        this.#line = line.slice(0, at - 1) + line.slice(at);
        state.column = at - 1;
      } else if (state.row! > 0) {
        const previous = state.lines![state.row! - 1]!;
        state.lines!.splice(state.row!, 1);
        state.row = state.row! - 1;
        this.#line = previous + line;
        state.column = previous.length;
      }
    } else {
      this.#line = line.slice(0, at) + key + line.slice(state.mode === "replace" ? at + 1 : at);
      state.column = at + 1;
    }
  }

  #remember(): void {
    const state = this.#state;
    state.undo = [...(state.undo ?? []), [...state.lines!]].slice(-MAX_UNDO);
  }

  #normalKey(key: string): string | undefined {
    const state = this.#state;
    const keys = (state.keys ?? "") + key;
    state.keys = "";
    const [, digits = "", operation = ""] = /^([1-9]\d*)?(.*)$/s.exec(keys) ?? [];
    const count = Number(digits || 1);
    if (operation === "" || /^[dycrgZ]$/.test(operation) || /^[dyc]\d*$/.test(operation)) {
      state.keys = keys;
      return undefined;
    }
    if (operation === ":") Object.assign(state, { mode: "command", command: "" });
    else if (operation === "/") Object.assign(state, { mode: "search", command: "" });
    else if (operation === "ZZ") return "wq";
    else if (operation === "ZQ") return "q!";
    else if (/^[dyc]/.test(operation)) this.#operate(operation[0]!, operation.slice(1), count);
    else if (operation.startsWith("r") && operation.length === 2) {
      this.#remember();
      this.#line = this.#line.slice(0, state.column!) + operation[1] + this.#line.slice(state.column! + 1);
    } else if (operation === "gg")
      Object.assign(state, { row: digits ? Math.min(state.lines!.length, count) - 1 : 0, column: 0 });
    else if (operation === "G")
      Object.assign(state, {
        row: digits ? Math.min(state.lines!.length, count) - 1 : state.lines!.length - 1,
        column: 0,
      });
    else if (operation === "n") this.#search(1);
    else if (operation === "N") this.#search(-1);
    else if (operation === "u") this.#undo();
    else if (!this.#edit(operation, count)) this.#move(operation, count);
    return undefined;
  }

  #undo(): void {
    const state = this.#state;
    const before = state.undo?.pop();
    if (!before) return;
    state.lines = before;
    state.row = Math.min(state.row!, before.length - 1);
    state.column = Math.min(state.column!, this.#line.length);
  }

  /** Keys that change the text. */
  #edit(key: string, count: number): boolean {
    const state = this.#state;
    const line = this.#line;
    const insert = (column: number) => {
      this.#remember();
      Object.assign(state, { mode: "insert", column });
    };
    const open = (row: number) => {
      this.#remember();
      state.lines!.splice(row, 0, "");
      Object.assign(state, { row, column: 0, mode: "insert", isChanged: true });
    };
    switch (key) {
      case "i":
        insert(state.column!);
        return true;
      case "I":
        insert(/^\s*/.exec(line)![0].length);
        return true;
      case "a":
        insert(Math.min(line.length, state.column! + 1));
        return true;
      case "A":
        insert(line.length);
        return true;
      case "R":
        insert(state.column!);
        state.mode = "replace";
        return true;
      case "o":
        open(state.row! + 1);
        return true;
      case "O":
        open(state.row!);
        return true;
      case "x":
        this.#remember();
        state.yanked = [line.slice(state.column!, state.column! + count)];
        state.yankedLines = false;
        this.#line = line.slice(0, state.column!) + line.slice(state.column! + count);
        state.column = Math.max(0, Math.min(state.column!, this.#line.length - 1));
        return true;
      case "D":
        this.#operate("d", "$", 1);
        return true;
      case "C":
        this.#operate("c", "$", 1);
        return true;
      case "J": {
        const next = state.lines![state.row! + 1];
        if (next === undefined) return true;
        this.#remember();
        state.lines!.splice(state.row! + 1, 1);
        this.#line = `${line} ${next.trimStart()}`;
        return true;
      }
      case "p":
      case "P":
        this.#put(key === "p");
        return true;
      default:
        return false;
    }
  }

  #put(isBehind: boolean): void {
    const state = this.#state;
    if (!state.yanked) return;
    this.#remember();
    if (state.yankedLines) {
      const row = state.row! + (isBehind ? 1 : 0);
      state.lines!.splice(row, 0, ...state.yanked);
      Object.assign(state, { row, column: 0, isChanged: true });
      return;
    }
    const at = Math.min(this.#line.length, state.column! + (isBehind ? 1 : 0));
    this.#line = this.#line.slice(0, at) + state.yanked[0] + this.#line.slice(at);
    state.column = at + Math.max(0, state.yanked[0]!.length - 1);
  }

  /** d, y and c with a motion, or doubled for whole lines. */
  #operate(operator: string, motion: string, count: number): void {
    const state = this.#state;
    const [, digits = "", target = ""] = /^(\d*)(.*)$/.exec(motion) ?? [];
    const times = count * Number(digits || 1);
    if (target === operator || target === "j" || target === "k" || target === "G" || target === "gg") {
      const rows =
        target === "G" ? state.lines!.length - state.row! : target === "j" || target === "k" ? times + 1 : times;
      const from = target === "k" ? Math.max(0, state.row! - times) : state.row!;
      state.yanked = state.lines!.slice(from, from + rows);
      state.yankedLines = true;
      if (operator === "y") return;
      this.#remember();
      state.lines!.splice(from, rows, ...(operator === "c" ? [""] : []));
      if (state.lines!.length === 0) state.lines!.push("");
      Object.assign(state, { row: Math.min(from, state.lines!.length - 1), column: 0, isChanged: true });
      if (operator === "c") state.mode = "insert";
      return;
    }
    const start = state.column!;
    this.#move(target === "w" && operator === "c" ? "e" : target, times);
    const end =
      target === "$" || target === "e" || (target === "w" && operator === "c") ? state.column! + 1 : state.column!;
    const [from, to] = start < end ? [start, end] : [end, start];
    state.yanked = [this.#line.slice(from, to)];
    state.yankedLines = false;
    state.column = from;
    if (operator === "y") return;
    this.#remember();
    this.#line = this.#line.slice(0, from) + this.#line.slice(to);
    if (operator === "c") state.mode = "insert";
    else state.column = Math.max(0, Math.min(from, this.#line.length - 1));
  }

  #move(key: string, count: number): void {
    const state = this.#state;
    const isInserting = state.mode === "insert" || state.mode === "replace";
    for (let i = 0; i < count; i++) {
      const line = this.#line;
      if (key === "h" || key === "\x7f" || key === "\b") state.column = Math.max(0, state.column! - 1);
      else if (key === "l" || key === " ") state.column = state.column! + 1;
      else if (key === "j" || key === "\r" || key === "\n" || key === "+")
        state.row = Math.min(state.lines!.length - 1, state.row! + 1);
      else if (key === "k" || key === "-") state.row = Math.max(0, state.row! - 1);
      else if (key === "0") state.column = 0;
      else if (key === "^") state.column = /^\s*/.exec(line)![0].length;
      else if (key === "$") state.column = Math.max(0, line.length - 1);
      else if (key === "w") {
        const next = /^(\w+|[^\w\s]+)?\s*/.exec(line.slice(state.column!))![0].length;
        state.column = state.column! + Math.max(1, next);
      } else if (key === "e")
        state.column =
          state.column! + Math.max(1, /^.?\s*(\w+|[^\w\s]+)?/.exec(line.slice(state.column!))![0].length - 1);
      else if (key === "b") state.column = /(\w+|[^\w\s]+)\s*$/.exec(line.slice(0, state.column!))?.index ?? 0;
    }
    state.column = Math.max(0, Math.min(state.column!, this.#line.length - (isInserting ? 0 : 1)));
  }

  /** Plain text, around the end of the file. */
  #search(direction: 1 | -1): void {
    const state = this.#state;
    const wanted = state.lastSearch;
    if (!wanted) return;
    const { length } = state.lines!;
    for (let i = 0; i <= length; i++) {
      const row = (state.row! + direction * i + length) % length;
      const line = state.lines![row]!;
      const at = i === 0 ? line.indexOf(wanted, state.column! + 1) : line.indexOf(wanted);
      if (at < 0) continue;
      Object.assign(state, { row, column: at });
      return;
    }
  }
}
