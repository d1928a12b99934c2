/** The corpus of Redis' commands. */

export interface Section {
  name: string;
  commands: readonly string[];
}

/** Sections of `commands.txt`; lines that begin with `# ` are comments. */
export function sectionsOf(text: string): Section[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [name = "", ...commands] = section.split("\n").filter((line) => line !== "" && !line.startsWith("# "));
      return { name, commands };
    });
}
