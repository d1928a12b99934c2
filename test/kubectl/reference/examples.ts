/** The examples of kubectl's reference: its recorded help texts have them. */
import texts from "../../../src/programs/kubectl/help/generated/texts.json" with { type: "json" };

/** The examples of each command, in the order of the help; comments are left out, and continued lines are joined. */
export function examples(): { command: string; lines: string[] }[] {
  return Object.entries(texts.commands).flatMap(([command, { text }]) => {
    const section = /\nExamples:\n([\s\S]*?)(?=\n\n(?:[A-Z]|\0)|$)/.exec(text)?.[1];
    if (section === undefined) return [];
    const joined = section.replaceAll(/\\\n\s*/g, "");
    const lines = joined.split("\n").map((line) => line.trim());
    return [{ command, lines: lines.filter((line) => line !== "" && !line.startsWith("#")) }];
  });
}
