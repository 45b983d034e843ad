/** The steps as a table: one column a thread, one row a step, as in the changelogs of kernel commits. */
import type { TracePanelData, TraceStep } from "../common/trace";
import { breakable, element } from "./dom";

/** `goThere` when the person chose the place of the step, not just the step. */
export type OnChoose = (step: number, goThere: boolean) => void;

export class StepTable {
  readonly root: HTMLElement;
  private readonly rows: readonly HTMLTableRowElement[];
  private selected: HTMLTableRowElement | null = null;

  constructor(
    data: TracePanelData,
    /** The document that is checked; places in it are the ones that matter most. */
    private readonly uri: string,
    private readonly onChoose: OnChoose,
  ) {
    const heads = functionHeads(data.steps);
    this.rows = data.steps.map((step, index) => this.row(step, index, data.threads.length, heads[index] ?? null));
    const columns = data.threads.map((name) => element("th", { scope: "col" }, name));
    const number = element("th", { scope: "col", class: "number" }, element("span", { class: "hidden" }, "Step"));
    const table = element(
      "table",
      { role: "grid", "aria-label": "Steps of the threads" },
      element("thead", {}, element("tr", {}, number, ...columns)),
      element("tbody", {}, ...this.rows),
    );
    this.root = element("div", { class: "steps" }, table);
  }

  select(step: number, focus: boolean): void {
    const row = this.rows[step];
    if (row === undefined) return;
    this.selected?.setAttribute("aria-selected", "false");
    this.selected?.setAttribute("tabindex", "-1");
    row.setAttribute("aria-selected", "true");
    row.setAttribute("tabindex", "0");
    this.selected = row;
    if (focus) row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  private row(step: TraceStep, index: number, threads: number, head: string | null): HTMLTableRowElement {
    const cells = Array.from({ length: threads }, () => element("td", {}));
    const headLine = head === null ? [] : [element("span", { class: "function" }, head)];
    cells[step.thread]?.append(...headLine, ...this.content(step, index));
    const number = element("th", { scope: "row", class: "number" }, String(index + 1));
    // A step that changes nothing is needed to follow the code, but not to see what goes wrong.
    const kind = step.changed.length === 0 && !step.text.includes("\n") ? "quiet" : "acting";
    const row = element("tr", { class: kind, "aria-selected": "false", tabindex: "-1" }, number, ...cells);
    row.addEventListener("click", () => {
      this.onChoose(index, false);
    });
    return row;
  }

  private content(step: TraceStep, index: number): Node[] {
    const [statement = "", ...notes] = step.text.split("\n");
    const text = element("span", { class: "text" }, ...breakable(statement));
    const effects = notes.map((note) => element("span", { class: "note" }, note));
    if (step.location === null) return [text, ...effects];
    const kind = step.location.uri === this.uri ? "place" : "place elsewhere";
    const place = element("button", { type: "button", class: kind, tabindex: "-1" }, step.location.label);
    place.addEventListener("click", (event) => {
      event.stopPropagation();
      this.onChoose(index, true);
    });
    return [text, place, ...effects];
  }
}

/** For each step the function that its thread is in, where it is another one than at the thread's step before. */
function functionHeads(steps: readonly TraceStep[]): (string | null)[] {
  const latest = new Map<number, string>();
  return steps.map(({ thread, functions }) => {
    const path = functions.join(" ");
    const isNew = path !== latest.get(thread);
    latest.set(thread, path);
    const innermost = functions[functions.length - 1];
    return isNew && innermost !== undefined ? `${innermost}()` : null;
  });
}
