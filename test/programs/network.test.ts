/** Texts and exit codes of the network tools, as the real ones print them: curl 8, GNU wget, busybox, BIND. */
import { describe, expect, it } from "vitest";
import type { Answer, NetworkFailure, Question } from "../../src/shell/question.ts";
import { FakeFiles } from "../support/fake-files.ts";
import { NOW_MS, runProgram } from "../support/fake-process.ts";

type Flavour = "gnu" | "busybox";
type Respond = (question: Question) => Answer;

const SEARCH = "default.svc.cluster.local svc.cluster.local cluster.local";
const SERVER = "10.96.0.10";

function run(line: string, answer: Respond, flavour: Flavour = "gnu") {
  const files = new FakeFiles(NOW_MS);
  for (const path of ["/work", "/etc", "/dev"]) if (!files.find(path)) files.makeDirectory(path);
  files.write("/etc/resolv.conf", `search ${SEARCH}\nnameserver ${SERVER}\noptions ndots:5\n`);
  files.write("/etc/hosts", "127.0.0.1\tlocalhost\n10.244.1.7\tweb-0\n");
  return runProgram({ argv: line.split(" "), answer, flavour, files, env: { TZ: "UTC" } });
}

const fails =
  (why: NetworkFailure, afterMs = 0): Respond =>
  () => ({ type: "failed", why, address: "10.96.1.2", server: SERVER, afterMs });

const page =
  (status: number, body = "hello\n"): Respond =>
  () => ({
    ...{ type: "http", address: "10.96.1.2", status, body, afterMs: 1 },
    headers: { "content-type": "text/html", "content-length": String(body.length) },
  });

describe("curl", () => {
  it.each<[NetworkFailure, number, string]>([
    ["unknownName", 6, "curl: (6) Could not resolve host: web\n"],
    ["dnsTimeout", 6, "curl: (6) Could not resolve host: web\n"],
    ["refused", 7, "curl: (7) Failed to connect to web port 80 after 0 ms: Could not connect to server\n"],
    ["unreachable", 7, "curl: (7) Failed to connect to web port 80 after 0 ms: Could not connect to server\n"],
    ["timeout", 28, "curl: (28) Failed to connect to web port 80 after 0 ms: Could not connect to server\n"],
    ["reset", 56, "curl: (56) Recv failure: Connection reset by peer\n"],
  ])("names a failure: %s", (why, status, stderr) => {
    expect(run("curl -sS http://web", fails(why))).toMatchObject({ status, stderr, stdout: "" });
    expect(run("curl -s http://web", fails(why))).toMatchObject({ status, stderr: "" });
  });

  it("prints bodies, heads and codes", () => {
    expect(run("curl -s http://web", page(200))).toMatchObject({ status: 0, stdout: "hello\n", stderr: "" });
    const head = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n";
    expect(run("curl -s -i http://web", page(404)).stdout).toBe(`${head}hello\n`);
    expect(run("curl -s -o /dev/null -w %{http_code} http://web", page(503)).stdout).toBe("503");
    expect(run("curl -s -o /dev/null -w %{http_code} http://web", fails("refused"))).toMatchObject({
      ...{ stdout: "000", status: 7 },
    });
  });

  it("fails on errors of HTTP only if it is told to", () => {
    expect(run("curl -s http://web", page(500)).status).toBe(0);
    const error = "curl: (22) The requested URL returned error: 500\n";
    expect(run("curl -sSf http://web", page(500))).toMatchObject({ status: 22, stdout: "", stderr: error });
    expect(run("curl -sS --fail-with-body http://web", page(500))).toMatchObject({ status: 22, stdout: "hello\n" });
  });

  it("sends forms, and shows an exchange with -v", () => {
    let asked: Question | undefined;
    const outcome = run("curl -sv -F a=1 http://web/p", (question) => {
      asked = question;
      return page(200)(question);
    });
    expect(asked).toMatchObject({ method: "POST", path: "/p" });
    expect(asked?.type === "http" && asked.body).toMatch(
      /^-{26}\w{16}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n-{26}\w{16}--\r\n$/,
    );
    expect(outcome.stderr).toContain("> POST /p HTTP/1.1\r\n> Host: web\r\n> User-Agent: curl/8.14.1\r\n");
    expect(outcome.stderr).toContain("< HTTP/1.1 200 OK\r\n");
    expect(run("curl -sv http://web", fails("refused")).stderr).toBe(
      "*   Trying 10.96.1.2:80...\n* connect to 10.96.1.2 port 80 failed: Connection refused\n" +
        "* Failed to connect to web port 80 after 0 ms: Could not connect to server\n* closing connection #0\n",
    );
  });

  it("waits between its attempts, twice as long each time", () => {
    const retried = run("curl -sS --retry 3 --retry-connrefused http://web", fails("refused"));
    expect(retried).toMatchObject({ status: 7, endedAtMs: NOW_MS + 7_000 });
  });
});

describe("wget of busybox", () => {
  it.each<[NetworkFailure, string]>([
    ["unknownName", "wget: bad address 'web'\n"],
    ["refused", "wget: can't connect to remote host (10.96.1.2): Connection refused\n"],
    ["reset", "wget: error getting response: Connection reset by peer\n"],
    ["timeout", "wget: download timed out\n"],
  ])("names a failure: %s", (why, stderr) => {
    expect(run("wget -q -T 2 -O- http://web", fails(why), "busybox")).toMatchObject({ status: 1, stderr, stdout: "" });
  });

  it("tells its progress", () => {
    const { stdout, stderr } = run("wget -O- http://web:8080/", page(200, "x".repeat(612)), "busybox");
    expect(stdout).toBe("x".repeat(612));
    expect(stderr).toBe(
      "Connecting to web:8080 (10.96.1.2:8080)\nwriting to stdout\n" +
        "-                    100% |********************************|   612  0:00:00 ETA\nwritten to stdout\n",
    );
    const missing = run("wget -qO- http://web", page(404), "busybox");
    expect(missing).toMatchObject({ status: 1, stderr: "wget: server returned error: HTTP/1.1 404 Not Found\n" });
    expect(run("wget --spider http://web", page(200), "busybox").stderr).toContain("remote file exists\n");
  });
});

describe("wget of GNU", () => {
  const START = "--2026-01-15 10:30:00--  http://web/\n";

  it.each<[NetworkFailure, string]>([
    [
      "unknownName",
      `${START}Resolving web (web)... failed: Name or service not known.\nwget: unable to resolve host address 'web'\n`,
    ],
    [
      "refused",
      `${START}Resolving web (web)... 10.96.1.2\nConnecting to web (web)|10.96.1.2|:80... failed: Connection refused.\n`,
    ],
  ])("names a failure: %s", (why, stderr) => {
    const failed = run("wget http://web", fails(why));
    expect(failed.status).toBe(4);
    expect(failed.stderr).toBe(stderr);
    expect(run("wget -q http://web", fails(why))).toMatchObject({ status: 4, stderr: "" });
  });

  it("ends with 8 if the server answers with an error", () => {
    expect(run("wget -q http://web", page(404))).toMatchObject({ status: 8, stderr: "" });
    expect(run("wget http://web", page(404)).stderr).toMatch(/ 404 Not Found\n.* ERROR 404: Not Found\.\n\n$/);
  });
});

/** Knows one Service, by its full name. */
const names: Respond = (question) => {
  if (question.type !== "resolve") throw new Error(`unexpected question: ${question.type}`);
  const known = "db.default.svc.cluster.local";
  const { name, record } = question;
  const full = name.endsWith(".") ? name.slice(0, -1) : name === "db" ? known : name;
  const values = full === known && record === "A" ? ["10.96.7.7"] : [];
  const host = `${known}.`;
  if (full === "7.7.96.10.in-addr.arpa") values.push(host);
  if (full === "10.0.96.10.in-addr.arpa") values.push("kube-dns.kube-system.svc.cluster.local.");
  const why = full === known ? "noRecord" : "unknownName";
  if (values.length === 0) return { type: "failed", why, server: SERVER, afterMs: 1 };
  const records = values.map((value) => ({ name: full, record, value, ttlSeconds: 30 }));
  return { type: "addresses", name: full, server: SERVER, records, afterMs: 1 };
};

describe("nslookup", () => {
  it("of busybox asks in each search domain", () => {
    expect(run("nslookup db", names, "busybox")).toMatchObject({
      status: 0,
      stderr: "",
      stdout:
        "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n" +
        "Name:\tdb.default.svc.cluster.local\nAddress: 10.96.7.7\n\n" +
        "** server can't find db.svc.cluster.local: NXDOMAIN\n\n** server can't find db.cluster.local: NXDOMAIN\n\n" +
        "\n** server can't find db.svc.cluster.local: NXDOMAIN\n\n** server can't find db.cluster.local: NXDOMAIN\n\n",
    });
    expect(run("nslookup nope", names, "busybox").status).toBe(1);
  });

  it("of busybox takes a name with a dot as it stands", () => {
    expect(run("nslookup db.default.svc.cluster.local", names, "busybox").status).toBe(0);
    const short = run("nslookup db.default", names, "busybox");
    expect(short.status).toBe(1);
    expect(short.stdout).toContain("** server can't find db.default: NXDOMAIN\n");
  });

  it("of busybox 1.28 asks the C library", () => {
    const title = "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n";
    expect(run("nslookup-1.28 db", names, "busybox")).toMatchObject({
      status: 0,
      stdout: `${title}Name:      db\nAddress 1: 10.96.7.7 db.default.svc.cluster.local\n`,
    });
    expect(run("nslookup-1.28 nope", names, "busybox")).toMatchObject({
      ...{ status: 1, stdout: title, stderr: "nslookup: can't resolve 'nope'\n" },
    });
  });

  it("of BIND follows the search domains", () => {
    const title = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n";
    expect(run("nslookup db", names)).toMatchObject({
      status: 0,
      stdout: `${title}Name:\tdb.default.svc.cluster.local\nAddress: 10.96.7.7\n\n`,
    });
    expect(run("nslookup nope", names)).toMatchObject({
      ...{ status: 1, stdout: `${title}** server can't find nope: NXDOMAIN\n\n` },
    });
    expect(run("nslookup 10.96.7.7", names).stdout).toBe(
      "7.7.96.10.in-addr.arpa\tname = db.default.svc.cluster.local.\n\n",
    );
  });

  it.each<Flavour>(["gnu", "busybox"])("says that no server answers: %s", (flavour) => {
    expect(run("nslookup db", fails("dnsTimeout", 10_000), flavour)).toMatchObject({
      ...{ status: 1, stdout: ";; connection timed out; no servers could be reached\n\n" },
    });
  });
});

describe("dig, host and getent", () => {
  it("dig takes names as they stand, unless it searches", () => {
    expect(run("dig +short db", names)).toMatchObject({ status: 0, stdout: "" });
    expect(run("dig +short +search db", names).stdout).toBe("10.96.7.7\n");
    expect(run("dig nope", names).stdout).toContain("status: NXDOMAIN");
    expect(run("dig db", fails("dnsTimeout")).status).toBe(9);
  });

  it("host and getent", () => {
    expect(run("host db", names).stdout).toBe("db.default.svc.cluster.local has address 10.96.7.7\n");
    expect(run("host nope", names)).toMatchObject({ status: 1, stdout: "Host nope not found: 3(NXDOMAIN)\n" });
    expect(run("getent hosts db", names).stdout).toBe("10.96.7.7       db.default.svc.cluster.local\n");
    expect(run("getent hosts nope", names)).toMatchObject({ status: 2, stdout: "" });
    expect(run("getent hosts localhost", names).stdout).toBe("127.0.0.1       localhost\n");
  });
});

describe("nc", () => {
  const open: Respond = () => ({ type: "connected", address: "10.96.1.2", data: "", afterMs: 1 });

  it("says whether a port is open", () => {
    expect(run("nc -zv web 80", open)).toMatchObject({
      ...{ status: 0, stderr: "Connection to web (10.96.1.2) 80 port [tcp/http] succeeded!\n" },
    });
    expect(run("nc -zv web 80", fails("refused"))).toMatchObject({
      ...{ status: 1, stderr: "nc: connect to web (10.96.1.2) port 80 (tcp) failed: Connection refused\n" },
    });
    expect(run("nc -zv web 80", open, "busybox").stderr).toBe("web (10.96.1.2:80) open\n");
    const problem = (line: string, why: NetworkFailure) => {
      const { status, stderr } = run(line, fails(why), "busybox");
      expect(status).toBe(1);
      return stderr;
    };
    expect(problem("nc -z web 80", "refused")).toBe("");
    expect(problem("nc -zv -w 2 web 80", "refused")).toBe("");
    expect(problem("nc -zvv web 80", "refused")).toMatch(/^nc: web \(.*:80\): Connection refused\n$/);
    expect(problem("nc -v -w 2 web 80", "timeout")).toMatch(/^nc: web \(.*:80\): Operation timed out\n$/);
    expect(run("nc -z web 80", fails("unknownName"), "busybox")).toMatchObject({
      ...{ status: 1, stderr: "nc: bad address 'web'\n" },
    });
  });
});

describe("ping", () => {
  const alive: Respond = () => ({ type: "connected", address: "10.244.1.9", data: "", afterMs: 1 });

  it("sends a packet a second and sums up", () => {
    const gnu = run("ping -c 2 10.244.1.9", alive);
    expect(gnu.status).toBe(0);
    expect(gnu.stdout).toContain("PING 10.244.1.9 (10.244.1.9) 56(84) bytes of data.\n");
    expect(gnu.stdout).toContain("2 packets transmitted, 2 received, 0% packet loss");
    const busybox = run("ping -c 2 10.244.1.9", alive, "busybox");
    expect(busybox.stdout).toContain("PING 10.244.1.9 (10.244.1.9): 56 data bytes\n");
    expect(busybox.stdout).toContain("2 packets transmitted, 2 packets received, 0% packet loss\n");
    expect(run("ping -c 1 nope", fails("unknownName"), "busybox")).toMatchObject({
      ...{ status: 1, stderr: "ping: bad address 'nope'\n" },
    });
    expect(run("ping -c 1 nope", fails("unknownName"))).toMatchObject({
      ...{ status: 2, stderr: "ping: nope: Name or service not known\n" },
    });
  });
});

describe("programs that need the internet", () => {
  it.each([
    ["apt-get install cowsay", 100],
    ["apk add cowsay", 1],
    ["dnf install cowsay", 1],
    ["pip install flask", 1],
    ["npm install express", 1],
    ["git clone https://example.com/a/b.git", 128],
    ["tcpdump", 1],
  ])("%s ends with %d", (line, status) => {
    const outcome = run(line, fails("unknownName"));
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).not.toBe("");
  });
});

describe("ip", () => {
  const unasked: Respond = () => {
    throw new Error("ip asks nothing");
  };
  const eth0 = "    link/ether 0a:58:0a:f4:01:07 brd ff:ff:ff:ff:ff:ff";
  const inet = "    inet 10.244.1.7/24 brd 10.244.1.255 scope global eth0";
  const lifetime = "       valid_lft forever preferred_lft forever";

  it("shows addresses as busybox and as iproute2 do", () => {
    expect(run("ip a show eth0", unasked, "busybox").stdout.split("\n")).toEqual([
      "2: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue qlen 1000",
      ...[eth0, inet, lifetime, ""],
    ]);
    expect(run("ip addr show dev eth0", unasked).stdout.split("\n")).toEqual([
      "2: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000",
      ...[`${eth0} link-netnsid 0`, inet, lifetime, ""],
    ]);
  });

  it("shows one line for each address with -o, and no link with -4", () => {
    const lines = run("ip -o a", unasked, "busybox").stdout.split("\n");
    expect(lines).toEqual([`1: lo    inet 127.0.0.1/8 scope host lo\\${lifetime}`, `2: eth0${inet}\\${lifetime}`, ""]);
    expect(run("ip -4 a", unasked, "busybox").stdout).not.toContain("link/");
  });

  it("shows routes, and refuses an interface that does not exist", () => {
    expect(run("ip r", unasked, "busybox").stdout).toContain("dev eth0 scope link  src 10.244.1.7 \n");
    expect(run("ip route", unasked).stdout).toContain("dev eth0 scope link src 10.244.1.7 \n");
    const missing = { status: 1, stdout: "" };
    expect(run("ip a show eth9", unasked, "busybox")).toMatchObject({
      ...{ ...missing, stderr: "ip: can't find device 'eth9'\n" },
    });
    expect(run("ip link show eth9", unasked)).toMatchObject({ ...missing, stderr: 'Device "eth9" does not exist.\n' });
  });
});

describe("ping", () => {
  it.each([
    ["10.244.1.7", 64],
    ["10.244.1.8", 63],
  ])("counts the nodes on the way to %s: ttl=%s", (address, ttl) => {
    const answer: Respond = () => ({ type: "connected", address, data: "", afterMs: 1 });
    expect(run(`ping -c 1 ${address}`, answer, "busybox").stdout).toContain(
      `64 bytes from ${address}: seq=0 ttl=${ttl} time=1.000 ms\n`,
    );
  });
});
