/** CoreDNS' Corefile: how each plugin answers, the lines of its log, and what wrong files do. */
import { describe, expect, it } from "vitest";
import type { DnsRecord, DnsReply, RecordType } from "../../src/lib/dns.ts";
import { answerQuery, configurationOf } from "../../src/programs/servers/coredns/configuration.ts";
import { CorefileError } from "../../src/programs/servers/coredns/corefile.ts";
import type { World } from "../../src/programs/servers/coredns/plugin.ts";

const FILES: Readonly<Record<string, string>> = {
  "/etc/resolv.conf": "nameserver 192.168.0.1\n",
  "/etc/hosts": "127.0.0.1 localhost\n10.0.0.9 fromfile.example\n",
  "/etc/coredns/example.db":
    "$ORIGIN example.org.\n@ 3600 IN SOA sns.dns.icann.org. noc.dns.icann.org. (\n 2017042745 ; serial\n 7200 3600 1209600 3600 )\n3600 IN NS a.iana-servers.net.\nwww 60 IN A 10.1.1.1\n    IN A 10.1.1.2\nshop IN CNAME www\n*.apps IN A 10.1.1.9\n",
};

function load(text: string) {
  const path = "/etc/coredns/Corefile";
  return configurationOf({ text, path, env: { UPSTREAM: "10.9.9.9" }, read: (file) => FILES[file] });
}

function problem(text: string): string {
  try {
    load(text);
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
  return "";
}

/** The answer in one line, and the lines that were logged. */
function ask(corefile: string, name: string, record: RecordType = "A"): { shown: string; lines: string[] } {
  const lines: string[] = [];
  const world: World = {
    address: "10.244.1.2",
    random: () => 1000,
    read: (path) => FILES[path],
    log: (line) => lines.push(line),
    clusterRecords: ({ name: asked }, zone): DnsRecord[] | undefined =>
      asked === `web.default.svc.${zone.domain}`
        ? [{ name: asked, record: "A", value: "10.96.1.1", ttlSeconds: zone.ttlSeconds }]
        : undefined,
    ask: (query, server): DnsReply | "silent" => {
      if (server === "192.168.0.1") return { code: "NXDOMAIN", records: [] };
      if (server !== "10.9.9.9") return "silent";
      return { code: "NOERROR", records: [{ name: query.name, record: "A", value: "10.9.9.1", ttlSeconds: 5 }] };
    },
  };
  const reply = answerQuery(load(corefile), { name, record, from: "10.244.2.5" }, 53, world);
  const records = reply.records.map((one) => `${one.name} ${one.ttlSeconds} ${one.record} ${one.value}`);
  return { shown: [reply.code, ...records].join(" | "), lines };
}

const CLUSTER = "kubernetes cluster.local in-addr.arpa {\n pods insecure\n fallthrough in-addr.arpa\n ttl 30\n }\n";
const root = (...plugins: string[]) => `.:53 {\n${plugins.join("\n")}\n}\n`;

describe("answers", () => {
  it.each<[title: string, corefile: string, name: string, shown: string, record?: RecordType]>([
    [
      "the cluster's names",
      root(CLUSTER),
      "web.default.svc.cluster.local",
      "NOERROR | web.default.svc.cluster.local 30 A 10.96.1.1",
    ],
    [
      "an unknown name of the cluster",
      root(CLUSTER, "forward . 10.9.9.9"),
      "nope.default.svc.cluster.local",
      "NXDOMAIN",
    ],
    [
      "a cluster domain of one's own",
      root("kubernetes k8s.test"),
      "web.default.svc.k8s.test",
      "NOERROR | web.default.svc.k8s.test 5 A 10.96.1.1",
    ],
    ["the node's resolver", root("forward . /etc/resolv.conf"), "example.com", "NXDOMAIN"],
    ["another name server", root("forward . 10.9.9.9"), "example.com", "NOERROR | example.com 5 A 10.9.9.1"],
    ["a name server by a variable", root("forward . {$UPSTREAM}"), "example.com", "NOERROR | example.com 5 A 10.9.9.1"],
    [
      "the second of two name servers",
      root("forward . 10.0.0.1 10.9.9.9"),
      "example.com",
      "NOERROR | example.com 5 A 10.9.9.1",
    ],
    ["a name server that is silent", root("forward . 10.150.0.1"), "example.com", "SERVFAIL"],
    [
      "a zone that is not forwarded",
      root("forward . 10.9.9.9 {\n except internal.test\n}"),
      "a.internal.test",
      "REFUSED",
    ],
    [
      "a stub domain",
      `${root("forward . 10.150.0.1")}consul.local:53 {\n forward . 10.9.9.9\n}\n`,
      "a.consul.local",
      "NOERROR | a.consul.local 5 A 10.9.9.1",
    ],
    ["no server block for the zone", "consul.local:53 {\n forward . 10.9.9.9\n}\n", "example.com", "REFUSED"],
    [
      "hosts",
      root("hosts {\n 10.0.0.1 db.example db\n ttl 60\n fallthrough\n}", "forward . /etc/resolv.conf"),
      "db.example",
      "NOERROR | db.example 60 A 10.0.0.1",
    ],
    [
      "hosts of a file",
      root("hosts /etc/hosts example {\n fallthrough\n}"),
      "fromfile.example",
      "NOERROR | fromfile.example 3600 A 10.0.0.9",
    ],
    [
      "hosts that fall through",
      root("hosts {\n 10.0.0.1 db.example\n fallthrough\n}", "forward . 10.9.9.9"),
      "other.example",
      "NOERROR | other.example 5 A 10.9.9.1",
    ],
    ["hosts that do not", root("hosts {\n 10.0.0.1 db.example\n}", "forward . 10.9.9.9"), "other.example", "NXDOMAIN"],
    [
      "hosts backwards",
      root("hosts {\n 10.0.0.1 db.example\n}"),
      "1.0.0.10.in-addr.arpa",
      "NOERROR | 1.0.0.10.in-addr.arpa 3600 PTR db.example.",
      "PTR",
    ],
    [
      "an exact rewrite",
      root("rewrite name foo.example.com web.default.svc.cluster.local", CLUSTER),
      "foo.example.com",
      "NOERROR | foo.example.com 30 A 10.96.1.1",
    ],
    [
      "a suffix",
      root("rewrite name suffix .mesh.test .default.svc.cluster.local answer auto", CLUSTER),
      "web.mesh.test",
      "NOERROR | web.mesh.test 30 A 10.96.1.1",
    ],
    [
      "a regex without an answer rule",
      root("rewrite name regex (.*)\\.apps\\.test {1}.default.svc.cluster.local", CLUSTER),
      "web.apps.test",
      "NOERROR | web.default.svc.cluster.local 30 A 10.96.1.1",
    ],
    [
      "a block with an answer rule",
      root(
        "rewrite stop {\n name regex (.*)\\.apps\\.test {1}.default.svc.cluster.local\n answer name (.*)\\.default\\.svc\\.cluster\\.local {1}.apps.test\n}",
        CLUSTER,
      ),
      "web.apps.test",
      "NOERROR | web.apps.test 30 A 10.96.1.1",
    ],
    [
      "a lifetime",
      root("rewrite continue ttl suffix cluster.local 5-10", CLUSTER),
      "web.default.svc.cluster.local",
      "NOERROR | web.default.svc.cluster.local 10 A 10.96.1.1",
    ],
    [
      "another type",
      root("rewrite type ANY A", CLUSTER),
      "web.default.svc.cluster.local",
      "NOERROR | web.default.svc.cluster.local 30 A 10.96.1.1",
      "TXT",
    ],
    [
      "a template",
      root(
        'template IN A ip.test {\n match "^(?P<a>\\d+)-(?P<b>\\d+)-(?P<c>\\d+)-(?P<d>\\d+)\\.ip\\.test\\.$"\n answer "{{ .Name }} 60 IN A {{ .Group.a }}.{{ .Group.b }}.{{ .Group.c }}.{{ .Group.d }}"\n fallthrough\n}',
        "forward . /etc/resolv.conf",
      ),
      "10-1-2-3.ip.test",
      "NOERROR | 10-1-2-3.ip.test 60 A 10.1.2.3",
    ],
    [
      "a template by number",
      root('template IN A test {\n match ^([a-z]+)\\.test\\.$\n answer "{{ index .Match 1 }}.out. 5 IN A 10.0.0.1"\n}'),
      "abc.test",
      "NOERROR | abc.out 5 A 10.0.0.1",
    ],
    [
      "a template with a code",
      root("template ANY ANY example.com {\n rcode NXDOMAIN\n}"),
      "www.example.com",
      "NXDOMAIN",
    ],
    [
      "a zone file",
      root("file /etc/coredns/example.db example.org"),
      "www.example.org",
      "NOERROR | www.example.org 60 A 10.1.1.1 | www.example.org 3600 A 10.1.1.2",
    ],
    [
      "an alias of a zone file",
      root("file /etc/coredns/example.db example.org"),
      "shop.example.org",
      "NOERROR | shop.example.org 3600 CNAME www.example.org. | www.example.org 60 A 10.1.1.1 | www.example.org 3600 A 10.1.1.2",
    ],
    [
      "a wildcard of a zone file",
      root("file /etc/coredns/example.db example.org"),
      "x.apps.example.org",
      "NOERROR | x.apps.example.org 3600 A 10.1.1.9",
    ],
    [
      "plugins in their own order",
      root("forward . 10.9.9.9", "hosts {\n 10.0.0.1 db.example\n fallthrough\n}"),
      "db.example",
      "NOERROR | db.example 3600 A 10.0.0.1",
    ],
    [
      "a snippet",
      `(common) {\n errors\n forward . 10.9.9.9\n}\n.:53 {\n import common\n}\n`,
      "example.com",
      "NOERROR | example.com 5 A 10.9.9.1",
    ],
  ])("%s", (_, corefile, name, shown, record = "A") => {
    expect(ask(corefile, name, record).shown).toBe(shown);
  });
});

describe("the log", () => {
  it("has a line for each query", () => {
    const { lines } = ask(root("log", "errors", CLUSTER), "web.default.svc.cluster.local");
    expect(lines).toEqual([
      expect.stringMatching(
        /^\[INFO\] 10\.244\.2\.5:\d+ - \d+ "A IN web\.default\.svc\.cluster\.local\. udp 47 false 512" NOERROR qr,aa,rd 92 0\.\d{9}s$/,
      ),
    ]);
  });

  it("has the classes and zones that it was asked for", () => {
    const quiet = root("log cluster.local {\n class denial error\n}", CLUSTER, "forward . /etc/resolv.conf");
    expect(ask(quiet, "web.default.svc.cluster.local").lines).toEqual([]);
    expect(ask(quiet, "example.com").lines).toEqual([]);
    expect(ask(quiet, "nope.default.svc.cluster.local").lines).toEqual([expect.stringMatching(/ NXDOMAIN qr,aa,rd /)]);
  });

  it("has a format of its own", () => {
    const { lines } = ask(root('log . "{remote} {type} {name} {rcode}"', CLUSTER), "nope.default.svc.cluster.local");
    expect(lines).toEqual(["[INFO] 10.244.2.5 A nope.default.svc.cluster.local. NXDOMAIN"]);
  });

  it("has the errors of forwarding, if they are wanted", () => {
    expect(ask(root("errors", "forward . 10.150.0.1"), "example.com").lines).toEqual([
      "[ERROR] plugin/errors: 2 example.com. A: read udp 10.244.1.2:31000->10.150.0.1:53: i/o timeout",
    ]);
    expect(ask(root("forward . 10.150.0.1"), "example.com").lines).toEqual([]);
  });
});

describe("wrong files", () => {
  const at = (line: number, message: string) => `/etc/coredns/Corefile:${line} - Error during parsing: ${message}`;
  it.each<[corefile: string, message: string]>([
    [".:53 {\n errors\n foo\n}\n", at(3, "Unknown directive 'foo'")],
    [".:53 {\n errors\n", at(2, "Unexpected EOF")],
    [".:53 {\n errors\n}\n}\n", at(4, "Unexpected '}' because no matching opening brace")],
    [root("kubernetes cluster.local {\n pod insecure\n}"), `plugin/kubernetes: ${at(3, "unknown property 'pod'")}`],
    [
      root("kubernetes cluster.local {\n pods maybe\n}"),
      "plugin/kubernetes: wrong value for pods: maybe,  must be one of: disabled, verified, insecure",
    ],
    [
      root("kubernetes cluster.local {\n ttl 4000\n}"),
      `plugin/kubernetes: ${at(3, "ttl must be in range [0, 3600]: 4000")}`,
    ],
    [root("forward ."), `plugin/forward: ${at(2, "Wrong argument count or unexpected line ending after '.'")}`],
    [root("forward . dns.example"), 'plugin/forward: not an IP address or file: "dns.example"'],
    [root("forward . 10.0.0.1 {\n policy best\n}"), `plugin/forward: ${at(3, "unknown policy 'best'")}`],
    [root("hosts {\n ttl\n}"), `plugin/hosts: ${at(3, "ttl needs a time in second")}`],
    [root("hosts {\n host 10.0.0.1\n}"), `plugin/hosts: ${at(3, "unknown property 'host'")}`],
    [root("template IN FOO {\n rcode WHAT\n}"), `plugin/template: ${at(3, "unknown rcode WHAT")}`],
    [root("log {\n class bad\n}"), "plugin/log: invalid Class: bad"],
    [root("file /etc/coredns/none.db"), "plugin/file: open /etc/coredns/none.db: no such file or directory"],
    [root("reload 1s"), "plugin/reload: interval value must be greater or equal to 2s"],
    [".:53 {\n import nothing\n}\n", at(2, "File to import not found: nothing")],
  ])("%j", (corefile, message) => {
    expect(problem(corefile)).toBe(message);
  });
});
