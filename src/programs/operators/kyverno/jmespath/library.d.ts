/** The part of the library that is used: its parser. */
declare module "jmespath" {
  /** A node of the syntax tree. */
  export interface SyntaxNode {
    type: string;
    name?: string;
    value?: unknown;
    children?: SyntaxNode[];
  }
  const jmespath: {
    /** @throws Error for an invalid expression */
    compile(expression: string): SyntaxNode;
  };
  export default jmespath;
}
