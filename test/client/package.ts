/** The extension as people install it. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { cache, root } from "../support/paths";

/** Packages the extension; LASTPUT_VSIX names one that is made already. */
export function packagedExtension(): string {
  const made = process.env["LASTPUT_VSIX"];
  if (made !== undefined) return path.resolve(root, made);
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, "lastput.vsix");
  execFileSync("npm", ["run", "--silent", "package", "--", "--out", file], { cwd: root, stdio: "pipe" });
  return file;
}
