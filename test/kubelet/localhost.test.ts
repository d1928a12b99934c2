/** Processes of one pod that talk to each other. */
import { expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, podWith } from "./clusters.ts";

const STREAMS = { stdin: false, stdout: true, stderr: true, tty: false };

it("a client in the server's own container gets its answer", () => {
  const cluster = clusterWith({}, podWith("p", { image: "redis" }));
  cluster.advance(60_000);
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  const command = ["redis-cli", "SET", "greeting", "hello"];
  const session = cluster.write((tx) => containerAccess.exec(tx, target, { ...STREAMS, command }));
  cluster.advance(1000);
  const output = cluster.write((tx) => containerAccess.exchange(tx, target, session, {}));
  expect(output).toMatchObject({ stdout: "OK\n", exitCode: 0 });
});

/** The output of a script in a busybox container. */
function printed(script: string): string {
  const command = ["sh", "-c", script];
  const cluster = clusterWith({}, podWith("p", { image: "busybox", command }, { restartPolicy: "Never" }));
  cluster.advance(60_000);
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  return cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false })).text;
}

it("a text that nc serves is read as an answer of HTTP", () => {
  const serve = (text: string) => `(printf '${text}' | nc -l -p 8080 > /tmp/request &); sleep 1;`;
  const plain = serve("HTTP/1.1 200 OK\\n\\nhello\\n");
  expect(printed(`${plain} wget -qO- localhost:8080; head -3 /tmp/request`)).toBe(
    "hello\nGET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: Wget\r\n",
  );
  const long = serve("HTTP/1.0 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nabcdef");
  expect(printed(`${long} wget -qO- localhost:8080`)).toBe("abcd");
  expect(printed(`${serve("HTTP/1.1 404 Not Found\\n\\n")} wget -qO- localhost:8080; echo $?`)).toBe(
    "wget: server returned error: HTTP/1.1 404 Not Found\n1\n",
  );
  expect(printed(`${serve("hello\\n")} wget -qO- localhost:8080; echo $?`)).toMatch(/^wget: .*\n1\n$/);
});
