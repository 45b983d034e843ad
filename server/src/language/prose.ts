/** Text for a hover, as Markdown or plain. Whatever comes from a document stays text: no link, no image, no HTML. */

export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function toMarkdown(blocks: readonly Block[]): string {
  return blocks.map(markdownBlock).join("\n\n");
}

export function toPlainText(blocks: readonly Block[]): string {
  return blocks.map(plainBlock).join("\n\n");
}

/** Keeps every character as it is when Markdown is rendered. Line ends become blanks. */
export function escapeMarkdown(text: string): string {
  return (
    oneLine(text)
      .replaceAll(/[\\`*[\]<>|&~$]/g, "\\$&")
      // An underscore inside a word is no emphasis, and kernel names are easier to read in editors that show the source.
      .replaceAll(/(?<!\w)_|_(?!\w)/g, "\\_")
      // What would begin a heading, a list or a rule.
      .replaceAll(/^(\s*)([#+=-])/g, "$1\\$2")
      .replaceAll(/^(\s*\d+)([.)])/g, "$1\\$2")
      // What would become a link by itself.
      .replaceAll(/:(?=\/\/)|(?<=\bwww)\.|@/gi, "\\$&")
  );
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return escapeMarkdown(block.text);
    case "strong":
      return `**${escapeMarkdown(block.text)}**`;
    case "list":
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join("\n");
    case "code": {
      const longest = Math.max(0, ...[...block.lines.join("\n").matchAll(/`+/g)].map(([run]) => run.length));
      const fence = "`".repeat(Math.max(3, longest + 1));
      return [`${fence}diff`, ...block.lines, fence].join("\n");
    }
    case "table": {
      const row = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
      return [row(block.head), `|${" --- |".repeat(block.head.length)}`, ...block.rows.map(row)].join("\n");
    }
  }
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
    case "strong":
      return oneLine(block.text);
    case "list":
      return block.items.map((item) => `- ${oneLine(item)}`).join("\n");
    case "code":
      return block.lines.join("\n");
    case "table": {
      const rows = [block.head, ...block.rows];
      const widths = block.head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
      return rows
        .map((row) =>
          row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd(),
        )
        .join("\n");
    }
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
