/** cat, tee, rev, nl, fold, expand, unexpand: programs that pass their input on. */
import { FileError } from "../../files/errors.ts";
import type { Step } from "../../shell/program.ts";
import { type Tool, UsageError, usageText } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { resolvePath } from "../base/paths.ts";
import { lineTool, streamCall, streamTool } from "../base/streams.ts";

const CAT_RULES = {
  short: "AbeEnstTuv",
  long: {
    "show-all": "A",
    "number-nonblank": "b",
    "show-ends": "E",
    number: "n",
    "squeeze-blank": "s",
    "show-tabs": "T",
    "show-nonprinting": "v",
  },
};

export const cat = streamTool(
  (call, state) => {
    const options = readOptions(call, CAT_RULES);
    const names = options.operands.length > 0 ? options.operands : ["-"];
    const shows = {
      ends: options.has("E", "A", "e"),
      tabs: options.has("T", "A", "t"),
      controls: options.has("v", "A", "e", "t"),
    };
    const isPlain = options.given.every(({ name }) => name === "u");
    state.line ??= 1;
    state.atStart ??= true;
    state.blanks ??= 0;
    const numbered = (data: string) => {
      let text = "";
      for (const part of data.split(/(?<=\n)/)) {
        if (part === "") continue;
        const isStart = state.atStart === true;
        state.atStart = part.endsWith("\n");
        const isBlank = isStart && part === "\n";
        state.blanks = isBlank ? Number(state.blanks) + 1 : 0;
        if (options.has("s") && Number(state.blanks) > 1) continue;
        const isNumbered = isStart && (options.has("b") ? !isBlank : options.has("n"));
        if (isNumbered) {
          text += `${String(state.line).padStart(6)}\t`;
          state.line = Number(state.line) + 1;
        }
        text += visible(part, shows);
        // busybox ends each line that it numbers.
        if (call.flavour === "busybox" && isNumbered && !part.endsWith("\n")) {
          text += "\n";
          state.atStart = true;
        }
      }
      return text;
    };
    return {
      names,
      piece: (data) => {
        call.print(isPlain ? data : numbered(data));
        return false;
      },
      end: (failed) => (failed ? 1 : 0),
    };
  },
  { gnu: "plain", busybox: "open" },
);

function visible(text: string, shows: { ends: boolean; tabs: boolean; controls: boolean }): string {
  let result = text;
  if (shows.controls) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is made visible
    result = result.replace(/[\x00-\x08\x0b-\x1f\x7f-\xff]/g, (character) => caret(character.charCodeAt(0)));
  }
  if (shows.tabs) result = result.replaceAll("\t", "^I");
  return shows.ends ? result.replaceAll("\n", "$\n") : result;
}

function caret(code: number): string {
  if (code >= 128)
    return `M-${code === 255 ? "^?" : code < 160 ? `^${String.fromCharCode(code - 64)}` : String.fromCharCode(code - 128)}`;
  return code === 127 ? "^?" : `^${String.fromCharCode(code + 64)}`;
}

const TEE_RULES = { short: "aip", long: { append: "a", "ignore-interrupts": "i", "output-error": "?" } };

export const tee: Tool = (flavour) => ({
  run: (process): Step => {
    const call = streamCall(process, flavour);
    const { state, files } = process;
    let options: ReturnType<typeof readOptions>;
    try {
      options = readOptions(call, TEE_RULES);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      call.warn(usageText(call.name, flavour, error));
      return { type: "exit", status: 1 };
    }
    const fail = (name: string, error: unknown) => {
      if (!(error instanceof FileError)) throw error;
      call.warn(`tee: ${name}: ${error.message}\n`);
      state.failed = true;
    };
    if (state.fds === undefined) {
      const names: string[] = [];
      state.fds = options.operands.flatMap((name) => {
        try {
          const path = resolvePath(process.cwd, name);
          if (files.find(path)?.type === "directory") throw new FileError("EISDIR", path);
          const fd = process.open(path, options.has("a") ? "append" : "write");
          names.push(name);
          return [fd];
        } catch (error) {
          fail(name, error);
          return [];
        }
      });
      state.names = names;
    }
    for (;;) {
      const data = process.read(0);
      if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      if (data === "") return { type: "exit", status: state.failed === true ? 1 : 0 };
      for (const [i, fd] of [...(state.fds as number[])].entries()) {
        try {
          process.write(fd, data);
        } catch (error) {
          // The other outputs go on.
          fail((state.names as string[])[i] ?? "", error);
          (state.fds as number[]).splice((state.fds as number[]).indexOf(fd), 1);
        }
      }
      if (!process.write(1, data)) return { type: "wait", for: [{ type: "writable", fd: 1 }] };
    }
  },
});

export const rev = lineTool((call) => ({
  names: namesOf(readOptions(call, { short: "" }).operands),
  line: (text, { hasNewline }) => call.print([...text].reverse().join("") + (hasNewline ? "\n" : "")),
  end: (failed) => (failed ? 1 : 0),
}));

export function namesOf(operands: readonly string[]): readonly string[] {
  return operands.length > 0 ? operands : ["-"];
}

const NL_RULES = {
  short: "b:d:f:h:i:l:n:ps:v:w:",
  long: {
    "body-numbering": "b",
    "number-format": "n",
    "number-separator": "s",
    "starting-line-number": "v",
    "number-width": "w",
    "line-increment": "i",
  },
};

export const nl = lineTool((call, state) => {
  const options = readOptions(call, NL_RULES);
  const [style, format, separator] = [
    options.value("b") ?? "t",
    options.value("n") ?? "rn",
    options.value("s") ?? "\t",
  ];
  const width = Number(options.value("w") ?? 6);
  const increment = Number(options.value("i") ?? 1);
  state.line ??= Number(options.value("v") ?? 1);
  return {
    names: namesOf(options.operands),
    line: (text) => {
      if (style === "n" || (style === "t" && text === "")) {
        call.print(`${" ".repeat(width + separator.length)}${text}\n`);
        return;
      }
      const number = String(state.line);
      const shown = format === "ln" ? number.padEnd(width) : number.padStart(width, format === "rz" ? "0" : " ");
      state.line = Number(state.line) + increment;
      call.print(`${shown}${separator}${text}\n`);
    },
    end: (failed) => (failed ? 1 : 0),
  };
});

const FOLD_RULES = { short: "bsw:", long: { bytes: "b", spaces: "s", width: "w" }, numberOption: "w" };

export const fold = lineTool((call) => {
  const options = readOptions(call, FOLD_RULES);
  const width = Number(options.value("w") ?? 80);
  if (!(width > 0))
    throw new UsageError(`invalid number of columns: ${quoted(options.value("w") ?? "")}`, { hasHint: false });
  return {
    names: namesOf(options.operands),
    line: (text, { hasNewline }) => call.print(folded(text, width, options.has("s")) + (hasNewline ? "\n" : "")),
    end: (failed) => (failed ? 1 : 0),
  };
});

function folded(text: string, width: number, atSpaces: boolean): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = atSpaces ? rest.lastIndexOf(" ", width - 1) : -1;
    const cut = space >= 0 ? space + 1 : width;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...lines, rest].join("\n");
}

export const expand = lineTool((call) => {
  const options = readOptions(call, { short: "it:", long: { initial: "i", tabs: "t" }, numberOption: "t" });
  const width = Number(options.value("t") ?? 8);
  return {
    names: namesOf(options.operands),
    line: (text, { hasNewline }) => call.print(expanded(text, width, options.has("i")) + (hasNewline ? "\n" : "")),
    end: (failed) => (failed ? 1 : 0),
  };
});

function expanded(text: string, width: number, onlyInitial: boolean): string {
  let result = "";
  let isInitial = true;
  for (const character of text) {
    if (character === "\t" && (isInitial || !onlyInitial)) result += " ".repeat(width - (result.length % width));
    else result += character;
    if (character !== "\t" && character !== " ") isInitial = false;
  }
  return result;
}

export const unexpand = lineTool((call) => {
  const options = readOptions(call, { short: "at:f", long: { all: "a", tabs: "t", "first-only": "f" } });
  const width = Number(options.value("t") ?? 8);
  const isAll = options.has("a", "t") && !options.has("f");
  return {
    names: namesOf(options.operands),
    line: (text, { hasNewline }) => call.print(unexpanded(text, width, isAll) + (hasNewline ? "\n" : "")),
    end: (failed) => (failed ? 1 : 0),
  };
});

function unexpanded(text: string, width: number, isAll: boolean): string {
  let result = "";
  let column = 0;
  let blanks = "";
  let isInitial = true;
  for (const character of text) {
    if ((character === " " || character === "\t") && (isInitial || isAll)) {
      blanks += character;
      column = character === "\t" ? column + width - (column % width) : column + 1;
      if (column % width === 0) {
        result += blanks.length > 1 || character === "\t" ? "\t" : blanks;
        blanks = "";
      }
      continue;
    }
    result += blanks + character;
    blanks = "";
    column++;
    isInitial = false;
  }
  return result + blanks;
}
