/** wp: `core install`, `core is-installed` and `core version` of WordPress' command line. https://wp-cli.org */
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { flagOf } from "../server.ts";
import { openDatabase } from "./database.ts";
import { siteStatements, TITLE_QUERY, titleIn } from "./site.ts";

export const wp: Program = {
  run(process): Step {
    const words = process.argv.slice(1).filter((arg) => !arg.startsWith("--"));
    const command = words.slice(0, 2).join(" ");
    switch (command) {
      case "core version":
        return end(process, 0, [process.env["APP_VERSION"] ?? ""]);
      case "core is-installed":
        return isInstalled(process);
      case "core install":
        return install(process);
      default:
        return end(process, 1, [`Error: '${words.join(" ")}' is not simulated in this cluster.`]);
    }
  },
};

function end(process: ProcessView, status: number, lines: readonly string[]): Step {
  printLines(process, status === 0 ? 1 : 2, lines);
  return { type: "exit", status };
}

const NO_CONNECTION = [
  "Error: Error establishing a database connection. This either means that the username and password information in " +
    "your `wp-config.php` file is incorrect or that contact with the database server could not be established.",
];

const WAIT: Step = { type: "wait", for: [{ type: "answer" }] };

function isInstalled(process: ProcessView): Step {
  const rows = openDatabase(process).ask(TITLE_QUERY);
  if (!rows) return WAIT;
  const title = titleIn(rows);
  return title === "refused" ? end(process, 1, NO_CONNECTION) : { type: "exit", status: title ? 0 : 1 };
}

/** One statement after the other: the first one asks whether there is a site. */
function install(process: ProcessView): Step {
  const { state, argv } = process;
  const flag = (name: string) => flagOf(argv, name) ?? "";
  const site = { title: flag("title"), user: flag("admin_user"), email: flag("admin_email") };
  const statements = [TITLE_QUERY, ...siteStatements(site)];
  const database = openDatabase(process);
  for (let at = Number(state["at"] ?? 0); at < statements.length; at++) {
    state["at"] = at;
    const rows = database.ask(statements[at] ?? "");
    if (!rows) return WAIT;
    if (rows === "refused") return end(process, 1, NO_CONNECTION);
    if (at === 0 && titleIn(rows)) return end(process, 0, ["WordPress is already installed."]);
  }
  return end(process, 0, ["Success: WordPress installed successfully."]);
}
