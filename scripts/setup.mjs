// Makes a checkout ready, and does nothing when it is: dependencies when the lockfile is newer than what is installed,
// the build when a source is newer than what was built. Runs before `npm start` and `npm test`, on Node alone.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modifiedMs = (path) => (existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0);

function newestMs(folder) {
  let newest = 0;
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

function npm(...args) {
  execFileSync("npm", args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Z6 needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}
if (modifiedMs("package-lock.json") > modifiedMs("node_modules/.package-lock.json")) {
  npm("ci", "--no-audit", "--no-fund");
}
if (Math.max(newestMs("src"), modifiedMs("package.json")) > modifiedMs("dist/cli/main.js")) {
  npm("run", "--silent", "build");
}
