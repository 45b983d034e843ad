/** What the extension and the page in its panel say to each other. */
import type { TraceParams, TracePanelData } from "./trace";

export type ToPanel =
  | { readonly kind: "trace"; readonly params: TraceParams; readonly data: TracePanelData }
  /** There is no trace to show (any more), and why. */
  | { readonly kind: "nothing"; readonly message: string };

export type FromPanel =
  /** The page can take messages now; it was opened, or shown again after it had been hidden. */
  | { readonly kind: "ready" }
  /** A step was selected; `focus` when the person asked to go to the line itself. */
  | { readonly kind: "select"; readonly step: number; readonly focus: boolean };

/** What the page keeps while it is hidden: its document is thrown away then, and loaded anew when it is shown. */
export interface PanelState {
  readonly params: TraceParams;
  readonly step: number;
}
