/** Members that are bits of a word. */
import type { TypeName } from "../../c/syntax";
import type { Value } from "../ir";
import type { Context } from "./context";
import { binary, constant } from "./values";
import { wordBits, type WordBits } from "./views";

type Bits = Pick<WordBits, "shift" | "most">;

/** What some bits of a word say. */
export function bitsIn(word: Value, { shift, most }: Bits): Value {
  return binary("&", binary(">>", word, constant(shift)), constant(most));
}

/** The word with that in those bits. */
export function withBits(word: Value, { shift, most }: Bits, value: Value): Value {
  const fitting = most === 1 ? binary("!=", value, constant(0)) : binary("&", value, constant(most));
  return binary("|", binary("&~", word, constant(most << shift)), binary("<<", fitting, constant(shift)));
}

export function wordBit(cx: Context, type: TypeName, path: string): (WordBits & { word: string }) | null {
  return type.pointers > 0 ? null : wordBitOf(cx, type.base, path);
}

export function wordBitOf(cx: Context, type: string, path: string): (WordBits & { word: string }) | null {
  const word = cx.world.profile.words.find((w) => w.type === type);
  const bits = wordBits(word, path);
  return word === undefined || bits === null ? null : { ...bits, word: word.word };
}
