/** Whether a mailer put one more blank before the lines that begin with one (RFC 3676 calls it stuffing). */
import { SPACE } from "./lines";
import { NO_BREAK_SPACE } from "./markers";
import type { QuoteLevel } from "./quotes";

/**
 * How the lines of one diff are laid out. Mailers that write format=flowed put one more blank before each line
 * that begins with one; this is known only after all hunks of the diff were seen, and used when lines are asked for.
 */
export interface Layout {
  stuffed: boolean;
  /** Context lines that can only be explained by stuffing, and those that rule it out. */
  readonly evidence: { stuffed: number; plain: number };
}

export function freshLayout(): Layout {
  return { stuffed: false, evidence: { stuffed: 0, plain: 0 } };
}

/** Decides once for the diff whether it is stuffed; `otherwise` holds where its lines do not tell. */
export function settle(layout: Layout, otherwise: boolean): void {
  const { stuffed, plain } = layout.evidence;
  layout.stuffed = stuffed + plain === 0 ? otherwise : stuffed > 4 * plain;
}

/** Where the code of a context line begins: behind its blank, and behind the one that stuffing added. */
export function contextSkip(level: QuoteLevel, line: number, stuffed: boolean): number {
  const first = level.charAt(line, 0);
  if (first !== SPACE && first !== NO_BREAK_SPACE) return 0;
  return stuffed && level.charAt(line, 1) === SPACE ? 2 : 1;
}

/** Takes note of what a context line says about stuffing. A comment's ` * ` says nothing, nor do wide indents. */
export function weigh(level: QuoteLevel, line: number, layout: Layout): void {
  if (level.charAt(line, 0) !== SPACE) return;
  const second = level.charAt(line, 1);
  const third = level.charAt(line, 2);
  if (second !== SPACE) layout.evidence.plain++;
  else if (third !== SPACE && third !== STAR) layout.evidence.stuffed++;
}

const STAR = 0x2a;
