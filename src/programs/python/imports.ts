/** `import` and `from … import`. */
import type { Compiler } from "./compile.ts";
import { childrenOf, type Node } from "./syntax.ts";

export function compileImport(c: Compiler, node: Node): void {
  const children = childrenOf(node).filter(({ name }) => name !== "(" && name !== ")");
  if (children[0]!.name === "from") compileFrom(c, children);
  else compileModules(c, children.slice(1));
}

/** `import a.b as c, d`. */
function compileModules(c: Compiler, nodes: readonly Node[]): void {
  for (const group of split(nodes)) {
    const as = group.findIndex(({ name }) => name === "as");
    const path = (as === -1 ? group : group.slice(0, as)).map((part) => c.text(part)).join("");
    if (as === -1) {
      c.emit("import", { module: path, names: [] });
      c.store(path.split(".")[0]!);
    } else {
      c.emit("import", { module: path, names: ["*"] });
      c.store(c.text(group[as + 1]!));
    }
  }
}

/** `from a import b as c, d` and `from a import *`. */
function compileFrom(c: Compiler, children: readonly Node[]): void {
  const at = children.findIndex(({ name }) => name === "import");
  const module = children
    .slice(1, at)
    .map((part) => c.text(part))
    .join("");
  c.emit("import", { module, names: ["*"] });
  const groups = split(children.slice(at + 1));
  if (c.text(groups[0]![0]!) === "*") {
    c.emit("importAll");
    return;
  }
  for (const group of groups) {
    c.emit("importName", c.text(group[0]!));
    c.store(c.text(group.at(-1)!));
  }
  c.emit("pop");
}

function split(nodes: readonly Node[]): Node[][] {
  const groups: Node[][] = [[]];
  for (const node of nodes) {
    if (node.name === ",") groups.push([]);
    else groups.at(-1)!.push(node);
  }
  return groups.filter((group) => group.length > 0);
}
