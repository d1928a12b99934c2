/** The prose of the project as blocks: comments and test titles of its sources, paragraphs of its documents. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { PROJECT_ROOT, type SourceFile, walk } from "../architecture/source.ts";

/** A comment, a test title or a paragraph: consecutive lines without comment marks, so that sentences may span them. */
export interface Block {
  path: string;
  /** The number of the first line. */
  line: number;
  text: string;
}

const COMMENT_MARK = /^\s*(\/\*\*?|\/\/|\*(?!\/))?\s?|\s*\*\/$/g;
const LIST_MARK = /^\s*([-*]|\d+\.) /;
const TEST_FUNCTION = /^(describe|it|test)\b/;

/** The file's comments. Consecutive `//` lines are one block. */
export function commentsOf(file: SourceFile): Block[] {
  const blocks: Block[] = [];
  let last: { isLine: boolean; endLine: number } | undefined;
  for (const { pos, end, kind } of commentRanges(file.tree)) {
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const line = lineAt(file.tree, pos);
    const text = file.tree.text.slice(pos, end).split("\n").map(withoutMark).join("\n");
    const previous = blocks.at(-1);
    if (previous && isLine && last?.isLine && last.endLine === line - 1) previous.text += `\n${text}`;
    else blocks.push({ path: file.path, line, text });
    last = { isLine, endLine: lineAt(file.tree, end) };
  }
  return blocks;
}

/** Titles of `describe`, `it` and `test` that are plain texts. */
export function titlesOf(file: SourceFile): Block[] {
  const blocks: Block[] = [];
  walk(file.tree, (node) => {
    if (!ts.isCallExpression(node) || !TEST_FUNCTION.test(node.expression.getText(file.tree))) return;
    const [title] = node.arguments;
    if (!title || !ts.isStringLiteralLike(title)) return;
    blocks.push({ path: file.path, line: lineAt(file.tree, title.getStart(file.tree)), text: title.text });
  });
  return blocks;
}

/** The document's paragraphs and list items, without tables and code. */
export function paragraphsOf(path: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  let isCode = false;
  for (const [i, line] of readFileSync(join(PROJECT_ROOT, path), "utf8").split("\n").entries()) {
    const isFence = /^\s*```/.test(line);
    if (isFence) isCode = !isCode;
    const isProse = !isFence && !isCode && !/^(\s*$|\s*\||#+ | {4}\S)/.test(line);
    if (!isProse) {
      open = undefined;
    } else if (open && !LIST_MARK.test(line)) {
      open.text += `\n${line}`;
    } else {
      open = { path, line: i + 1, text: line.replace(LIST_MARK, "") };
      blocks.push(open);
    }
  }
  return blocks;
}

/** All Markdown files of the project's root, `docs` and `examples`. */
export function documentPaths(): string[] {
  const below = (folder: string) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => !path.includes("node_modules"))
      .map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
  return [...readdirSync(PROJECT_ROOT), ...below("docs"), ...below("examples")]
    .filter((path) => path.endsWith(".md"))
    .sort();
}

/** Comments stand before a node, after a node (also before a closing brace), or in an empty block. */
function commentRanges(tree: ts.SourceFile): ts.CommentRange[] {
  const ranges = new Map<number, ts.CommentRange>();
  const collect = (position: number) => {
    for (const range of ts.getLeadingCommentRanges(tree.text, position) ?? []) ranges.set(range.pos, range);
    for (const range of ts.getTrailingCommentRanges(tree.text, position) ?? []) ranges.set(range.pos, range);
  };
  walk(tree, (node) => {
    if (node !== tree) collect(node.end);
    collect(node.getFullStart());
    if (ts.isBlock(node)) collect(node.getStart(tree) + 1);
  });
  return [...ranges.values()].sort((left, right) => left.pos - right.pos);
}

function lineAt(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

function withoutMark(line: string): string {
  return line.replaceAll(COMMENT_MARK, "");
}
