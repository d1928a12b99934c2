/** MinIO and its client: objects lie in the data folder, outlive the server, and need valid keys. */
import { expect, it } from "vitest";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { textOfBytes } from "../../../src/lib/bytes.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import { logOfContainer } from "../../kubelet/files-of-pods.ts";
import { service } from "../../support/builders.ts";

const SERVER = "minio server /data --console-address :9001 > /tmp/log &\nsleep 2\n";
const ALIAS = "mc alias set m http://127.0.0.1:9000 admin secret-key\n";

function run(script: string): string {
  const env = [
    { name: "MINIO_ROOT_USER", value: "admin" },
    { name: "MINIO_ROOT_PASSWORD", value: "secret-key" },
  ];
  const image = "quay.io/minio/minio:RELEASE.2024-12-18T13-15-44Z";
  const container = { image, command: ["sh", "-c", SERVER + script], env };
  const cluster = clusterWith({ latency: "instant" }, podWith("p", container, { restartPolicy: "Never" }));
  cluster.advance(120_000);
  expect(cluster.get(podKind, "p")?.status.phase).toBe("Succeeded");
  return textOfBytes(logOfContainer(cluster));
}

it("stores, lists, reads and removes objects", () => {
  const log = run(`${ALIAS}
    mc mb m/photos; mc mb m/photos; echo "again $?"; mc mb -p m/photos
    printf 'hello' > /tmp/a.txt; mc cp /tmp/a.txt m/photos/2025/a.txt
    printf 'w\\303\\266rld\\000\\377' > /tmp/b.bin; mc cp -q /tmp/b.bin m/photos
    mc ls m; mc ls m/photos; mc ls -r m/photos/
    mc cat m/photos/2025/a.txt; echo; mc cp m/photos/b.bin /tmp/c.bin > /dev/null; cat /tmp/b.bin | md5sum; cd /tmp; md5sum < c.bin
    mc stat m/photos/2025/a.txt
    mc rb m/photos; echo "not empty $?"
    mc rm m/photos/b.bin; mc cat m/photos/b.bin; echo "gone $?"
    ls /data/photos /data/photos/2025/a.txt
    mc rb --force m/photos; mc ls m/photos; echo "no bucket $?"; true`);
  expect(log).toContain("Added `m` successfully.\nBucket created successfully `m/photos`.\n");
  expect(log).toContain(
    "mc: <ERROR> Unable to make bucket `m/photos`. Your previous request to create the named bucket succeeded and you already own it.\nagain 1\nBucket created",
  );
  expect(log).toContain("`/tmp/a.txt` -> `m/photos/2025/a.txt`\n┌───────┬");
  expect(log).toMatch(/ 0B 2025\/\n.* 8B STANDARD b\.bin\n.* 5B STANDARD 2025\/a\.txt\n.* 8B STANDARD b\.bin\n/);
  expect(log).toMatch(/UTC\] +0B photos\/\n.* 0B 2025\/\n/);
  expect(log).toMatch(/\nhello\n(\w{32}) {2}-\n\1 {2}-\nName {6}: a\.txt\n/);
  expect(log).toContain("ETag      : 5d41402abc4b2a76b9719d911017c592 \n");
  expect(log).toContain("  Content-Type: text/plain \n");
  expect(log).toMatch(/`m\/photos` is not empty\. .*\nnot empty 1\nRemoved `m\/photos\/b\.bin`\.\n/);
  expect(log).toContain("mc: <ERROR> Unable to read from `m/photos/b.bin`. Object does not exist.\ngone 1\n");
  expect(log).toContain("/data/photos:\n2025\n\n/data/photos/2025/a.txt:\nxl.meta\n");
  expect(log).toContain(
    "Removed `m/photos` successfully.\nmc: <ERROR> Unable to list folder. Bucket `photos` does not exist.\nno bucket 1\n",
  );
});

it("refuses wrong keys, and clients without keys unless a policy allows them", () => {
  const log = run(`mc alias set m http://127.0.0.1:9000 admin wrong-key; echo "key $?"
    mc alias set m http://127.0.0.1:9000 other secret-key
    mc alias set m http://127.0.0.1:9999 admin secret-key
    ${ALIAS} mc mb m/web; echo page | mc pipe m/web/index.html
    curl -s -o /dev/null -w 'status %{http_code}\\n' http://127.0.0.1:9000/web/index.html
    mc anonymous set download m/web; mc anonymous get m/web
    curl -s http://127.0.0.1:9000/web/index.html
    curl -s -X PUT -d x http://127.0.0.1:9000/web/other.html`);
  const refusal = "mc: <ERROR> Unable to initialize new alias from the provided credentials.";
  expect(log).toContain(
    `${refusal} The request signature we calculated does not match the signature you provided. Check your key and signing method.\nkey 1\n`,
  );
  expect(log).toContain(`${refusal} The Access Key Id you provided does not exist in our records.\n`);
  expect(log).toMatch(
    /Get "http:\/\/127\.0\.0\.1:9999\/.*": dial tcp 127\.0\.0\.1:9999: connect: connection refused\./,
  );
  expect(log).toContain("5 B -> `m/web/index.html`\nstatus 403\n");
  expect(log).toContain("Access permission for `m/web` is `download`\npage\n");
  expect(log).toContain("<Code>AccessDenied</Code><Message>Access Denied.</Message>");
});

it("is healthy, says what it holds, and has its objects after a restart", () => {
  const log = run(`${ALIAS}
    for path in live ready cluster; do curl -s -w "$path %{http_code}\\n" http://127.0.0.1:9000/minio/health/$path; done
    mc mb m/one; mkdir -p /tmp/d/e; echo 1 > /tmp/d/x; echo 2 > /tmp/d/e/y; mc cp -r /tmp/d/ m/one/in/ > /dev/null
    mc admin info m
    kill %1; wait %1; mc ls m; echo "down $?"
    minio server /data > /tmp/second & sleep 2
    mc ls -r m/one; mc rm -r --force m/one/in/; grep -c Formatting /tmp/log /tmp/second`);
  expect(log).toContain("live 200\nready 200\ncluster 200\n");
  expect(log).toContain("Drives: 1/1 OK");
  expect(log).toContain("4 B Used, 1 Bucket, 2 Objects\n1 drive online, 0 drives offline, EC:0\n");
  expect(log).toMatch(/connection refused\.\ndown 1\n.* 2B STANDARD in\/e\/y\n.* 2B STANDARD in\/x\n/);
  expect(log).toContain("Removed `m/one/in/e/y`.\nRemoved `m/one/in/x`.\n/tmp/log:1\n/tmp/second:0\n");
});

it("starts from the image's entrypoint, and refuses a short password", () => {
  const image = "minio/minio:latest";
  const good = podWith("good", { image, args: ["server", "/data", "--console-address", ":9001"] });
  const env = [{ name: "MINIO_ROOT_PASSWORD", value: "short" }];
  const bad = podWith("bad", { image, args: ["minio", "server", "/data"], env }, { restartPolicy: "Never" });
  const cluster = clusterWith({ latency: "instant" }, good, bad);
  cluster.advance(120_000);
  expect(cluster.get(podKind, "good")?.status.phase).toBe("Running");
  const log = logOfContainer(cluster, "good");
  expect(log).toContain("INFO: Formatting 1st pool, 1 set(s), 1 drives per set.\nMinIO Object Storage Server\n");
  expect(log).toMatch(/\nWebUI: http:\/\/10\.[\d.]+:9001 {2}http:\/\/127\.0\.0\.1:9001 \n/);
  expect(log).toContain("WARN: Detected default credentials 'minioadmin:minioadmin'");
  expect(cluster.get(podKind, "bad")?.status.phase).toBe("Failed");
  expect(logOfContainer(cluster, "bad")).toContain("FATAL Unable to validate credentials");
});

it("passes requests of a distributed server on to the first node", () => {
  const env = [
    { name: "MINIO_ROOT_USER", value: "admin" },
    { name: "MINIO_ROOT_PASSWORD", value: "secret-key" },
  ];
  const node = (name: string) => {
    const args = ["server", "http://minio-{0...1}.minio.default.svc.cluster.local/data"];
    const made = podWith(name, { image: "minio/minio", args, env }, { hostname: name, subdomain: "minio" });
    made.metadata.labels = { app: "minio" };
    return made;
  };
  const script = `sleep 5; mc alias set a http://minio-0.minio:9000 admin secret-key
    mc alias set b http://minio-1.minio:9000 admin secret-key
    mc mb b/shared; echo text | mc pipe b/shared/x; mc cat a/shared/x; mc cat b/shared/x`;
  const user = podWith("p", { image: "minio/mc", command: ["sh", "-c", script] }, { restartPolicy: "Never" });
  const cluster = clusterWith({ latency: "instant" }, node("minio-0"), node("minio-1"), user);
  cluster.create(serviceKind, service("minio", { headless: true, publishNotReadyAddresses: true }));
  cluster.advance(120_000);
  expect(textOfBytes(logOfContainer(cluster))).toContain("5 B -> `b/shared/x`\ntext\ntext\n");
});
