/** What an operator makes of a statement: what is changed, in few words, and how. */
import type { Edit } from "./mutant";

export type Change = readonly [what: string, edit: Edit];
