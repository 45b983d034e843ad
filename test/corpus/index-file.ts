/** The table that comes with a folder of mails: one line a mail, with what became of it in prose. */

export interface Entry {
  /** Relative to the folder. */
  readonly file: string;
  readonly subject: string;
  readonly changes: string;
  /** What history made of it, in prose: `merged fine`, `buggy, as v2`, `fix; fixes 0123456789ab`, nothing at all. */
  readonly verdict: string;
  /** What was wrong, or with a fix what had been. */
  readonly bug: string;
  readonly group: string;
}

/**
 * Tab-separated, with a line of column names; a field in double quotes has its own doubled. Columns are known by their
 * names, in any order; what a column that is not there would say is empty.
 * @throws when there is no column `file`
 */
export function readIndex(text: string): Entry[] {
  const [head, ...rows] = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => line.split("\t").map(unquoted));
  const columns = new Map((head ?? []).map((name, index) => [name.trim().toLowerCase(), index]));
  if (!columns.has("file")) throw new Error(`index.tsv has no column "file", only ${[...columns.keys()].join(", ")}`);
  return rows.map((row) => {
    const field = (name: string): string => row[columns.get(name) ?? -1]?.trim() ?? "";
    return {
      file: field("file"),
      subject: field("subject"),
      changes: field("changes"),
      verdict: field("verdict"),
      bug: field("bug"),
      group: field("group"),
    };
  });
}

function unquoted(field: string): string {
  return /^".*"$/s.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field;
}
