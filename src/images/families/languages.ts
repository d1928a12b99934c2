/** Images of programming languages. */
import { interpreter } from "../../programs/servers/interpreter.ts";
import type { Program } from "../../shell/program.ts";
import { MB, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { executable, executables } from "../tree.ts";

interface Language {
  repositories: readonly string[];
  versions: string;
  variants?: string;
  words?: Record<string, string>;
  sizeMb: number;
  cmd: readonly string[];
  env: (version: string) => Record<string, string>;
  /** Executables in /usr/local/bin, apart from the entrypoint: paths by program. */
  executables: Readonly<Record<string, string>>;
  entrypoint?: string;
  programs?: Readonly<Record<string, Program>>;
}

const FULL_TOOLS =
  "curl wget git gcc make ssh scp sftp unzip openssl file ps pgrep pkill top free uptime vmstat watch nslookup ping";
const VARIANTS = `(?:slim|${ALPINE_VARIANT}|${DEBIAN_VARIANT}|onbuild|current|lts)`;

function language(facts: Language): ImageFamily {
  const { repositories, versions, variants = VARIANTS, words, sizeMb, cmd, env, entrypoint, programs } = facts;
  return {
    repositories,
    tags: { versions, variants, ...(words && { words }) },
    image: (tag) => {
      const isSlim = /slim|alpine/.test(tag.variant);
      return onVariant(tag, {
        sizeBytes: (isSlim ? sizeMb * 0.15 : sizeMb) * MB,
        env: env(tag.version),
        ...(entrypoint && { entrypoint: [entrypoint] }),
        cmd,
        files: () => ({
          ...Object.fromEntries(
            Object.entries(facts.executables).map(([path, program]) => [
              path,
              executable(program, { sizeBytes: 12_000_000 }),
            ]),
          ),
          ...(entrypoint && {
            [`/usr/local/bin/${entrypoint}`]: executable("exec-entrypoint", {
              content: `#!/bin/sh\nset -e\ncase "$1" in -*) set -- ${cmd[0]} "$@" ;; esac\nexec "$@"\n`,
            }),
          }),
          ...(isSlim ? {} : executables("/usr/bin", FULL_TOOLS)),
        }),
      });
    },
    ...(programs && { programs }),
  };
}

const python = language({
  repositories: library("python").concat("docker.io/bitnami/python"),
  versions: "2.7:18 3.3:7 3.4:10 3.5:10 3.6:15 3.7:17 3.8:20 3.9:25 3.10:19 3.11:14 3.12:12 3.13:11 3.14:2",
  words: { rc: "3.14.2" },
  sizeMb: 370,
  cmd: ["python3"],
  env: (version) => ({
    PATH: "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    PYTHON_VERSION: version,
    LANG: "C.UTF-8",
  }),
  executables: {
    "/usr/local/bin/python3": "python3",
    "/usr/local/bin/python": "python3",
    "/usr/local/bin/pip": "pip",
    "/usr/local/bin/pip3": "pip",
  },
  programs: {
    pip: interpreter({
      language: "Python packages",
      version: () => "pip 25.3 from /usr/local/lib/python3.14/site-packages/pip (python 3.14)",
    }),
  },
});

const node = language({
  repositories: library("node").concat("docker.io/bitnami/node"),
  versions:
    "4.0-9:1 6.0-17:1 8.0-17:0 10.0-24:1 12.0-22:12 13.0-14:0 14.0-21:3 15.0-14:0 16.0-20:2 17.0-9:1 18.0-20:8 19.0-9:0 20.0-20:0 21.0-7:3 22.0-22:0 23.0-11:1 24.0-13:0 25.0-5:0",
  words: {
    current: "25.5.0",
    lts: "24.13.0",
    krypton: "24.13.0",
    jod: "22.22.0",
    iron: "20.20.0",
    hydrogen: "18.20.8",
    gallium: "16.20.2",
  },
  sizeMb: 395,
  cmd: ["node"],
  entrypoint: "docker-entrypoint.sh",
  env: (version) => ({ NODE_VERSION: version, YARN_VERSION: "1.22.22" }),
  executables: {
    "/usr/local/bin/node": "node",
    "/usr/local/bin/nodejs": "node",
    "/usr/local/bin/npm": "npm",
    "/usr/local/bin/npx": "npm",
    "/usr/local/bin/yarn": "npm",
  },
});

const golang = language({
  repositories: library("golang"),
  versions: "1.4-20:14 1.21:13 1.22:12 1.23:12 1.24:11 1.25:9 1.26:6 1.27:1",
  sizeMb: 310,
  cmd: ["bash"],
  env: (version) => ({
    PATH: "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    GOLANG_VERSION: version,
    GOPATH: "/go",
    GOTOOLCHAIN: "local",
  }),
  executables: { "/usr/local/go/bin/go": "go", "/usr/local/go/bin/gofmt": "go" },
  programs: {
    go: interpreter({
      language: "Go",
      version: ({ env }) => `go version go${env["GOLANG_VERSION"] ?? "1.25.5"} linux/amd64`,
      versionFlags: ["version"],
    }),
  },
});

const JAVA_VERSIONS = "6 7:9 8:482 9 10:2 11:30 12 13 14 15 16 17:18 18:2 19:2 20:2 21:10 22:2 23:2 24:2 25:2";
const JAVA_VARIANTS = "(?:jdk|jre|ea|oracle|slim|headful|al\\d+|alpine|full)?[\\w.+-]*";

const java = language({
  repositories: [
    ...library(
      "openjdk",
      "eclipse-temurin",
      "amazoncorretto",
      "ibm-semeru-runtimes",
      "sapmachine",
      "maven",
      "gradle",
      "java",
    ),
    "docker.io/azul/zulu-openjdk",
    "docker.io/adoptopenjdk/openjdk11",
    "docker.io/bitnami/java",
    "mcr.microsoft.com/openjdk/jdk",
  ],
  versions: `3.0-9:12 4.0-9:9 ${JAVA_VERSIONS}`,
  variants: JAVA_VARIANTS,
  sizeMb: 245,
  cmd: ["jshell"],
  env: (version) => ({
    PATH: "/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    JAVA_HOME: "/opt/java/openjdk",
    JAVA_VERSION: version,
  }),
  executables: {
    "/opt/java/openjdk/bin/java": "java",
    "/opt/java/openjdk/bin/javac": "java",
    "/opt/java/openjdk/bin/jshell": "java",
    "/usr/bin/mvn": "java",
    "/usr/bin/gradle": "java",
  },
  programs: {
    java: interpreter({
      language: "Java",
      version: ({ env }) => `openjdk ${env["JAVA_VERSION"] ?? "25.0.2"} 2026-01-20`,
      versionFlags: ["--version", "-version"],
    }),
  },
});

const ruby = language({
  repositories: library("ruby", "jruby"),
  versions: "1.9:3 2.0-7:8 3.0-2:9 3.3:10 3.4:8 4.0:1",
  sizeMb: 365,
  cmd: ["irb"],
  env: (version) => ({
    PATH: "/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    RUBY_VERSION: version,
    GEM_HOME: "/usr/local/bundle",
  }),
  executables: {
    "/usr/local/bin/ruby": "ruby",
    "/usr/local/bin/irb": "ruby",
    "/usr/local/bin/gem": "ruby",
    "/usr/local/bin/bundle": "ruby",
  },
  programs: {
    ruby: interpreter({
      language: "Ruby",
      version: ({ env }) => `ruby ${env["RUBY_VERSION"] ?? "4.0.1"} (2026-01-13 revision 0) [x86_64-linux]`,
    }),
  },
});

const perl = language({
  repositories: library("perl"),
  versions: "5.8-31:9 5.32:1 5.34:3 5.36:3 5.38:5 5.40:3 5.42:0",
  variants: `(?:slim|threaded|${DEBIAN_VARIANT})(?:-(?:slim|threaded|${DEBIAN_VARIANT}))*`,
  sizeMb: 338,
  cmd: ["perl5.42.0", "-de0"],
  env: () => ({}),
  executables: { "/usr/local/bin/perl": "perl", "/usr/local/bin/perl5.42.0": "perl", "/usr/local/bin/cpanm": "perl" },
});

const others = language({
  repositories: [
    ...library(
      "rust",
      "gcc",
      "elixir",
      "erlang",
      "julia",
      "r-base",
      "haskell",
      "swift",
      "clojure",
      "groovy",
      "pypy",
      "mono",
      "dart",
    ),
    "mcr.microsoft.com/dotnet/sdk",
    "mcr.microsoft.com/dotnet/aspnet",
    "mcr.microsoft.com/dotnet/runtime",
    "docker.io/denoland/deno",
    "docker.io/oven/bun",
    "docker.io/tensorflow/tensorflow",
    "docker.io/pytorch/pytorch",
  ],
  versions:
    "0.0-99:9 1.0-99:9 2.0-20:9 3.0-20:9 4.0-20:9 5.0-9:9 6.0-12:9 7.0-9:9 8.0-10:30 9.0-10:30 10.0-9:9 11.0-9:9 12.0-9:9 13.0-9:9 14.0-9:9 15.0-9:9 25.0-9:9 26.0-9:9 27.0-9:9 28.0-9:9",
  variants: "[\\w.-]+",
  sizeMb: 420,
  cmd: ["bash"],
  env: () => ({}),
  executables: {
    "/usr/local/bin/cargo": "compiler",
    "/usr/local/bin/rustc": "compiler",
    "/usr/local/bin/dotnet": "compiler",
    "/usr/local/bin/deno": "compiler",
    "/usr/local/bin/bun": "compiler",
    "/usr/local/bin/python3": "python3",
    "/usr/local/bin/python": "python3",
  },
  programs: {
    compiler: interpreter({ language: "this language", version: () => "1.0.0" }),
    php: interpreter({ language: "PHP", version: ({ env }) => `PHP ${env["PHP_VERSION"] ?? "8.5.2"} (cli) (NTS)` }),
  },
});

export const LANGUAGES: readonly ImageFamily[] = [python, node, golang, java, ruby, perl, others];
