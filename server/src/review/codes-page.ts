/** The documentation page of the findings, made from their one table. */
import { CODES } from "../model/codes";

/** Markdown; `docs/findings.md` is this, and a test keeps it so. */
export function codesPage(): string {
  const rows = Object.entries(CODES).map(([code, { severity, short, meaning }]) => {
    return `## \`${code}\`\n\n${severity === "info" ? "Information" : "Error"}: ${short}.\n\n${meaning}\n`;
  });
  return `${HEAD}\n${rows.join("\n")}`;
}

const HEAD = `# Findings

Each finding has a code that stays the same from one version to the next. An error is reachable without any condition
that nobody tracks; one that needs such a condition is a warning, and names it. Information is never part of a verdict.
`;
