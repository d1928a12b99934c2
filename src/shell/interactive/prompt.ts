/** Prompts: PS1 and PS2 with their escapes, by shell and user. */
import { type Context, hasShopt } from "../context.ts";
import { baseName } from "../paths.ts";
import { readVariable } from "../variables.ts";
import type { WordExpander } from "../words/expand.ts";
import { formatTime } from "../words/time-format.ts";

/** PS1 of a shell without one. Bash: what Debian's /etc/bash.bashrc sets. */
const DEFAULTS = { bash: "\\u@\\h:\\w\\$ ", dash: "\\$ ", busybox: "\\w \\$ " } as const;

export function promptText(x: WordExpander, which: "PS1" | "PS2"): string {
  const { context } = x;
  const { flavour } = context.shell;
  const template = readVariable(context, which) ?? (which === "PS2" ? "> " : DEFAULTS[flavour]);
  const hasEscapes = flavour !== "dash" || readVariable(context, which) === undefined;
  const decoded = hasEscapes ? decode(context, template) : template;
  return flavour !== "bash" || hasShopt(context.shell, "promptvars") ? x.rawText(decoded) : decoded;
}

const ESCAPE = /\\(?:D\{([^}]*)\}|([0-7]{3})|(.))/g;

function decode(context: Context, template: string): string {
  return template.replace(
    ESCAPE,
    (_all, format: string | undefined, octal: string | undefined, letter: string | undefined) => {
      if (format !== undefined) return time(context, format === "" ? "%X" : format);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return escapeOf(context, letter!);
    },
  );
}

function time(context: Context, format: string): string {
  return formatTime(context.machine.nowMs, format, readVariable(context, "TZ"));
}

function escapeOf(context: Context, letter: string): string {
  const { shell, process, system } = context;
  switch (letter) {
    case "u":
      return userName(context);
    case "h":
      return system.host.hostname.replace(/\..*/s, "");
    case "H":
      return system.host.hostname;
    case "w":
      return shownDirectory(context);
    case "W":
      return shownDirectory(context) === "~" || process.cwd === "/" ? shownDirectory(context) : baseName(process.cwd);
    case "$":
      return process.credentials.uid === 0 ? "#" : "$";
    case "s":
      return baseName(shell.name);
    case "v":
    case "V":
      return letter === "v" ? "5.2" : "5.2.15";
    case "!":
    case "#":
      return String(shell.history.length + 1);
    case "j":
      return String(shell.jobs.length);
    case "l":
      return `${process.session}`;
    default:
      return TIMES[letter] ? time(context, TIMES[letter]) : (CHARACTERS[letter] ?? `\\${letter}`);
  }
}

const TIMES: Record<string, string> = { t: "%H:%M:%S", T: "%I:%M:%S", "@": "%I:%M %p", A: "%H:%M", d: "%a %b %d" };
const CHARACTERS: Record<string, string> = { n: "\n", r: "\r", e: "\x1b", a: "\x07", "\\": "\\\\", "[": "", "]": "" };

function userName(context: Context): string {
  const { uid } = context.process.credentials;
  const line = passwdLines(context).find((fields) => fields[2] === String(uid));
  return line?.[0] ?? (uid === 0 ? "root" : "I have no name!");
}

function passwdLines({ files }: Context): string[][] {
  const entry = files.find("/etc/passwd");
  return entry?.type === "file" ? entry.content.split("\n").map((line) => line.split(":")) : [];
}

function shownDirectory(context: Context): string {
  const home = readVariable(context, "HOME");
  const { cwd } = context.process;
  if (!home || home === "/") return cwd;
  return cwd === home || cwd.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : cwd;
}
