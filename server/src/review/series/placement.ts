/** Where a piece of code belongs among the others of its document. */

export type Role =
  /** It belongs to no other. */
  | "alone"
  | "part"
  /** A reply whose diff is an alternative to the patch it answers, and one that adds to that patch. */
  | "instead"
  | "on-top"
  /** Not reviewed: another piece of the document shows the same, a newer version of it is there, or it is no patch. */
  | "quote"
  | "twice"
  | "superseded"
  | "cover";

export interface Placement {
  readonly role: Role;
  /** The piece that it is about: that it answers, quotes, or that stands for it now. */
  readonly of: number | null;
  /** The piece on whose after image it is laid, if that can be run. */
  readonly onto: number | null;
  /** `3/7`, `a reply to 3/7`: what findings call it. Null when there is nothing to tell it from. */
  readonly label: string | null;
}

export const ALONE: Placement = { role: "alone", of: null, onto: null, label: null };

/** Those that nothing is run for. */
export function isPassedOver({ role }: Placement): boolean {
  return role === "quote" || role === "twice" || role === "superseded" || role === "cover";
}

/** What the piece is called. */
export function labelOf(placements: readonly Placement[], index: number): string {
  return placements[index]?.label ?? `patch ${index + 1}`;
}
