/** Reads many objects of a repository with two processes: one tells what they are, the other what is in the blobs. */
import { type FoundText, isObjectId, type Missing } from "../image/history";
import { git } from "./git";

/** Bytes; no C file of the kernel comes near the first, and no series near the second. */
const LARGEST_BLOB = 8 << 20;
const MOST_BYTES = 48 << 20;

/**
 * By names as git reads them: ids and `COMMIT:PATH`. What is no blob is `no-file`. A name with a line break in it is
 * `absent`: git takes one a line.
 */
export async function readObjects(folder: string, names: readonly string[]): Promise<Map<string, FoundText>> {
  const asked = [...new Set(names)].filter((name) => !/[\0\r\n]/.test(name));
  const found = new Map<string, FoundText>(names.map((name) => [name, { missing: "absent" }]));
  if (asked.length === 0) return found;
  const checked = await git(folder, ["cat-file", "--batch-check"], lines(asked));
  const told = checked?.output.toString("utf8").split("\n") ?? [];
  const blobs = new Map<string, string>();
  let bytes = 0;
  for (const [index, name] of asked.entries()) {
    const object = readHeader(told[index] ?? "");
    if ("missing" in object) found.set(name, object);
    // A branch may be called like an id, and git then takes the branch.
    else if (isObjectId(name) && !object.id.startsWith(name)) found.set(name, { missing: "absent" });
    else if (object.type !== "blob") found.set(name, { missing: "no-file" });
    else if (object.size > LARGEST_BLOB || bytes + object.size > MOST_BYTES) found.set(name, { missing: "too-large" });
    else {
      if (![...blobs.values()].includes(object.id)) bytes += object.size;
      blobs.set(name, object.id);
    }
  }
  const texts = await readBlobs(folder, [...new Set(blobs.values())]);
  for (const [name, id] of blobs) {
    const text = texts.get(id);
    found.set(name, text === undefined ? { missing: "absent" } : { id, text });
  }
  return found;
}

/** Full ids of blobs -> their texts. */
async function readBlobs(folder: string, ids: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (ids.length === 0) return texts;
  const output = (await git(folder, ["cat-file", "--batch"], lines(ids)))?.output ?? Buffer.alloc(0);
  let at = 0;
  for (const id of ids) {
    const end = output.indexOf("\n", at);
    const object = readHeader(output.toString("utf8", at, Math.max(at, end)));
    at = end + 1;
    if (end < 0 || "missing" in object) continue;
    if (at + object.size > output.length) break;
    texts.set(id, output.toString("utf8", at, at + object.size));
    at += object.size + 1;
  }
  return texts;
}

interface ObjectHeader {
  readonly id: string;
  readonly type: string;
  readonly size: number;
}

/** `ID TYPE SIZE`, or what was asked for and what is wrong with it. */
function readHeader(line: string): ObjectHeader | { readonly missing: Missing } {
  const object = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(line);
  if (object === null) return { missing: line.endsWith(" ambiguous") ? "ambiguous" : "absent" };
  return { id: object[1] ?? "", type: object[2] ?? "", size: Number(object[3]) };
}

function lines(words: readonly string[]): string {
  return words.map((word) => `${word}\n`).join("");
}
