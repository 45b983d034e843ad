/** The page in the panel: it takes a trace from the extension, shows it, and says which step was selected. */
import type { FromPanel, PanelState, ToPanel } from "../common/messages";
import { stepAfterKey } from "./keys";
import "./panel.css";
import { element } from "./dom";
import { TraceView } from "./trace-view";

interface VsCode {
  postMessage(message: FromPanel): void;
  getState(): PanelState | undefined;
  setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();
let view: TraceView | null = null;

window.addEventListener("message", ({ data }: MessageEvent<ToPanel>) => {
  if (data.kind === "trace") showTrace(data);
  else showNothing(data.message);
});

document.addEventListener("keydown", (event) => {
  if (view === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = stepAfterKey(event.key, view.step, view.count);
  if (step === null) return;
  event.preventDefault();
  view.select(step, { focus: true });
});

vscode.postMessage({ kind: "ready" });

function showTrace({ params, data }: ToPanel & { kind: "trace" }): void {
  const kept = vscode.getState();
  const same = kept?.params.uri === params.uri && kept.params.fingerprint === params.fingerprint;
  const next = new TraceView(data, params.uri, (step, focus) => {
    vscode.setState({ params, step });
    vscode.postMessage({ kind: "select", step, focus });
  });
  view = next;
  document.body.replaceChildren(next.root);
  // The step of last time is shown without moving the editor under the person's hands.
  if (same) next.select(Math.min(kept.step, next.count - 1), { quiet: true });
  else next.select(0, { focus: true });
}

function showNothing(message: string): void {
  view = null;
  document.body.replaceChildren(element("p", { class: "nothing", role: "status" }, message));
}
