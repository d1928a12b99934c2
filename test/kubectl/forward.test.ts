/** `kubectl port-forward`: HTTP and Redis through tunnels, and their ends. */
import { connect } from "node:net";
import { Client } from "pg";
import { expect, it } from "vitest";
import { describeEveryKubectl, describeNewestKubectl, type KubectlSession } from "./harness.ts";

/** The first kubectl that tunnels through WebSockets without being asked to. */
const TUNNELS = "1.31";
/** The first that can be asked to. */
const CAN_TUNNEL = "1.30";
const READY = /Forwarding from 127\.0\.0\.1:(\d+) -> \d+/;

async function runWeb({ ok }: KubectlSession): Promise<void> {
  await ok("create deployment web --image=nginx --replicas=2");
  await ok("expose deployment web --port=8080 --target-port=80");
  await ok("rollout status deployment/web --timeout=60s");
}

/** The answer of a server to bytes, until it closes the connection or has sent `bytes`. */
function exchange(port: number, sent: string, bytes = Number.POSITIVE_INFINITY): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(sent));
    socket.setEncoding("latin1").on("data", (text: string) => {
      received += text;
      if (received.length >= bytes) socket.end();
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });
}

describeEveryKubectl("port-forward", (session) => {
  it("reaches a Service, or names the version that can", async () => {
    const kubectl = session();
    await runWeb(kubectl);
    if (!kubectl.isAtLeast(TUNNELS)) {
      const result = await kubectl.run("port-forward service/web :8080");
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toMatch(/port-forward over WebSocket only.*use kubectl 1\.31 or newer/);
    }
    if (!kubectl.isAtLeast(CAN_TUNNEL)) return;
    kubectl.environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = "true";
    const forward = await kubectl.start("port-forward service/web :8080", READY);
    const url = `http://127.0.0.1:${forward.match[1]}`;
    const pages = await Promise.all(Array.from({ length: 10 }, async () => (await fetch(url)).text()));
    expect(pages).toEqual(pages.map(() => expect.stringContaining("Welcome to nginx!")));
    expect((await fetch(`${url}/missing`)).status).toBe(404);
    const { stdout } = await forward.end();
    expect(stdout).toMatch(/^Forwarding from 127\.0\.0\.1:\d+ -> 80\nForwarding from \[::1\]:\d+ -> 80\nHandling/);
    const lines = await kubectl.ok("logs --selector app=web --tail=-1");
    expect(lines.match(/"GET \/ HTTP\/1\.1" 200/g)).toHaveLength(10);
    expect(lines).toContain("127.0.0.1 - - [");
  });
});

describeNewestKubectl("port-forward", (session) => {
  it("forwards several ports, each as its server answers it", async () => {
    const { ok, start } = session();
    await ok("run store --image=redis --port=6379");
    await ok("wait --for=condition=Ready pod/store --timeout=60s");
    const forward = await start("port-forward pod/store :6379 :6380", /-> 6379[\s\S]*:(\d+) -> 6380/);
    const redis = Number(READY.exec((forward.match.input ?? "").toString())?.[1]);
    expect(await exchange(redis, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\nhi\r\n", 5)).toBe("+OK\r\n");
    expect(await exchange(redis, "GET a\r\n", 8)).toBe("$2\r\nhi\r\n");
    expect(await ok("exec store -- redis-cli GET a")).toBe("hi\n");
    // The client closes all when a port refuses.
    expect(await exchange(Number(forward.match[1]), "PING\r\n")).toBe("");
    const { stderr, exitCode } = await forward.result;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error forwarding port 6380 to pod [0-9a-f]{64}, uid : failed to execute portforward/);
    expect(stderr).toContain("dial tcp4 127.0.0.1:6380: connect: connection refused");
    expect(stderr).toContain("error: lost connection to pod\n");
  });

  it("carries the protocol of PostgreSQL", async () => {
    const { ok, start } = session();
    await ok("run db --image=postgres --env=POSTGRES_PASSWORD=pw --env=POSTGRES_DB=shop");
    await ok("wait --for=condition=Ready pod/db --timeout=60s");
    const forward = await start("port-forward pod/db :5432", READY);
    const target = { host: "127.0.0.1", port: Number(forward.match[1]), user: "postgres", database: "shop" };
    const client = new Client({ ...target, password: "pw" });
    await client.connect();
    await client.query("CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(8,2), sold boolean)");
    const insert = "INSERT INTO item VALUES ($1, $2, $3, $4) RETURNING id";
    expect((await client.query(insert, [1, "it's a \\ cup", "9.90", true])).rows).toEqual([{ id: 1 }]);
    await client.query({ name: "add", text: insert, values: [2, null, 5, false] });
    await client.query({ name: "add", text: insert, values: [3, "ä", 1, false] });
    const { rows, fields } = await client.query("SELECT * FROM item WHERE id >= $1 ORDER BY id", [1]);
    expect(rows).toEqual([
      { id: 1, name: "it's a \\ cup", price: "9.90", sold: true },
      { id: 2, name: null, price: "5.00", sold: false },
      { id: 3, name: "ä", price: "1.00", sold: false },
    ]);
    expect(fields.map(({ dataTypeID }) => dataTypeID)).toEqual([23, 25, 1700, 16]);
    await expect(client.query("SELECT nothing FROM item")).rejects.toMatchObject({ code: "42703" });
    await expect(client.query("SELECT $1::int / 0", [1])).rejects.toMatchObject({ code: "22012" });
    await client.query("BEGIN");
    await client.query("DELETE FROM item");
    await client.query("ROLLBACK");
    expect((await client.query("SELECT count(*) FROM item; SELECT 1 AS one")) as unknown).toMatchObject([
      { rows: [{ count: "3" }] },
      { rows: [{ one: 1 }] },
    ]);
    await client.end();
    const stranger = new Client({ ...target, user: "nobody" });
    await expect(stranger.connect()).rejects.toThrow('role "nobody" does not exist');
    const count = "exec db -- psql -U postgres -d shop -Atc 'SELECT count(*) FROM item'";
    expect(await ok(count)).toBe("3\n");
    await forward.end();
  });

  it("ends with its pod", async () => {
    const { ok, start } = session();
    await ok("run web --image=nginx");
    await ok("wait --for=condition=Ready pod/web --timeout=60s");
    const forward = await start("port-forward pod/web :80", READY);
    const port = Number(forward.match[1]);
    const open = exchange(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await ok("delete pod web --now");
    expect(await open).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const { stderr, exitCode } = await forward.result;
    expect({ stderr, exitCode }).toEqual({ stderr: "error: lost connection to pod\n", exitCode: 1 });
  });

  it("needs a pod that runs, and the right to create connections", async () => {
    const { ok, run } = session();
    await ok("run absent --image=nginx:0.0.0");
    expect((await run("port-forward absent :80")).stderr).toBe(
      "error: unable to forward port because pod is not running. Current status=Pending\n",
    );
    await ok("run one --image=nginx");
    await ok("wait --for=condition=Ready pod/one --timeout=60s");
    await ok("create clusterrole reader --verb=get --resource=pods,pods/portforward");
    await ok("create clusterrolebinding reader --clusterrole=reader --user=jane");
    expect((await run("port-forward one :80 --as=jane")).stderr).toContain(
      'pods "one" is forbidden: User "jane" cannot create resource "pods/portforward" in API group "" in the namespace "default"',
    );
  });
});
