/** The interface by which the rules of the grammar call each other. */
import type { Token } from "./lexer.ts";
import type { Definition, Node, Pattern } from "./syntax.ts";
import type { TokenStream } from "./token-stream.ts";

export interface Grammar {
  readonly tokens: TokenStream;
  pipe(): Node;
  definition(): Definition;
  patterns(): Pattern[];
  /** A text, whose interpolations are programs of their own. */
  text(token: Token, format: string | undefined): Node;
  /** Runs a rule of the grammar one level deeper. */
  nested<T>(rule: () => T): T;
}
