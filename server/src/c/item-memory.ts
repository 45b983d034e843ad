/**
 * Items that were read before: most of a text is what it was before the last edit, only further down, and the
 * combinations of a base's facts have most items in common.
 */
import type { Item } from "./items";
import { movedFunction, movedNode } from "./moved";
import { hull } from "./places";
import type { Problems } from "./problems";
import type { CollectedFile } from "./reading";
import type { Token } from "./tokens";

/** UTF-16 units of C; what is made of them takes some hundred times as many bytes. */
const MOST_TEXT = 3_000_000;

export class ItemMemory {
  private readonly known = new Map<string, Known>();
  private size = 0;

  /** `read` adds what stands in the item to a file, and what is wrong with it to the problems. */
  read(item: Item, text: string, into: CollectedFile, problems: Problems, read: (into: CollectedFile) => void): void {
    const { start, end } = hull(item.tokens);
    const key = keyOf(item, text.slice(start, end), start);
    if (key === null) return read(into);
    const had = this.known.get(key);
    if (had !== undefined) return append(into, moved(had.collected, start - had.start));
    const collected = emptyFile();
    const { length } = problems.list;
    read(collected);
    // Of what is wrong only the first of many of a kind are told, so it is counted anew each time.
    if (problems.list.length === length) {
      this.size += end - start;
      if (this.size > MOST_TEXT) {
        this.known.clear();
        this.size = end - start;
      }
      this.known.set(key, { start, collected });
    }
    append(into, collected);
  }
}

interface Known {
  readonly start: number;
  readonly collected: CollectedFile;
}

export function emptyFile(): CollectedFile {
  return { functions: [], prototypes: [], aggregates: [], enumerators: [], variables: [], loose: [] };
}

/** Equal for items that are read alike but for where they stand. Null when a token stands for something read already. */
function keyOf({ kind, tokens, body }: Item, slice: string, start: number): string | null {
  const [first] = tokens;
  if (first === undefined || tokens.some(isConverted)) return null;
  const parts = [kind, body, first.place.file, first.column, first.indent, slice];
  for (const { shown, mark } of tokens) parts.push(mark === null ? shown : `${shown} ${JSON.stringify(mark)}`);
  // Which of the ways of an #if was taken is not in the words alone.
  if (slice.includes("#")) for (const { place } of tokens) parts.push(place.start - start);
  return parts.join("\0");
}

function isConverted({ mark, place }: Token): boolean {
  return mark?.kind === "stmt" || mark?.kind === "expr" || place.via !== null;
}

function moved(collected: CollectedFile, by: number): CollectedFile {
  if (by === 0) return collected;
  return {
    functions: collected.functions.map((each) => movedFunction(each, by)),
    prototypes: movedNode(collected.prototypes, by),
    aggregates: movedNode(collected.aggregates, by),
    enumerators: collected.enumerators,
    variables: movedNode(collected.variables, by),
    loose: movedNode(collected.loose, by),
  };
}

function append(into: CollectedFile, more: CollectedFile): void {
  into.functions.push(...more.functions);
  into.prototypes.push(...more.prototypes);
  into.aggregates.push(...more.aggregates);
  into.enumerators.push(...more.enumerators);
  into.variables.push(...more.variables);
  into.loose.push(...more.loose);
}
