/** How a report looks on a terminal; without colours every function gives back what it was given. */
export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
}

export type Paint = (text: string) => string;

export interface TextOptions {
  readonly style: Style;
  /** Columns to fill; 80 to 100 read well. */
  readonly width: number;
  /** The interleaving of every finding, not only the shortest one of each patch. */
  readonly allTraces: boolean;
}

export const PLAIN: Style = { strong: same, faint: same, error: same, warning: same, info: same };

export const COLOURED: Style = {
  strong: sgr("1", "22"),
  faint: sgr("2", "22"),
  error: sgr("1;31", "22;39"),
  warning: sgr("1;35", "22;39"),
  info: sgr("1;36", "22;39"),
};

function same(text: string): string {
  return text;
}

/** Select Graphic Rendition of ECMA-48. */
function sgr(on: string, off: string): Paint {
  return (text) => (text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`);
}
