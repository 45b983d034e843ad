/** The page of findings, as it lies beside the server. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Code -> line of its heading in the page of findings, read when the first is asked for. */
let codeLines: ReadonlyMap<string, number> | null = null;

/** Where an editor can read about a code of findings; null when the page does not lie beside the server. */
export function codePage(code: string): string | null {
  const page = path.join(__dirname, "findings.md");
  codeLines ??= existsSync(page) ? headingsOf(readFileSync(page, "utf8")) : new Map();
  const line = codeLines.get(code);
  // Editors that open a file at a line understand this; others open it at the top.
  return line === undefined ? null : `${pathToFileURL(page).href}#L${line}`;
}

function headingsOf(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split("\n").flatMap((line, index) => {
      const code = /^## `(.+)`$/.exec(line)?.[1];
      return code === undefined ? [] : [[code, index + 1] as const];
    }),
  );
}
