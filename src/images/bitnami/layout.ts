/**
 * The layout of Bitnami's images: no root, programs and configuration in /opt/bitnami/<name>, data in /bitnami/<name>,
 * shell functions in /opt/bitnami/scripts. Charts mount their volumes over these folders and read these functions.
 * Source: bitnami/containers.
 */
import type { FileEntry } from "../../files/entry.ts";
import { DEBIAN_PATH } from "../bases/debian.ts";
import { onDebian } from "../config.ts";
import type { ImageConfig } from "../image.ts";
import type { TagFacts } from "../tags.ts";
import { directories, directory, executable, file, link } from "../tree.ts";
import { ALL_LIBRARIES, LIBRARIES } from "./libraries.ts";

const SCRIPTS = "/opt/bitnami/scripts";
/** Folders that images open to every member of the group root. */
const OPEN = { uid: 1001, gid: 0, mode: 0o775 };
/** Folders of each application, and those of the servers that PHP applications contain. */
const OWN_FOLDERS = "bin conf conf.default etc logs tmp data plugins var";
const SHARED_FOLDERS = "/opt/bitnami/apache/logs /opt/bitnami/apache/conf /opt/bitnami/apache/var/run";
const PHP_FOLDERS = "/opt/bitnami/php/etc /opt/bitnami/php/var /opt/bitnami/php/tmp /opt/bitnami/common/bin";
/** Further folders that init containers of charts copy, by application. */
const MORE_FOLDERS: Readonly<Record<string, string>> = {
  airflow: "venv",
  fluentd: "specifications gems extensions",
  kafka: "config",
  keycloak: "lib/quarkus providers themes",
  mastodon: "public",
  milvus: "configs",
  rabbitmq: "sbin etc/rabbitmq var/lib/rabbitmq var/log/rabbitmq .rabbitmq/mnesia",
  solr: "server",
};

/** Folders, libraries and links that every image of the application has. */
export function bitnamiFiles(name: string): Record<string, FileEntry> {
  const folders = `${OWN_FOLDERS} ${MORE_FOLDERS[name] ?? ""}`.trim().split(" ");
  const paths = folders.map((folder) => `/opt/bitnami/${name}/${folder}`);
  return {
    ...directories([`/opt/bitnami/${name}`, ...paths].join(" "), OPEN),
    ...directories(`/bitnami /bitnami/${name} /bitnami/${name}/data ${SHARED_FOLDERS} ${PHP_FOLDERS}`, OPEN),
    [`/opt/bitnami/${name}/logs/access.log`]: link("/dev/stdout"),
    [`/opt/bitnami/${name}/logs/error.log`]: link("/dev/stderr"),
    "/docker-entrypoint-initdb.d": directory(OPEN),
    ...Object.fromEntries(Object.entries(LIBRARIES).map(([library, text]) => [`${SCRIPTS}/${library}`, script(text)])),
    [`${SCRIPTS}/${name}-env.sh`]: script(`export MODULE="\${MODULE:-${name}}"`),
    [`${SCRIPTS}/lib${name}.sh`]: script(ALL_LIBRARIES),
    "/usr/bin/curl": executable("curl"),
    "/usr/bin/ps": executable("ps"),
    "/usr/sbin/sysctl": executable("sysctl"),
    "/usr/bin/pgrep": executable("pgrep"),
  };
}

function script(text: string): FileEntry {
  return file(`#!/bin/bash\n${text}\n`, { mode: 0o775 });
}

export interface BitnamiImage {
  name: string;
  /** The application in the lines of its log; the name if absent. */
  title?: string;
  facts: TagFacts;
  sizeBytes: number;
  ports: readonly number[];
  workingDir?: string;
  env?: Readonly<Record<string, string>>;
  /** Lines of the script that reads the variables. */
  variables?: string;
  /** Functions of the application's library. */
  functions?: string;
  /** Lines of the script that checks the settings and prepares the data at the first start. */
  setup?: string;
  /** Lines of the script that starts the server. */
  run: string;
  /** Programs by path below /opt/bitnami/<name>. */
  programs: Readonly<Record<string, string>>;
  files?: Readonly<Record<string, FileEntry>>;
}

/** An image whose entrypoint prepares the server by scripts and whose command starts it. */
export function bitnamiImage(image: BitnamiImage): ImageConfig {
  const { name, title = name, facts, sizeBytes, ports, variables = "", functions = "", setup = ":", run } = image;
  const folder = `${SCRIPTS}/${name}`;
  const begin = `. ${SCRIPTS}/lib${name}.sh\n. ${SCRIPTS}/${name}-env.sh`;
  return onDebian("bookworm", {
    sizeBytes,
    user: "1001",
    workingDir: image.workingDir ?? "/",
    env: {
      ...{ HOME: "/", OS_ARCH: "amd64", OS_FLAVOUR: "debian-12", OS_NAME: "linux" },
      ...{ APP_VERSION: facts.version, BITNAMI_APP_NAME: name, BITNAMI_ROOT_DIR: "/opt/bitnami" },
      PATH: `/opt/bitnami/common/bin:/opt/bitnami/${name}/bin:/opt/bitnami/${name}/sbin:${DEBIAN_PATH}`,
      ...image.env,
    },
    entrypoint: [`${folder}/entrypoint.sh`],
    cmd: [`${folder}/run.sh`],
    ports,
    files: () => ({
      ...bitnamiFiles(name),
      [`${SCRIPTS}/${name}-env.sh`]: script(`export MODULE="\${MODULE:-${name}}"\n${variables}`),
      [`${SCRIPTS}/lib${name}.sh`]: script(`${ALL_LIBRARIES}\n${functions}`),
      [`${folder}/entrypoint.sh`]: script(entrypoint(name, title, begin)),
      [`${folder}/setup.sh`]: script(`set -o pipefail\n${begin}\n${setup}`),
      [`${folder}/run.sh`]: script(`${begin}\ninfo "** Starting ${title} **"\n${run}`),
      ...Object.fromEntries(
        Object.entries(image.programs).map(([path, program]) => [
          `/opt/bitnami/${name}/${path}`,
          executable(program, { sizeBytes: 20_000_000 }),
        ]),
      ),
      ...image.files,
    }),
  });
}

function entrypoint(name: string, title: string, begin: string): string {
  return `${begin}
print_welcome_page
if [[ "$1" = "${SCRIPTS}/${name}/run.sh" || "$1" = /run.sh ]]; then
  info "** Starting ${title} setup **"
  "${SCRIPTS}/${name}/setup.sh" || exit
  info "** ${title} setup finished! **"
fi
log ""
exec "$@"`;
}
