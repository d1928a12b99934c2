import { describe, expect, it } from "vitest";
import { findImage, imageId } from "../../src/images/find.ts";
import { parseImage } from "../../src/images/reference.ts";
import { FAMILIES } from "../../src/images/registry.ts";

function pull(name: string, options: Partial<Parameters<typeof findImage>[1]> = {}) {
  const reference = parseImage(name);
  if ("problem" in reference) throw new Error(reference.problem);
  return findImage(reference, { unknownImages: "fail", ...options });
}

function problemOf(name: string): string | undefined {
  const found = pull(name);
  return "problem" in found ? found.problem : undefined;
}

describe("pulls", () => {
  it.each([
    "busybox",
    "busybox:1.28",
    "busybox:1.36.1-musl",
    "busybox:musl",
    "k8s.gcr.io/busybox",
    "gcr.io/google-containers/busybox",
    "registry.k8s.io/busybox:1.27.2",
    "public.ecr.aws/docker/library/busybox:1.36",
    "mirror.gcr.io/library/busybox",
    "registry.k8s.io/e2e-test-images/busybox:1.36.1-1",
    "alpine:3.20",
    "alpine:3.20.3",
    "debian:12",
    "debian:bookworm-slim",
    "debian:stable-slim",
    "ubuntu:22.04",
    "ubuntu:jammy",
    "ubuntu:noble-20250404",
    "bash:5",
    "bash:5.2-alpine3.20",
    "fedora:41",
    "centos:7",
    "centos:centos7.9.2009",
    "rockylinux:9",
    "amazonlinux:2023",
    "busybox@sha256:0123456789012345678901234567890123456789",
    "me/webserver:404",
    "registry.example.com/team/app",
    "quay.io/any/tools",
  ])("%s exists", (name) => {
    expect(problemOf(name)).toBeUndefined();
  });

  it.each([
    "busybox:9",
    "busybox:1.36-nope",
    "alpine:9",
    "debian:99",
    "ubuntu:22.4",
    "ubuntu:21",

    "webserver:404",
    "lates",
    "myrepo/doesnotexist",
    "non-existing-repo/non-existing-image",
    "registry.example.com/no-such-image:1",
    "busybox:does-not-exist",
  ])("%s does not exist", (name) => {
    expect(problemOf(name)).toMatch(/^rpc error: code = (NotFound|Unknown) desc = failed to pull and unpack image "/);
  });

  it("a missing tag has containerd's words", () => {
    expect(problemOf("busybox:9")).toBe(
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/busybox:9": failed to resolve reference "docker.io/library/busybox:9": docker.io/library/busybox:9: not found',
    );
  });

  it("a private repository needs credentials of its registry", () => {
    expect(pull("registry.example.com/private/app")).toHaveProperty("problem");
    const asked: string[] = [];
    const hasCredentials = (registry: string) => asked.push(registry) > 0;
    expect(pull("registry.example.com/private/app", { hasCredentials })).toHaveProperty("image");
    expect(asked).toEqual(["registry.example.com"]);
  });

  it("all names can be pulled if the cluster says so, except names that state their absence", () => {
    const run = { unknownImages: "run" } as const;
    expect(pull("busybox:9", run)).toHaveProperty("image");
    expect(pull("webserver:404", run)).toHaveProperty("image");
    expect(pull("does-not-exist", run)).toHaveProperty("problem");
  });

  it.each(["flink:1.17", "telegraf", "valkey:8", "kong:3.6.0"])("Docker's official images exist: %s", (name) => {
    expect(pull(name)).toHaveProperty("image");
  });

  it("a digest is pulled with any tag, if the repository exists", () => {
    const digest = `sha256:${"fd8d9aa63ba2f098".repeat(4)}`;
    expect(pull(`busybox:1.99@${digest}`)).toHaveProperty("image");
    expect(pull(`myrepo/doesnotexist:1@${digest}`)).toHaveProperty("problem");
  });

  it("the id is a digest of the name, and the same at each pull", () => {
    const reference = parseImage("busybox:1.36");
    if ("problem" in reference) throw new Error(reference.problem);
    expect(imageId(reference)).toMatch(/^docker\.io\/library\/busybox@sha256:[0-9a-f]{64}$/);
  });
});

describe("the catalogue", () => {
  it("has each repository once", () => {
    const names = FAMILIES.flatMap(({ repositories }) => repositories);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it.each(FAMILIES.flatMap(({ repositories }) => repositories))(
    "%s has a newest image whose command is among its files",
    (name) => {
      const found = pull(`${name}@sha256:${"0".repeat(64)}`);
      if ("problem" in found) throw new Error(found.problem);
      const { entrypoint, cmd, env, files, sizeBytes } = found.image;
      const [program = ""] = [...entrypoint, ...cmd];
      const folders = program.startsWith("/") ? [""] : (env["PATH"] ?? "").split(":").map((folder) => `${folder}/`);
      const entries = files();
      const places = folders.map((folder) => throughLinks(entries, `${folder}${program}`));
      expect(
        places.some((place) => entries[place]?.type === "file"),
        `${program} in ${folders}`,
      ).toBe(true);
      expect(files()).toBe(entries);
      expect(hasUser(entries, found.image.user), `the account ${found.image.user}`).toBe(true);
      expect(sizeBytes).toBeGreaterThan(1000);
    },
  );
});

/** /bin is a link to usr/bin on Debian. */
function throughLinks(entries: Readonly<Record<string, { type: string; target?: string }>>, path: string): string {
  const [, top = "", rest = ""] = /^(\/[^/]+)(\/.*)$/.exec(path) ?? [];
  const entry = entries[top];
  return entry?.type === "link" && entry.target ? `/${entry.target.replace(/^\//, "")}${rest}` : path;
}

/** Numbers need no account. */
function hasUser(entries: Readonly<Record<string, { type: string; content?: string }>>, user: string): boolean {
  const accounts = entries["/etc/passwd"]?.content ?? "";
  return user === "" || /^\d+(:\d+)?$/.test(user) || accounts.split("\n").some((line) => line.startsWith(`${user}:`));
}
