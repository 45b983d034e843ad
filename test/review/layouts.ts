/** Other layouts of the same code. */

/** The same with blanks for tabs, as some mail programs leave it. */
export function withoutTabs(text: string, width: number): string {
  return text.replaceAll("\t", " ".repeat(width));
}

/** Opening braces go on lines of their own; macros stay, for their lines are joined. */
export function withLowBraces(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      line.replace(/^(\s*)(.*\S) \{$/, (_, indent: string, head: string) => `${indent}${head}\n${indent}{`),
    )
    .join("\n");
}

/** What stands between blank lines outside of functions and conditionals, from the last to the first. */
export function upsideDown(text: string): string {
  const items: string[][] = [[]];
  let depth = 0;
  let isJoined = false;
  for (const line of text.split("\n")) {
    // Braces in the middle of a macro need not match.
    if (/^#\s*if/.test(line) || (!isJoined && line.endsWith("{"))) depth++;
    if (/^#\s*endif/.test(line) || (!isJoined && /^\s*\}/.test(line))) depth--;
    isJoined = line.endsWith("\\");
    if (line === "" && depth === 0) items.push([]);
    else items.at(-1)?.push(line);
  }
  return `${items
    .reverse()
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** The hunks of each file from the last to the first. */
export function hunksUpsideDown(diff: string): string {
  return diff
    .split(/^(?=diff --git )/m)
    .map((file) => {
      const [head = "", ...hunks] = file.replace(/^-- \n[\s\S]*/m, "").split(/^(?=@@ )/m);
      return [head, ...hunks.reverse()].join("");
    })
    .join("");
}
