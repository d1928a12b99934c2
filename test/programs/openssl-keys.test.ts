/** Keys and certificates that openssl makes here are read and verified by Node's own OpenSSL. */
import {
  checkPrimeSync,
  constants,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  privateDecrypt,
  publicEncrypt,
  X509Certificate,
} from "node:crypto";
import { describe, expect, it } from "vitest";
import { PRIME_OFFSETS } from "../../src/lib/generated/prime-offsets.ts";
import { primeOf } from "../../src/lib/signing/primes.ts";
import { certificateProblem } from "../../src/lib/signing/verification.ts";
import { FakeFiles } from "../support/fake-files.ts";
import { NOW_MS, runProgram } from "../support/fake-process.ts";

const DAY_MS = 86_400_000;

/** Runs command lines of openssl one after the other on the same files; words with blanks are in quotes. */
class Shell {
  readonly files = new FakeFiles(NOW_MS);
  #runs = 0;

  run(line: string, { stdin = "", nowMs = NOW_MS } = {}) {
    const argv = ["openssl", ...(line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""))];
    return runProgram({ argv, files: this.files, stdin, nowMs, cwd: "/", seed: String(this.#runs++) });
  }

  /** Runs lines that must succeed. Returns the output of the last one. */
  all(...lines: readonly string[]): string {
    let stdout = "";
    for (const line of lines) {
      const run = this.run(line);
      if (run.status !== 0) throw new Error(`${line}: ${run.stderr}`);
      stdout = run.stdout;
    }
    return stdout;
  }

  read(name: string): string {
    return this.files.read(`/${name}`);
  }

  write(name: string, text: string): void {
    this.files.write(`/${name}`, text);
  }
}

function certificate(text: string): X509Certificate {
  return new X509Certificate(text);
}

const AUTHORITY = [
  "genrsa -out ca.key 2048",
  'req -x509 -new -nodes -key ca.key -subj "/C=US/O=Acme/CN=my ca" -days 365 -out ca.crt',
];

describe("keys", () => {
  it.each(Object.keys(PRIME_OFFSETS).map(Number))("of RSA come from primes of %d bits", (bits) => {
    const { length } = PRIME_OFFSETS[bits]!;
    for (const index of [0, 1, length >> 1, length - 1]) {
      const prime = primeOf(bits, index);
      expect(prime.toString(2)).toHaveLength(bits);
      expect(checkPrimeSync(prime)).toBe(true);
    }
  });

  it.each<[string, string, object]>([
    ["genrsa -out k", "rsa", { modulusLength: 2048, publicExponent: 65537n }],
    ["genrsa -out k 4096", "rsa", { modulusLength: 4096 }],
    ["genrsa -traditional -out k 1024", "rsa", { modulusLength: 1024 }],
    ["genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out k", "rsa", { modulusLength: 3072 }],
    ["genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out k", "ec", { namedCurve: "secp384r1" }],
    ["genpkey -algorithm ed25519 -out k", "ed25519", {}],
    ["ecparam -name prime256v1 -genkey -noout -out k", "ec", { namedCurve: "prime256v1" }],
    ["ecparam -name secp521r1 -genkey -out k", "ec", { namedCurve: "secp521r1" }],
  ])("%s", (line, type, details) => {
    const shell = new Shell();
    shell.all(line);
    const key = createPrivateKey(shell.read("k"));
    expect(key.asymmetricKeyType).toBe(type);
    expect(key.asymmetricKeyDetails).toMatchObject(details);
    const open = shell.all("pkey -in k -pubout");
    expect(open).toBe(createPublicKey(key).export({ type: "spki", format: "pem" }));
    expect(shell.all("pkey -in k")).toBe(key.export({ type: "pkcs8", format: "pem" }));
  });

  it("are for their owner only, and differ from each other", () => {
    const shell = new Shell();
    const keys = Array.from({ length: 5 }, () => shell.all("genrsa 2048"));
    expect(new Set(keys).size).toBe(5);
    shell.all("genrsa -out k 2048");
    expect(shell.files.stat("/k").mode & 0o777).toBe(0o600);
  });

  it("are kept under a password", () => {
    const shell = new Shell();
    shell.all("genrsa -aes256 -passout pass:secret -out k 2048", "rsa -in k -passin pass:secret -out plain");
    const key = createPrivateKey({ key: shell.read("k"), passphrase: "secret" });
    expect(createPrivateKey(shell.read("plain")).equals(key)).toBe(true);
    expect(shell.run("rsa -in k -passin pass:other")).toMatchObject({
      status: 1,
      stderr: "Could not read private key from k\n",
    });
  });

  it("are shown as text", () => {
    const shell = new Shell();
    shell.all("ecparam -name prime256v1 -genkey -noout -out k");
    const { stdout, stderr } = shell.run("ec -in k -noout -text");
    expect(stderr).toBe("read EC key\n");
    const row = "    ([0-9a-f]{2}:?){1,15}\n";
    expect(stdout).toMatch(
      new RegExp(
        `^Private-Key: \\(256 bit\\)\npriv:\n(${row}){3}pub:\n(${row}){5}ASN1 OID: prime256v1\nNIST CURVE: P-256\n$`,
      ),
    );
    shell.all("genrsa -out r 2048");
    const { n } = createPublicKey(shell.read("r")).export({ format: "jwk" });
    const modulus = Buffer.from(n!, "base64url").toString("hex").toUpperCase();
    expect(shell.all("rsa -in r -noout -modulus")).toBe(`Modulus=${modulus}\n`);
    expect(shell.all("rsa -in r -noout -check")).toBe("RSA key ok\n");
    expect(shell.all("rsa -in r -noout -text")).toMatch(
      /^Private-Key: \(2048 bit, 2 primes\)\nmodulus:\n[\s\S]*coefficient:\n/,
    );
  });

  it.each<[string, string]>([
    ["genrsa abc", 'genrsa: Can\'t parse "abc" as a number\n'],
    ["genrsa -foo", "genrsa: Unknown cipher: foo\ngenrsa: Use -help for summary.\n"],
    ["req -foo", "req: Unknown option or message digest: foo\nreq: Use -help for summary.\n"],
    ["foo", "Invalid command 'foo'; type \"help\" for a list.\n"],
    ["req -new -key none -subj /CN=x", "Could not open file or uri for loading private key from none\n"],
  ])("%s is refused", (line, stderr) => {
    expect(new Shell().run(line)).toMatchObject({ status: 1, stderr });
  });
});

describe("certificates", () => {
  it("of an authority sign themselves", () => {
    const shell = new Shell();
    shell.all(...AUTHORITY);
    const ca = certificate(shell.read("ca.crt"));
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.ca).toBe(true);
    expect(ca.subject).toBe("C=US\nO=Acme\nCN=my ca");
    expect(Date.parse(ca.validTo) - NOW_MS).toBe(365 * DAY_MS);
    expect(ca.checkPrivateKey(createPrivateKey(shell.read("ca.key")))).toBe(true);
    const titles = shell.all("x509 -in ca.crt -noout -text").match(/X509v3 \w[^:]*:/g);
    expect(titles).toEqual([
      "X509v3 extensions:",
      "X509v3 Subject Key Identifier:",
      "X509v3 Authority Key Identifier:",
      "X509v3 Basic Constraints:",
    ]);
  });

  it("of servers are signed by it and accepted by clients", () => {
    const shell = new Shell();
    shell.write(
      "san.cnf",
      "[v3]\nsubjectAltName = @names\nextendedKeyUsage = serverAuth\n[names]\nDNS.1 = web.default.svc\nIP.1 = 10.0.0.1\n",
    );
    shell.all(
      ...AUTHORITY,
      'req -newkey rsa:2048 -nodes -keyout s.key -out s.csr -subj "/CN=web"',
      "x509 -req -in s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 10 -out s.crt -extfile san.cnf -extensions v3",
    );
    const [ca, server] = [certificate(shell.read("ca.crt")), certificate(shell.read("s.crt"))];
    expect(server.verify(ca.publicKey)).toBe(true);
    expect(server.checkIssued(ca)).toBe(true);
    expect(server.subjectAltName).toBe("DNS:web.default.svc, IP Address:10.0.0.1");
    expect(`${server.serialNumber}\n`).toBe(shell.read("ca.srl"));
    const presented = { presented: shell.read("s.crt"), trusts: shell.read("ca.crt"), nowMs: NOW_MS };
    expect(certificateProblem({ ...presented, host: "web.default.svc" })).toBeUndefined();
    expect(certificateProblem({ ...presented, host: "other" })?.text).toBe(
      "x509: certificate is valid for web.default.svc, not other",
    );
    expect(shell.run("verify -CAfile ca.crt s.crt")).toMatchObject({ status: 0, stdout: "s.crt: OK\n" });
  });

  it("have version 1 without extensions, and those of the request if they are copied", () => {
    const shell = new Shell();
    shell.all(
      ...AUTHORITY,
      'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key -out s.csr -subj /CN=web -addext "subjectAltName=DNS:web"',
    );
    const signed = shell.run("x509 -req -in s.csr -CA ca.crt -CAkey ca.key -out s.crt");
    expect(signed.stderr).toBe("Certificate request self-signature ok\nsubject=CN = web\n");
    expect(shell.all("x509 -in s.crt -noout -text")).toContain("Version: 1 (0x0)");
    expect(certificate(shell.read("s.crt")).verify(certificate(shell.read("ca.crt")).publicKey)).toBe(true);
    shell.all("x509 -req -in s.csr -CA ca.crt -CAkey ca.key -out s.crt -copy_extensions copy");
    expect(certificate(shell.read("s.crt")).subjectAltName).toBe("DNS:web");
    expect(shell.all("x509 -in s.crt -noout -ext authorityKeyIdentifier")).toMatch(
      /^X509v3 Authority Key Identifier: \n {4}[\dA-F:]{59}\n$/,
    );
  });

  it("follow a configuration", () => {
    const shell = new Shell();
    const lines = [
      "[req]",
      "distinguished_name = dn",
      "req_extensions = v3_req",
      "x509_extensions = v3_ca",
      "prompt = no",
      "[dn]",
      "C = US  # a country",
      "0.organizationName = Acme",
      "CN = web",
      "emailAddress = a@b.c",
      "[v3_req]",
      "basicConstraints = CA:FALSE",
      "keyUsage = nonRepudiation, digitalSignature, keyEncipherment",
      "subjectAltName = @alt",
      "[v3_ca]",
      "basicConstraints = critical, CA:TRUE, pathlen:0",
      "[alt]",
      "DNS.1 = web",
      "DNS.2 = *.web.default",
      "IP.1 = ::1",
    ];
    shell.write("c.cnf", `${lines.join("\n")}\n`);
    shell.all(
      "genrsa -out k 2048",
      "req -new -key k -config c.cnf -out c.csr",
      "req -x509 -new -key k -config c.cnf -out c.crt",
    );
    const text = shell.all("req -in c.csr -noout -text");
    expect(text).toContain("Subject: C = US, O = Acme, CN = web, emailAddress = a@b.c\n");
    expect(text).toContain(
      [
        "            Requested Extensions:",
        "                X509v3 Basic Constraints: ",
        "                    CA:FALSE",
        "                X509v3 Key Usage: ",
        "                    Digital Signature, Non Repudiation, Key Encipherment",
        "                X509v3 Subject Alternative Name: ",
        "                    DNS:web, DNS:*.web.default, IP Address:0:0:0:0:0:0:0:1",
      ].join("\n"),
    );
    expect(shell.run("req -in c.csr -noout -verify").stderr).toBe("Certificate request self-signature verify OK\n");
    expect(shell.all("x509 -in c.crt -noout -ext basicConstraints")).toBe(
      "X509v3 Basic Constraints: critical\n    CA:TRUE, pathlen:0\n",
    );
  });

  it("ask for a name without one", () => {
    const shell = new Shell();
    shell.all("genrsa -out k 2048");
    const answers = "\n\n\n.\n\nweb\n\n\n\n";
    const run = shell.run("req -new -key k -out c.csr", { stdin: answers });
    expect(run.stderr).toContain("Country Name (2 letter code) [AU]:State or Province Name (full name) [Some-State]:");
    expect(shell.all("req -in c.csr -noout -subject")).toBe("subject=C = AU, ST = Some-State, CN = web\n");
    expect(shell.run("req -new -key k").stderr).toMatch(/\[AU\]:Error making certificate request\n$/);
  });

  it.each<[string, string, object, string]>([
    [
      "of an unknown authority",
      "verify s.crt",
      {},
      "CN = web\nerror 20 at 0 depth lookup: unable to get local issuer certificate\n",
    ],
    [
      "that signs itself",
      "verify ca.crt",
      {},
      "C = US, O = Acme, CN = my ca\nerror 18 at 0 depth lookup: self-signed certificate\n",
    ],
    [
      "that is over",
      "verify -CAfile ca.crt s.crt",
      { nowMs: NOW_MS + 40 * DAY_MS },
      "CN = web\nerror 10 at 0 depth lookup: certificate has expired\n",
    ],
    [
      "of another key",
      "verify -CAfile other.crt s.crt",
      {},
      "CN = web\nerror 7 at 0 depth lookup: certificate signature failure\n",
    ],
  ])("are refused: one %s", (_, line, options, stderr) => {
    const shell = new Shell();
    shell.all(
      ...AUTHORITY,
      "genrsa -out other.key 2048",
      'req -x509 -new -key other.key -subj "/C=US/O=Acme/CN=my ca" -out other.crt',
      "req -newkey rsa:1024 -nodes -keyout s.key -out s.csr -subj /CN=web",
      "x509 -req -in s.csr -CA ca.crt -CAkey ca.key -out s.crt",
    );
    const run = shell.run(line, options);
    expect(run.status).toBe(2);
    expect(run.stderr.startsWith(stderr)).toBe(true);
  });

  it("need the key of their authority", () => {
    const shell = new Shell();
    shell.all(...AUTHORITY, "genrsa -out o.key 2048", "req -new -key o.key -subj /CN=x -out o.csr");
    const run = shell.run("x509 -req -in o.csr -CA ca.crt -CAkey o.key");
    expect(run).toMatchObject({ status: 1 });
    expect(run.stderr).toContain("CA certificate and CA private key do not match\n");
  });
});

describe("digests, ciphers and signatures", () => {
  it.each(["genrsa -out k 2048", "ecparam -name secp384r1 -genkey -noout -out k", "genpkey -algorithm ED25519 -out k"])(
    "signatures with a key of %s",
    (line) => {
      const shell = new Shell();
      shell.write("f", "hello\n");
      shell.write("g", "other\n");
      shell.all(line, "pkey -in k -pubout -out pub");
      shell.all("dgst -sha256 -sign k -out sig f");
      expect(shell.run("dgst -sha256 -verify pub -signature sig f")).toMatchObject({
        status: 0,
        stdout: "Verified OK\n",
      });
      expect(shell.run("dgst -sha256 -verify pub -signature sig g")).toMatchObject({
        status: 1,
        stdout: "Verification failure\n",
      });
      if (line.includes("ED25519")) return;
      const signature = Buffer.from(shell.read("sig"), "latin1");
      expect(createVerify("sha256").update("hello\n").verify(shell.read("pub"), signature)).toBe(true);
      shell.write("sig", createSign("sha256").update("hello\n").sign(shell.read("k")).toString("latin1"));
      expect(shell.all("dgst -sha256 -verify pub -signature sig f")).toBe("Verified OK\n");
    },
  );

  it("short messages are encrypted for an RSA key", () => {
    const shell = new Shell();
    shell.write("f", "hello\n");
    shell.all(
      "genrsa -out k 2048",
      "rsa -in k -pubout -out pub",
      "pkeyutl -encrypt -pubin -inkey pub -in f -out f.rsa",
    );
    const key = { key: shell.read("k"), padding: constants.RSA_PKCS1_PADDING };
    expect(privateDecrypt(key, Buffer.from(shell.read("f.rsa"), "latin1")).toString()).toBe("hello\n");
    const encrypted = publicEncrypt(
      { key: shell.read("pub"), padding: constants.RSA_PKCS1_PADDING },
      Buffer.from("hi\n"),
    );
    shell.write("g.rsa", encrypted.toString("latin1"));
    expect(shell.all("pkeyutl -decrypt -inkey k -in g.rsa")).toBe("hi\n");
  });

  // Answers of OpenSSL 3.0.
  it.each([
    ["enc -aes-256-cbc -pbkdf2 -a -in f -pass pass:s -S 0102030405060708", "CWZzeOxanpEFk5duD3NWsA==\n"],
    ["aes-256-cbc -a -in f -k s -S 0102030405060708", "ne/F0qGLDBy/e7mq6F/Q7w==\n"],
    [
      "enc -aes-128-cbc -K 00112233445566778899aabbccddeeff -iv 00000000000000000000000000000000 -in f -a",
      "JIkiYwD4nLenYFa4f8k3+g==\n",
    ],
    ["dgst -sha256 f", "SHA2-256(f)= 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\n"],
    [
      "dgst -sha256 -hmac key f",
      "HMAC-SHA2-256(f)= 8e384ff349a3d90f2c7837b0d76de8f81c6e85b390ed38905f521ae77cb9a29a\n",
    ],
    ["md5 f", "MD5(f)= b1946ac92492d2347c6235b4d2611184\n"],
    ["base64 -in f", "aGVsbG8K\n"],
  ])("%s", (line, stdout) => {
    const shell = new Shell();
    shell.write("f", "hello\n");
    expect(shell.all(line)).toBe(stdout);
  });

  it.each(["-aes-256-cbc -pbkdf2", "-aes-128-ctr -pbkdf2 -iter 1000", "-aes256 -a", "-aes-192-cbc -md md5"])(
    "enc %s is undone by -d",
    (options) => {
      const shell = new Shell();
      shell.write("f", "some text\n".repeat(50));
      shell.all(`enc ${options} -in f -out f.enc -k secret`, `enc -d ${options} -in f.enc -out f.dec -k secret`);
      expect(shell.read("f.dec")).toBe(shell.read("f"));
      expect(shell.read("f.enc")).not.toContain("some text");
      if (!options.includes("ctr")) {
        expect(shell.run(`enc -d ${options} -in f.enc -k wrong`)).toMatchObject({ status: 1, stdout: "" });
      }
    },
  );
});
