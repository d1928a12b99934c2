/**
 * WordPress: its set-up, its pages and its database. Pages are few, but what they show lies in MySQL, and without the
 * database there is none. Source: https://github.com/docker-library/wordpress
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { type HttpAnswer, parameters, splitPath, text } from "../http.ts";
import { type HttpdOptions, httpd } from "../httpd.ts";
import { printLines } from "../log.ts";
import type { HttpRequest } from "../server.ts";
import { type Database, openDatabase } from "./database.ts";
import { siteStatements, TITLE_QUERY, titleIn } from "./site.ts";

const ROOT = "/var/www/html";
/** Files that the image copies into an empty folder. */
const COPIED = ["index.php", "wp-login.php", "wp-load.php", "wp-config-docker.php", "wp-settings.php"];
const FOLDERS = ["wp-admin", "wp-content", "wp-content/uploads", "wp-includes"];

/** Copies WordPress into its folder, unless it is there, and starts the server. */
export const wordpressEntrypoint: Program = {
  run(process): Step {
    const { argv, files, env } = process;
    const command = argv.slice(1);
    if (!/^(apache2|php-fpm)/.test(command[0] ?? "")) return { type: "exec", argv: command };
    const folder = process.cwd === "/" ? ROOT : process.cwd;
    if (!files.find(`${folder}/wp-settings.php`)) {
      printLines(process, 2, [`WordPress not found in ${folder} - copying now...`]);
      if (files.list(folder).length > 0) printLines(process, 2, [`WARNING: ${folder} is not empty! (copying anyhow)`]);
      for (const name of FOLDERS) if (!files.find(`${folder}/${name}`)) files.makeDirectory(`${folder}/${name}`, 0o755);
      for (const name of COPIED)
        files.write(`${folder}/${name}`, `<?php\n// ${name} of WordPress; the server runs it itself.\n`);
      printLines(process, 2, [`Complete! WordPress has been successfully copied to ${folder}`]);
    }
    const variables = Object.keys(env).filter((name) => name.startsWith("WORDPRESS_"));
    if (!files.find(`${folder}/wp-config.php`) && variables.length > 0) {
      printLines(process, 2, [
        `No 'wp-config.php' found in ${folder}, but 'WORDPRESS_...' variables supplied; copying 'wp-config-docker.php' (${variables.sort().join(" ")})`,
      ]);
      files.copyFile(`${folder}/wp-config-docker.php`, `${folder}/wp-config.php`);
    }
    return { type: "exec", argv: command };
  },
};

/** Apache with WordPress in its root folder. */
export function wordpressServer(paths: Pick<HttpdOptions, "config" | "root" | "product" | "pidFile">): Program {
  return httpd({
    ...paths,
    index: ["index.php", "index.html"],
    script: (process, request) => {
      const { path } = splitPath(request.path);
      const isScript = path.endsWith(".php") || path.endsWith("/") || !/\.\w+$/.test(path);
      return isScript ? answer(process, request, path, paths.root) : undefined;
    },
  });
}

export const wordpress: Program = wordpressServer({
  config: "/etc/apache2/apache2.conf",
  root: ROOT,
  product: "Apache/2.4.66 (Debian)",
  pidFile: "/var/run/apache2/apache2.pid",
});

function html(status: number, title: string, body: string, headers: Record<string, string> = {}): HttpAnswer {
  const page = `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n\t<meta charset="UTF-8" />\n\t<title>${title}</title>\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
  return text(status, bytesOfText(page), {
    contentType: "text/html; charset=UTF-8",
    headers: { "x-powered-by": "PHP/8.3.30", ...headers },
    afterMs: 30,
  });
}

const redirect = (location: string): HttpAnswer =>
  text(302, "", { contentType: "text/html; charset=UTF-8", headers: { location, "x-powered-by": "PHP/8.3.30" } });

function answer(process: ProcessView, request: HttpRequest, path: string, root: string): HttpAnswer {
  if (!process.files.find(`${root}/wp-config.php`)) {
    if (path === "/wp-admin/setup-config.php")
      return html(
        200,
        "WordPress &rsaquo; Setup Configuration File",
        "<h1>Welcome to WordPress</h1>\n<p>Before getting started, you will need to know the following items.</p>",
      );
    return redirect("/wp-admin/setup-config.php");
  }
  const database = openDatabase(process);
  const title = titleIn(database.rows(TITLE_QUERY));
  if (title === "refused")
    return html(
      500,
      "Database Error",
      '<div class="wp-die-message"><h1>Error establishing a database connection</h1></div>',
    );
  if (path === "/wp-admin/install.php") return install(request, database, title?.text);
  if (!title) return redirect("/wp-admin/install.php");
  return sitePage(request, database, title.text, path);
}

function install(request: HttpRequest, database: Database, title: string | undefined): HttpAnswer {
  const heading = "WordPress &rsaquo; Installation";
  if (title !== undefined)
    return html(
      200,
      heading,
      "<h1>Already Installed</h1>\n<p>You appear to have already installed WordPress. To reinstall please clear your old database tables first.</p>",
    );
  const given = parameters(request.body);
  const field = (name: string) => given.get(name)?.[0] ?? "";
  if (request.method !== "POST" || field("weblog_title") === "")
    return html(
      200,
      heading,
      '<h1>Welcome</h1>\n<p>Welcome to the famous five-minute WordPress installation process!</p>\n<form id="setup" method="post" action="install.php?step=2">\n<input name="weblog_title" type="text" id="weblog_title" /> <input name="user_name" type="text" id="user_login" /> <input name="admin_email" type="email" />\n</form>',
    );
  const site = { title: field("weblog_title"), user: field("user_name"), email: field("admin_email") };
  for (const statement of siteStatements(site)) database.rows(statement);
  return html(200, heading, "<h1>Success!</h1>\n<p>WordPress has been installed. Thank you, and enjoy!</p>");
}

function sitePage(request: HttpRequest, database: Database, title: string, path: string): HttpAnswer {
  if (path === "/wp-login.php")
    return html(
      200,
      `Log In &lsaquo; ${title} &#8212; WordPress`,
      '<form name="loginform" id="loginform" action="/wp-login.php" method="post"></form>',
    );
  if (path.startsWith("/wp-admin")) return redirect(`/wp-login.php?redirect_to=${encodeURIComponent(request.path)}`);
  const posts = database.rows(
    "SELECT ID, post_title, post_content FROM wp_posts WHERE post_status = 'publish' ORDER BY ID DESC",
  );
  const rows = typeof posts === "string" ? [] : posts;
  if (path.startsWith("/wp-json"))
    return text(200, bytesOfText(JSON.stringify({ name: title, description: "", namespaces: ["wp/v2"] })), {
      contentType: "application/json; charset=UTF-8",
    });
  if (path !== "/" && path !== "/index.php")
    return html(404, `Page not found &#8211; ${title}`, "<h1>Page not found</h1>");
  const shown = rows.map(([, name, content]) => `<article><h2>${name}</h2><p>${content}</p></article>`);
  return html(200, title, `<h1 class="site-title">${title}</h1>\n${shown.join("\n")}`);
}
