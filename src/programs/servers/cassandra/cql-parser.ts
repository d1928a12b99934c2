/** The part of CQL that courses use. Source: https://cassandra.apache.org/doc/latest/cassandra/developing/cql/ */

export class CqlError extends Error {
  override name = "CqlError";
  readonly kind: "SyntaxException" | "InvalidRequest" | "AlreadyExists";
  constructor(message: string, kind: CqlError["kind"] = "InvalidRequest") {
    super(message);
    this.kind = kind;
  }
}

export type Scalar = string | number | boolean | null;
export type CqlValue = Scalar | CqlValue[] | { [name: string]: CqlValue };

export interface Condition {
  column: string;
  operator: "=" | "<" | ">" | "<=" | ">=" | "IN";
  value: CqlValue;
}

export interface TableName {
  keyspace?: string;
  table: string;
}

export type Statement =
  | { type: "createKeyspace"; name: string; replication: CqlValue; ifNotExists: boolean }
  | { type: "dropKeyspace"; name: string; ifExists: boolean }
  | { type: "use"; name: string }
  | {
      type: "createTable";
      table: TableName;
      columns: [string, string][];
      key: string[];
      partition: number;
      ifNotExists: boolean;
    }
  | { type: "dropTable"; table: TableName; ifExists: boolean }
  | { type: "truncate"; table: TableName }
  | { type: "insert"; table: TableName; columns: string[]; values: CqlValue[]; ifNotExists: boolean }
  | { type: "update"; table: TableName; set: [string, CqlValue][]; where: Condition[] }
  | { type: "delete"; table: TableName; where: Condition[] }
  | {
      type: "select";
      table: TableName;
      columns: string[] | "*";
      count: boolean;
      where: Condition[];
      order?: [string, boolean];
      limit?: number;
    };

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|('(?:[^']|'')*'|"(?:[^"]|"")*"|[\w-]+(?:\.\d+)?|<=|>=|[(){}[\],;:=<>*.+?])/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new CqlError(`line 1:${at} no viable alternative at character '${text[at]}'`, "SyntaxException");
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

/** @throws CqlError */
export function parseCql(text: string): Statement | undefined {
  const tokens = tokensOf(text);
  while (tokens.at(-1) === ";") tokens.pop();
  if (tokens.length === 0) return undefined;
  const parser = new Parser(tokens);
  const statement = parser.statement();
  parser.end();
  return statement;
}

const MAX_DEPTH = 50;

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.#unexpected();
  }

  statement(): Statement {
    const verb = this.#next().toUpperCase();
    switch (verb) {
      case "CREATE":
        return this.#take("KEYSPACE") || this.#take("SCHEMA") ? this.#createKeyspace() : this.#createTable();
      case "DROP":
        if (this.#take("KEYSPACE")) return { type: "dropKeyspace", ifExists: this.#ifExists(), name: this.#name() };
        this.#expect("TABLE");
        return { type: "dropTable", ifExists: this.#ifExists(), table: this.#table() };
      case "USE":
        return { type: "use", name: this.#name() };
      case "TRUNCATE":
        this.#take("TABLE");
        return { type: "truncate", table: this.#table() };
      case "INSERT":
        return this.#insert();
      case "UPDATE": {
        const table = this.#table();
        this.#expect("SET");
        const set = this.#list(() => this.#assignment());
        return { type: "update", table, set, where: this.#where() };
      }
      case "DELETE":
        this.#expect("FROM");
        return { type: "delete", table: this.#table(), where: this.#where() };
      case "SELECT":
        return this.#select();
      default:
        throw new CqlError(`line 1:0 no viable alternative at input '${this.#tokens[0]}'`, "SyntaxException");
    }
  }

  #createKeyspace(): Statement {
    const ifNotExists = this.#ifNotExists();
    const name = this.#name();
    this.#expect("WITH");
    this.#expect("REPLICATION");
    this.#expect("=");
    const replication = this.#value();
    if (this.#take("AND")) this.#at = this.#tokens.length;
    return { type: "createKeyspace", name, replication, ifNotExists };
  }

  #createTable(): Statement {
    if (!this.#take("TABLE")) this.#expect("COLUMNFAMILY");
    const ifNotExists = this.#ifNotExists();
    const table = this.#table();
    const columns: [string, string][] = [];
    let [key, partition]: [string[], number] = [[], 1];
    this.#expect("(");
    do {
      if (this.#take("PRIMARY")) {
        this.#expect("KEY");
        [key, partition] = this.#key();
        continue;
      }
      const column = this.#name();
      columns.push([column, this.#type()]);
      if (this.#take("PRIMARY")) {
        this.#expect("KEY");
        key = [column];
      }
    } while (this.#take(","));
    this.#expect(")");
    // Options of tables change nothing here.
    if (this.#take("WITH")) this.#at = this.#tokens.length;
    if (key.length === 0)
      throw new CqlError(`No PRIMARY KEY specified for table '${table.table}' (exactly one required)`);
    return { type: "createTable", table, columns, key, partition, ifNotExists };
  }

  /** `(a, b)` or `((a, b), c)`. */
  #key(): [string[], number] {
    this.#expect("(");
    let partition = 1;
    const key: string[] = [];
    if (this.#take("(")) {
      key.push(...this.#list(() => this.#name()));
      this.#expect(")");
      partition = key.length;
      if (this.#take(",")) key.push(...this.#list(() => this.#name()));
    } else key.push(...this.#list(() => this.#name()));
    this.#expect(")");
    return [key, partition];
  }

  #type(): string {
    const name = this.#name();
    if (!this.#take("<")) return name;
    const inner = this.#list(() => this.#type());
    this.#expect(">");
    return `${name}<${inner.join(", ")}>`;
  }

  #insert(): Statement {
    this.#expect("INTO");
    const table = this.#table();
    this.#expect("(");
    const columns = this.#list(() => this.#name());
    this.#expect(")");
    this.#expect("VALUES");
    this.#expect("(");
    const values = this.#list(() => this.#value());
    this.#expect(")");
    if (columns.length !== values.length) throw new CqlError("Unmatched column names/values");
    const ifNotExists = this.#ifNotExists();
    if (this.#take("USING")) this.#at = this.#tokens.length;
    return { type: "insert", table, columns, values, ifNotExists };
  }

  #assignment(): [string, CqlValue] {
    const name = this.#name();
    this.#expect("=");
    return [name, this.#value()];
  }

  #select(): Statement {
    let columns: string[] | "*" = "*";
    let count = false;
    if (!this.#take("*")) {
      columns = this.#list(() => this.#name());
      if (columns[0] === "count" && this.#take("(")) {
        if (!this.#take("*")) this.#value();
        this.#expect(")");
        count = true;
      }
    }
    this.#expect("FROM");
    const table = this.#table();
    const where = this.#peek("WHERE") ? this.#where() : [];
    const statement: Statement = { type: "select", table, columns, count, where };
    if (this.#take("ORDER")) {
      this.#expect("BY");
      const column = this.#name();
      const isDescending = this.#take("DESC");
      this.#take("ASC");
      statement.order = [column, isDescending];
    }
    if (this.#take("LIMIT")) statement.limit = Number(this.#next());
    if (this.#take("ALLOW")) this.#expect("FILTERING");
    return statement;
  }

  #where(): Condition[] {
    this.#expect("WHERE");
    const conditions: Condition[] = [];
    do {
      const column = this.#name();
      const operator = this.#next().toUpperCase();
      if (operator === "IN") {
        this.#expect("(");
        conditions.push({ column, operator, value: this.#list(() => this.#value()) });
        this.#expect(")");
      } else if (operator === "=" || operator === "<" || operator === ">" || operator === "<=" || operator === ">=")
        conditions.push({ column, operator, value: this.#value() });
      else this.#unexpected();
    } while (this.#take("AND"));
    return conditions;
  }

  #value(): CqlValue {
    if (++this.#depth > MAX_DEPTH) throw new CqlError("the statement is nested too deeply", "SyntaxException");
    const value = this.#plainValue();
    this.#depth--;
    return value;
  }

  #plainValue(): CqlValue {
    if (this.#take("[")) {
      const items = this.#peek("]") ? [] : this.#list(() => this.#value());
      this.#expect("]");
      return items;
    }
    if (this.#take("{")) return this.#braced();
    const token = this.#next();
    if (token.startsWith("'")) return token.slice(1, -1).replace(/''/g, "'");
    if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token);
    if (/^(true|false)$/i.test(token)) return token.toLowerCase() === "true";
    if (/^null$/i.test(token)) return null;
    if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(token)) return token.toLowerCase();
    if (this.#take("(")) {
      this.#expect(")");
      return `${token.toLowerCase()}()`;
    }
    return this.#unexpected(token);
  }

  /** A map or a set. */
  #braced(): CqlValue {
    const map: { [name: string]: CqlValue } = {};
    const items: CqlValue[] = [];
    let isMap = false;
    if (this.#take("}")) return map;
    do {
      const first = this.#value();
      if (this.#take(":")) {
        isMap = true;
        map[`${String(first)}`] = this.#value();
      } else items.push(first);
    } while (this.#take(","));
    this.#expect("}");
    return isMap ? map : items;
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#take(",")) items.push(item());
    return items;
  }

  #ifNotExists(): boolean {
    if (!this.#take("IF")) return false;
    this.#expect("NOT");
    this.#expect("EXISTS");
    return true;
  }

  #ifExists(): boolean {
    if (!this.#take("IF")) return false;
    this.#expect("EXISTS");
    return true;
  }

  #table(): TableName {
    const first = this.#name();
    return this.#take(".") ? { keyspace: first, table: this.#name() } : { table: first };
  }

  /** Names are in lower case unless they are quoted. */
  #name(): string {
    const token = this.#next();
    if (token.startsWith('"')) return token.slice(1, -1);
    if (!/^[A-Za-z]\w*$/.test(token)) return this.#unexpected(token);
    return token.toLowerCase();
  }

  #peek(word: string): boolean {
    return this.#tokens[this.#at]?.toUpperCase() === word;
  }

  #take(word: string): boolean {
    if (!this.#peek(word)) return false;
    this.#at++;
    return true;
  }

  #expect(word: string): void {
    if (!this.#take(word)) this.#unexpected();
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new CqlError("line 1:0 mismatched input '<EOF>'", "SyntaxException");
    return token;
  }

  #unexpected(token = this.#tokens[this.#at] ?? "<EOF>"): never {
    throw new CqlError(`line 1:0 no viable alternative at input '${token}'`, "SyntaxException");
  }
}
