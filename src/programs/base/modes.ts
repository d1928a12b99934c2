/** Permission bits as text, and changes of them. */
import type { FileEntry } from "../../files/entry.ts";

const TYPE_LETTERS: Readonly<Record<FileEntry["type"], string>> = {
  file: "-",
  directory: "d",
  link: "l",
  device: "c",
  fifo: "p",
  socket: "s",
};

/** `drwxr-xr-x`. */
export function modeText(entry: FileEntry): string {
  const isBlock = entry.type === "device" && entry.device === "block";
  return (isBlock ? "b" : TYPE_LETTERS[entry.type]) + permissionText(entry.mode);
}

/** `rwxr-xr-x`. */
export function permissionText(mode: number): string {
  const triple = (bits: number, isSpecial: boolean, letters: string) =>
    (bits & 4 ? "r" : "-") +
    (bits & 2 ? "w" : "-") +
    (isSpecial ? (bits & 1 ? letters[0] : letters[1]) : bits & 1 ? "x" : "-");
  return (
    triple(mode >> 6, (mode & 0o4000) !== 0, "sS") +
    triple(mode >> 3, (mode & 0o2000) !== 0, "sS") +
    triple(mode, (mode & 0o1000) !== 0, "tT")
  );
}

/** A change of a mode: octal digits, or clauses such as `u+x,go=r`. Undefined if it is invalid. */
export function parseMode(text: string, umask = 0o022): ((mode: number, isDirectory: boolean) => number) | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return () => Number.parseInt(text, 8) & 0o7777;
  const clauses = text.split(",").map((clause) => parseClause(clause, umask));
  if (clauses.some((clause) => !clause)) return undefined;
  return (mode, isDirectory) => clauses.reduce((changed, clause) => clause!(changed, isDirectory), mode);
}

function parseClause(clause: string, umask: number) {
  const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$/.exec(clause);
  if (!match) return undefined;
  const [, who = "", actions = ""] = match;
  const classes = who === "" || who.includes("a") ? "ugo" : who;
  const mask = classMask(classes);
  const effective = who === "" ? mask & ~umask : mask;
  const steps = [...actions.matchAll(/([-+=])([rwxXst]*|[ugo]|[0-7]+)(?=[-+=]|$)/g)];
  return (mode: number, isDirectory: boolean) =>
    steps.reduce((changed, [, operator, permissions = ""]) => {
      const bits = permissionBits(permissions, classes, changed, isDirectory) & (effective | 0o7000);
      if (operator === "+") return changed | bits;
      if (operator === "-") return changed & ~bits;
      const kept = isDirectory ? 0o6000 : 0;
      return (changed & ~(mask | (specialMask(classes) & ~kept))) | bits;
    }, mode);
}

function classMask(classes: string): number {
  return (
    (classes.includes("u") ? 0o700 : 0) | (classes.includes("g") ? 0o070 : 0) | (classes.includes("o") ? 0o007 : 0)
  );
}

function specialMask(classes: string): number {
  return (
    (classes.includes("u") ? 0o4000 : 0) | (classes.includes("g") ? 0o2000 : 0) | (classes.includes("o") ? 0o1000 : 0)
  );
}

function permissionBits(permissions: string, classes: string, mode: number, isDirectory: boolean): number {
  if (/^[0-7]+$/.test(permissions)) return Number.parseInt(permissions, 8);
  if (/^[ugo]$/.test(permissions)) {
    const shift = { u: 6, g: 3, o: 0 }[permissions as "u" | "g" | "o"];
    return (((mode >> shift) & 7) * 0o111) & classMask(classes);
  }
  let bits = 0;
  for (const letter of permissions) {
    if (letter === "r") bits |= 0o444;
    if (letter === "w") bits |= 0o222;
    if (letter === "x" || (letter === "X" && (isDirectory || (mode & 0o111) !== 0))) bits |= 0o111;
    if (letter === "s") bits |= 0o6000 & specialMask(classes.replace("o", ""));
    if (letter === "t") bits |= 0o1000;
  }
  return bits & (classMask(classes) | 0o7000);
}
