/**
 * Makes asynchronous JavaScript synchronous. `await x` becomes a call that takes the value out of a settled promise,
 * and an async function one that returns such a promise (`settled.js`). Code that would have to wait throws.
 */
import ts from "typescript";

const factory = ts.factory;

/** The module's text with the imports of its runtime. @throws Error for an asynchronous form that it does not know. */
export function makeSynchronous(text: string, runtime: string): string {
  const file = ts.createSourceFile("in.js", text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const { transformed } = ts.transform(file, [transformer]);
  const names = "Settled as Promise, $async, $await, $each, VirtualDate as Date, virtualMath as Math";
  const body = ts.createPrinter({ removeComments: true }).printFile(transformed[0]!);
  return `import { ${names} } from ${JSON.stringify(runtime)};\n${body}`;
}

const transformer: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const visit = (node: ts.Node): ts.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (ts.isAwaitExpression(visited)) return call("$await", visited.expression);
    if (ts.isForOfStatement(visited) && visited.awaitModifier) {
      const items = call("$each", visited.expression);
      return factory.updateForOfStatement(visited, undefined, visited.initializer, items, visited.statement);
    }
    return isAsync(visited) ? synchronousFunction(visited) : visited;
  };
  return (file) => ts.visitNode(file, visit, ts.isSourceFile);
};

function synchronousFunction(node: ts.Node): ts.Node {
  if (ts.isArrowFunction(node)) {
    const body = call("$async", thunk(node.body));
    const { typeParameters, parameters, type, equalsGreaterThanToken: arrow } = node;
    return factory.updateArrowFunction(node, withoutAsync(node), typeParameters, parameters, type, arrow, body);
  }
  if (ts.isFunctionDeclaration(node)) {
    const { asteriskToken: star, name, typeParameters, parameters, type } = node;
    const rest = [star, name, typeParameters, parameters, type, bodyOf(node)] as const;
    return factory.updateFunctionDeclaration(node, withoutAsync(node), ...rest);
  }
  if (ts.isFunctionExpression(node)) {
    const { asteriskToken: star, name, typeParameters, parameters, type } = node;
    const rest = [star, name, typeParameters, parameters, type, bodyOf(node)!] as const;
    return factory.updateFunctionExpression(node, withoutAsync(node), ...rest);
  }
  if (ts.isMethodDeclaration(node)) {
    const { asteriskToken: star, name, questionToken, typeParameters, parameters, type } = node;
    const rest = [star, name, questionToken, typeParameters, parameters, type, bodyOf(node)] as const;
    return factory.updateMethodDeclaration(node, withoutAsync(node), ...rest);
  }
  throw new Error(`unknown asynchronous form ${ts.SyntaxKind[node.kind]}`);
}

/** `{ body }` becomes `{ return $async(() => { body }) }`: arrows keep `this` and `arguments`. Generators stay as they are. */
function bodyOf({ asteriskToken, body }: { asteriskToken?: ts.AsteriskToken; body?: ts.Block }): ts.Block | undefined {
  if (asteriskToken || !body) return body;
  return factory.createBlock([factory.createReturnStatement(call("$async", thunk(body)))], false);
}

function isAsync(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && node.modifiers?.some(isAsyncKeyword) === true;
}

function withoutAsync<T extends ts.HasModifiers>(node: T): T["modifiers"] & ts.NodeArray<ts.Modifier> {
  const kept = node.modifiers?.filter((modifier) => !isAsyncKeyword(modifier));
  return factory.createNodeArray(kept) as T["modifiers"] & ts.NodeArray<ts.Modifier>;
}

function isAsyncKeyword(modifier: ts.ModifierLike): boolean {
  return modifier.kind === ts.SyntaxKind.AsyncKeyword;
}

function call(name: string, argument: ts.Expression): ts.CallExpression {
  return factory.createCallExpression(factory.createIdentifier(name), undefined, [argument]);
}

function thunk(body: ts.ConciseBody): ts.ArrowFunction {
  const arrow = factory.createToken(ts.SyntaxKind.EqualsGreaterThanToken);
  return factory.createArrowFunction(undefined, undefined, [], undefined, arrow, body);
}
