/** Which documents are worked on unasked: patches and mails, if a cheap look at them shows that there can be C in them. */

/** Mails by the names that editors have for them; `lastput-mail` is that of our extension. */
const MAILS = ["lastput-mail", "mail", "message", "mbox", "gitsendemail"];
const DIFFS = ["diff", "patch", "git", "git-commit", "gitcommit"];

/** The lines that name a file, quoted or not. A signature's `-- ` and a rule of dashes name none. */
const FILE_HEADER = /^[>| \t]*(?:diff --git |\+\+\+ |--- )(?<path>[^\s].*)$/gm;
const C_FILE = /\.[chS](?:["\s]|$)/;

/**
 * False for other languages, for a diff that names files and no C file among them, and for a text without anything that
 * looks like code. True is not the last word: the review reads the document properly.
 */
export function isWorthReading(languageId: string, text: string): boolean {
  const isDiff = DIFFS.includes(languageId);
  if (!isDiff && !MAILS.includes(languageId)) return false;
  // A mail may quote code beside a diff of something else.
  const namesC = isDiff ? namesCFile(text) : null;
  if (namesC !== null) return namesC;
  return text.includes("@@ ") || text.includes(";") || text.includes("{");
}

/** By the identifiers that editors use. Only plain C is told by them; all else is told by its content. */
export function isC(languageId: string): boolean {
  return languageId === "c" || languageId === "cpp";
}

/** Null when no file is named at all, as in a loose hunk. */
function namesCFile(text: string): boolean | null {
  let named = false;
  for (const { groups } of text.matchAll(FILE_HEADER)) {
    const path = groups?.["path"] ?? "";
    if (C_FILE.test(path)) return true;
    named ||= /[/.]/.test(path);
  }
  return named ? false : null;
}
