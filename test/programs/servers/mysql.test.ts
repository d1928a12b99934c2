import { describe, expect, it } from "vitest";
import { file } from "../../../src/images/tree.ts";
import { Container } from "./container.ts";

const ENV = { MYSQL_ROOT_PASSWORD: "secret", MYSQL_DATABASE: "shop", MYSQL_USER: "app", MYSQL_PASSWORD: "pw" };

function mysql(server: Container, sql: string, ...flags: string[]): string {
  const { out, err } = server.exec(["mysql", "-uroot", "-psecret", ...flags, "-e", sql], (question) =>
    server.asNetwork(question, "127.0.0.1"),
  );
  return (out + err).replace("mysql: [Warning] Using a password on the command line interface can be insecure.\n", "");
}

const shared = new Container("mysql:8.0", { env: ENV });

describe("mysql", () => {
  it("ends with its words when no root password is set", () => {
    const server = new Container("mysql:8");
    expect(server.status).toBe(1);
    expect(server.err).toBe(
      "2026-05-01 10:00:00+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n",
    );
    const mariadb = new Container("mariadb");
    expect([mariadb.status, mariadb.err]).toEqual([
      1,
      expect.stringContaining("You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH,"),
    ]);
  });

  it("initializes, serves and keeps its data", () => {
    expect(shared.err).toContain("ready for connections. Version: '8.0.45'");
    expect([...shared.ports]).toEqual([3306]);
    const first = new Container("mariadb:11.4", { env: { MARIADB_ROOT_PASSWORD: "secret", MARIADB_DATABASE: "d" } });
    mysql(first, "CREATE TABLE d.t (n int); USE d; INSERT INTO t VALUES (5)", "d");
    const second = new Container("mariadb:11.4", { files: Object.fromEntries(first.files.entries) });
    expect(mysql(second, "SELECT n FROM t", "d")).toBe("n\n5\n");
  });

  it.each(
    [
      ["SHOW DATABASES", "Database\ninformation_schema\nmysql\nperformance_schema\nshop\nsys\n"],
      [
        "CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, price DECIMAL(6,2), KEY n (name)) ENGINE=InnoDB",
        "",
      ],
      ["INSERT INTO items (name, price) VALUES ('pen', 1.5), ('book', 12)", ""],
      ["SELECT * FROM items", "id\tname\tprice\n1\tpen\t1.50\n2\tbook\t12.00\n"],
      ["SELECT COUNT(*) FROM items WHERE price > 2", "COUNT(*)\n1\n"],
      ["SHOW TABLES", "Tables_in_shop\nitems\n"],
      [
        "DESCRIBE items",
        "Field\tType\tNull\tKey\tDefault\tExtra\nid\tint\tNO\tPRI\tNULL\tauto_increment\nname\tvarchar(50)\tNO\t\tNULL\t\nprice\tdecimal(6,2)\tYES\t\tNULL\t\n",
      ],
      [
        "INSERT INTO items VALUES (1, 'x', 1)",
        "ERROR 1062 (23000) at line 1: Duplicate entry '1' for key 'items.PRIMARY'\n",
      ],
      ["SELECT * FROM nope", "ERROR 1146 (42S02) at line 1: Table 'shop.nope' doesn't exist\n"],
      [
        "SELCT 1",
        /^ERROR 1064 \(42000\) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'SELCT 1' at line 1\n$/,
      ],
      ["UPDATE items SET price = 2 WHERE name = 'pen'; SELECT price FROM items WHERE id = 1", "price\n2.00\n"],
      [
        "INSERT INTO items (id, name) VALUES (1, 'p') ON DUPLICATE KEY UPDATE name = VALUES(name); SELECT name FROM items WHERE id = 1",
        "name\np\n",
      ],
    ].map(([sql, expected], i) => ({ i, sql: String(sql), expected })),
  )("step $i: $sql", ({ sql, expected }) => {
    const output = mysql(shared, sql, "shop");
    if (expected instanceof RegExp) expect(output).toMatch(expected);
    else expect(output).toBe(expected ?? "");
  });

  it("knows its users", () => {
    const login = (...args: string[]) =>
      shared.exec(["mysql", "-h", "db", ...args, "-e", "SELECT 1"], (question) => shared.asNetwork(question));
    expect(login("-uapp", "-ppw").status).toBe(0);
    expect(login("-uroot", "-pwrong").err).toContain(
      "ERROR 1045 (28000): Access denied for user 'root'@'10.244.1.9' (using password: YES)\n",
    );
  });

  it("prints boxes for -t, and mysqladmin pings", () => {
    expect(mysql(shared, "SELECT 1 AS n", "-t")).toBe("+---+\n| n |\n+---+\n| 1 |\n+---+\n");
    expect(
      shared.exec(["mysqladmin", "ping", "-uroot", "-psecret"], (question) => shared.asNetwork(question)),
    ).toMatchObject({ out: "mysqld is alive\n", status: 0 });
  });
});

describe("replication", () => {
  const binlog = { "/etc/mysql/conf.d/a.cnf": file("[mysqld]\nlog-bin\nserver-id=100\n") };
  const replicaConf = { "/etc/mysql/conf.d/a.cnf": file("[mysqld]\nsuper-read-only\nserver-id=101\n") };
  const env = { MYSQL_ALLOW_EMPTY_PASSWORD: "1" };
  const ask = (server: Container, sql: string) => {
    const { out, err } = server.exec(["mysql", "-N", "-e", sql], (question) => server.asNetwork(question, "127.0.0.1"));
    return out + err;
  };

  it("a replica has the rows of its primary, refuses changes, and goes on from its position", () => {
    const primary = new Container("mysql:5.7", { env, files: binlog });
    let isReachable = true;
    const network = (question: Parameters<Container["asNetwork"]>[0]) =>
      isReachable
        ? primary.asNetwork(question, "10.244.1.7")
        : ({ type: "failed", why: "refused", afterMs: 1 } as const);
    const replica = new Container("mysql:5.7", { env, files: replicaConf, network });
    expect(ask(primary, "SHOW MASTER STATUS")).toBe("pod-1-bin.000003\t154\t\t\t\n");
    ask(primary, "CREATE DATABASE test; CREATE TABLE test.m (t varchar(9)); INSERT INTO test.m VALUES ('hello')");
    const source = "CHANGE MASTER TO MASTER_LOG_FILE='pod-1-bin.000003', MASTER_LOG_POS=154, MASTER_HOST='primary'";
    expect(ask(replica, `${source}, MASTER_USER='root', MASTER_PASSWORD=''; START SLAVE`)).toBe("");
    expect(ask(replica, "SELECT @@server_id, t FROM test.m")).toBe("101\thello\n");
    expect(ask(replica, "INSERT INTO test.m VALUES ('x')")).toContain(
      "ERROR 1290 (HY000) at line 1: The MySQL server is running with the --super-read-only option",
    );
    isReachable = false;
    ask(primary, "UPDATE test.m SET t = 'again'");
    expect(ask(replica, "SELECT t FROM test.m")).toBe("hello\n");
    expect(ask(replica, "SHOW SLAVE STATUS\\G")).toContain("Slave_IO_Running: Connecting\n");
    isReachable = true;
    expect(ask(replica, "SELECT t FROM test.m")).toBe("again\n");
    expect(ask(replica, "SHOW SLAVE STATUS\\G")).toMatch(/Slave_IO_Running: Yes\n[\s\S]*Master_Server_Id: 100\n/);
    ask(primary, "DROP DATABASE test");
    expect(ask(replica, "SHOW DATABASES LIKE 'test'")).toBe("");
  });
});
