/** The state after a step: each object with its fields, what the step changed, and who cannot go on. */
import type { TracePanelData, TraceStep } from "../common/trace";
import { element } from "./dom";

export function stateAt(data: TracePanelData, index: number): HTMLElement[] {
  const step = data.steps[index];
  if (step === undefined) return [];
  const before = data.steps[index - 1];
  const objects = data.objects.filter((object) => Object.keys(step.state[object] ?? {}).length > 0);
  return [...objects.map((object) => objectState(object, step, before)), blockedThreads(data, step)];
}

function objectState(object: string, step: TraceStep, before: TraceStep | undefined): HTMLElement {
  const fields = Object.entries(step.state[object] ?? {});
  const rows = fields.flatMap(([field, value]) => {
    const changed = step.changed.includes(`${object}.${field}`);
    const mark = changed ? "changed" : undefined;
    return [
      element("dt", mark === undefined ? {} : { class: mark }, field),
      element(
        "dd",
        mark === undefined ? {} : { class: mark },
        ...change(value, before?.state[object]?.[field], changed),
      ),
    ];
  });
  return element("section", {}, element("h2", {}, object), element("dl", {}, ...rows));
}

/** A changed value with the one before it, where there is one. */
function change(value: string, before: string | undefined, changed: boolean): (Node | string)[] {
  if (!changed || before === undefined || before === value) return [value];
  return [element("del", {}, before), " → ", element("ins", {}, value)];
}

function blockedThreads(data: TracePanelData, step: TraceStep): HTMLElement {
  const items = step.blocked.map(({ thread, reason }) =>
    element("li", {}, element("b", {}, data.threads[thread] ?? ""), ` ${reason}`),
  );
  if (items.length === 0) return element("section", { class: "empty" });
  return element("section", { class: "blocked" }, element("h2", {}, "Blocked"), element("ul", {}, ...items));
}
