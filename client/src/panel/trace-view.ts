/** A trace with its steps in columns, the buttons that walk along it, and the state at the selected step. */
import type { TracePanelData } from "../common/trace";
import { element } from "./dom";
import { stepAfterKey } from "./keys";
import { stateAt } from "./state";
import { StepTable } from "./step-table";

export interface SelectOptions {
  /** Move the keyboard focus to the step's row. */
  readonly focus?: boolean;
  /** Tell nobody: the selection is only shown again. */
  readonly quiet?: boolean;
}

/** `focus` when the person wants to be taken to the line. */
export type OnSelect = (step: number, focus: boolean) => void;

export class TraceView {
  readonly root: HTMLElement;
  readonly count: number;
  step = -1;
  private readonly table: StepTable;
  private readonly state = element("aside", { class: "state", "aria-label": "State after the step" });
  private readonly position = element("output", { class: "position", "aria-live": "polite" });
  private readonly buttons: Readonly<Record<string, HTMLButtonElement>>;

  constructor(
    private readonly data: TracePanelData,
    uri: string,
    private readonly onSelect: OnSelect,
  ) {
    this.count = data.steps.length;
    this.table = new StepTable(data, uri, (step, goThere) => {
      this.select(step, { focus: !goThere }, goThere);
    });
    this.buttons = {
      Home: this.button("First", "Home"),
      ArrowUp: this.button("Back", "ArrowUp"),
      ArrowDown: this.button("Forward", "ArrowDown"),
      End: this.button("Last", "End"),
    };
    this.root = element("main", {}, this.header(), element("div", { class: "columns" }, this.table.root, this.state));
  }

  select(step: number, options: SelectOptions = {}, goThere = false): void {
    const current = this.data.steps[step];
    if (current === undefined) return;
    this.step = step;
    this.state.replaceChildren(...stateAt(this.data, step));
    this.table.select(step, options.focus ?? false);
    this.position.textContent = `Step ${step + 1} of ${this.count}`;
    this.updateButtons();
    if (options.quiet !== true) this.onSelect(step, goThere);
  }

  private header(): HTMLElement {
    const { title, code, verdict, message } = this.data;
    return element(
      "header",
      {},
      element("h1", {}, title),
      element("p", { class: "finding" }, element("code", {}, code), ` (verdict on the patch: ${verdict})`),
      element("p", { class: "message" }, message),
      element(
        "div",
        { class: "controls", role: "toolbar", "aria-label": "Steps" },
        ...Object.values(this.buttons),
        this.position,
      ),
    );
  }

  private button(label: string, key: string): HTMLButtonElement {
    const button = element("button", { type: "button", "aria-keyshortcuts": key }, label);
    button.addEventListener("click", () => {
      const step = stepAfterKey(key, this.step, this.count);
      if (step !== null) this.select(step);
    });
    return button;
  }

  /** Not `disabled`: a button that loses the focus when it comes to the end leaves the keyboard nowhere. */
  private updateButtons(): void {
    for (const [key, button] of Object.entries(this.buttons)) {
      const leadsNowhere = stepAfterKey(key, this.step, this.count) === this.step;
      button.setAttribute("aria-disabled", String(leadsNowhere));
    }
  }
}
