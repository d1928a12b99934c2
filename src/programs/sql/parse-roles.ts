/** Roles, users and privileges in both dialects. */
import type { GrantStatement, RoleStatement } from "./ast.ts";
import type { Cursor } from "./cursor.ts";

/** `name`, or MySQL's `'name'@'host'`. */
function parseAccount(cursor: Cursor): { name: string; host?: string } {
  const name = cursor.token.type === "string" ? cursor.string() : cursor.name();
  // `'a'@localhost` has a variable as its second token.
  if (cursor.token.type === "variable") return { name, host: cursor.next().text.slice(1) };
  return cursor.takeOperator("@") ? { name, host: cursor.anyText() } : { name };
}

export function parseRole(cursor: Cursor, action: "create" | "alter", word: string): RoleStatement {
  const ifNotExists = cursor.take("if", "not", "exists") || cursor.take("if", "exists");
  const { name, host } = parseAccount(cursor);
  const options: string[] = word === "user" && action === "create" ? ["login"] : [];
  let password: string | undefined;
  while (!cursor.isEnd) {
    if (cursor.take("identified")) {
      if (cursor.take("with")) cursor.anyText();
      if (cursor.takeOneOf("by", "as")) password = cursor.string();
    } else if (cursor.take("password")) {
      password = cursor.token.type === "string" ? cursor.string() : undefined;
      if (password === undefined && !cursor.take("null") && !cursor.take("expire")) throw cursor.syntaxError();
    } else if (cursor.take("valid", "until")) cursor.string();
    else {
      const option = cursor.next().text;
      if (/^\w+$/.test(option)) options.push(option);
    }
  }
  return {
    type: "role",
    action,
    name,
    options,
    ifNotExists,
    tag: `${action.toUpperCase()} ROLE`,
    ...(host !== undefined && { host }),
    ...(password !== undefined && { password }),
  };
}

export function parseGrant(cursor: Cursor, action: "grant" | "revoke"): GrantStatement {
  const privileges: string[] = [];
  if (action === "revoke") cursor.take("grant", "option", "for");
  const isLast = () => cursor.isWord("on") || cursor.isWord(action === "grant" ? "to" : "from");
  while (!isLast() && !cursor.isEnd) privileges.push(cursor.next().written.toUpperCase());
  const { at } = cursor;
  while (!cursor.isEnd && !cursor.isWord(action === "grant" ? "to" : "from")) cursor.next();
  const target = cursor.textFrom(at).replace(/^on\s+/i, "");
  if (!cursor.takeOneOf("to", "from")) throw cursor.syntaxError();
  const roles = cursor.list(() => parseAccount(cursor));
  cursor.skip();
  return { type: "grant", action, privileges, target, roles };
}
