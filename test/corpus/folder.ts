/** The folder of mails: where it is and what is in it. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fixtures, root } from "../support/paths";
import { expectedOf, type Expected, type Known } from "./expected";
import { readIndex, type Entry } from "./index-file";
import { readMail, type Mail } from "./threads";

export const page = path.join(root, "docs/corpus.md");

/** LASTPUT_CORPUS, or `../shared/corpus` beside the checkout; null with a sentence when there is none. */
export function findFolder(): { readonly folder: string | null; readonly why: string } {
  const named = process.env["LASTPUT_CORPUS"];
  const folder = path.resolve(root, named ?? "../shared/corpus");
  const index = path.join(folder, "index.tsv");
  if (existsSync(index)) return { folder, why: "" };
  const how = named === undefined ? "set LASTPUT_CORPUS to the folder of mails" : "LASTPUT_CORPUS names that folder";
  return { folder: null, why: `there is no ${index}; ${how}` };
}

export interface Listed {
  readonly entry: Entry;
  readonly expected: Expected;
  /** Null where the file that the index names is not there. */
  readonly mail: Mail | null;
}

export function readFolder(folder: string): Listed[] {
  const known = JSON.parse(readFileSync(path.join(fixtures, "corpus/known.json"), "utf8")) as Record<string, Known>;
  return readIndex(readFileSync(path.join(folder, "index.tsv"), "utf8")).map((entry) => {
    const file = path.join(folder, entry.file);
    const name = entry.file.slice(entry.file.lastIndexOf("/") + 1);
    const mail = existsSync(file) ? readMail(entry, readFileSync(file, "utf8")) : null;
    return { entry, expected: expectedOf(entry, known[name]), mail };
  });
}
