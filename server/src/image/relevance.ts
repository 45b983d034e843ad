/** Tells without reading it as C whether a file of a patch can have anything to do with the base. */
import type { CFile, Field } from "../c/syntax";
import type { FileDiff } from "../text/document";

/**
 * The names that code has to use to touch what the base is about: its functions, types, fields, macros and variables.
 * Code that uses none of them cannot reach an object of the base, whatever else it does.
 */
export function namesOf(base: readonly CFile[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { functions, aggregates, macros, prototypes, variables } of base) {
    for (const { name } of [...functions, ...macros, ...prototypes, ...variables]) names.add(name);
    for (const { name, fields } of aggregates) {
      names.add(name.slice(name.indexOf(" ") + 1));
      addFields(fields, names);
    }
  }
  names.delete("");
  return names;
}

/**
 * `text` is that of the document: looking there makes no line of a file that is passed over. In a part that is base64
 * nothing can be found so, not even the heads of the hunks.
 */
export function mentions(diff: FileDiff, names: ReadonlySet<string>, text: string | undefined): boolean {
  const shown = text?.slice(diff.span.start, diff.span.end);
  if (shown?.includes("@@") === true) return hasName(shown, names);
  return diff.hunks.some(
    ({ section, lines }) => hasName(section ?? "", names) || lines.some((line) => hasName(line.code.text, names)),
  );
}

function hasName(text: string, names: ReadonlySet<string>): boolean {
  for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) if (names.has(word)) return true;
  return false;
}

function addFields(fields: readonly Field[], names: Set<string>): void {
  for (const { name, members } of fields) {
    names.add(name);
    if (members !== null) addFields(members, names);
  }
}
