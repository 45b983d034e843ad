/** The passes that all code goes through before it is cut into items or statements. */
import { spellAsm } from "./asm";
import { maskAttributes } from "./attributes";
import { balance } from "./balance";
import { spellBitmaps } from "./fields";
import type { Problems } from "./problems";
import { fuseStrings } from "./strings";
import type { Token } from "./tokens";
import { markTypeofs } from "./types";

export function digestible(tokens: readonly Token[], problems: Problems): Token[] {
  return fuseStrings(spellBitmaps(spellAsm(balance(markTypeofs(maskAttributes(tokens)), problems))));
}
