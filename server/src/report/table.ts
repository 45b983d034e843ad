/**
 * A trace as the table that changelogs of the kernel use: a column for each CPU, time running downwards.
 *
 * ASCII without tabs, so that it survives being pasted into a mail.
 */
import type { Finding } from "../review/review";
import { type LineOf, type Row, traceRows } from "./rows";
import { asciiLine, plural } from "./visible";
import { abbreviate, wrapSentence } from "./wrap";

export interface TableOptions {
  /** Of the whole table; exceeded only when many threads need more. */
  readonly width: number;
  /** A first column with the line of the document, or null. */
  readonly lineOf: LineOf | null;
}

/** The lines of the table, without blanks at their ends. */
export function traceTable(finding: Finding, options: TableOptions): string[] {
  if (finding.steps.length === 0) return [];
  const trace = traceRows(finding, options.lineOf ?? (() => null));
  const threads = threadsThatMove(trace.rows);
  const changes = trace.rows.some((row) => row.changes.length > 0);
  const columns = [
    ...(options.lineOf === null ? [] : [lineColumn(trace.rows)]),
    ...threads.map((thread) => threadColumn(finding, thread, trace.rows)),
    ...(changes ? [changeColumn(trace.object, trace.rows)] : []),
  ];
  const widths = fit(columns, options.width);
  const head = columns.map((column) => column.head);
  const height = Math.max(...head.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, at) =>
    join(
      head.map((texts) => texts[at] ?? ""),
      widths,
    ),
  );
  lines.push(
    join(
      widths.map((width) => "-".repeat(width)),
      widths,
    ),
  );
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  for (const row of trace.rows) {
    // A row has one statement, so that may use the columns to its right as far as they are empty.
    const end = row.changes.length > 0 ? total - (widths.at(-1) ?? 0) - GAP.length : total;
    const cells = columns.map((column, index) => column.cell(row, end - startOf(index, widths)));
    const tall = Math.max(...cells.map((cell) => cell.length));
    for (let at = 0; at < tall; at++)
      lines.push(
        join(
          cells.map((cell) => cell[at] ?? ""),
          widths,
        ),
      );
  }
  return [...lines, ...waiting(finding), ...legend(trace.rows), ...idle(finding, threads)];
}

const GAP = "  ";
const NARROWEST = 22;
const WIDEST_CHANGES = 24;
const WIDEST_CELL = 60;
/** Deeper calls are not indented further. */
const DEEPEST = 8;

interface Column {
  readonly head: readonly string[];
  /** How wide it would be if nothing were broken. */
  readonly natural: number;
  readonly narrowest: number;
  /** `room` characters are free from the start of the column on. */
  readonly cell: (row: Row, room: number) => readonly string[];
}

function lineColumn(rows: readonly Row[]): Column {
  const width = Math.max(4, ...rows.map(({ line }) => String(line ?? "").length));
  const cell = ({ line }: Row) => (line === null ? [] : [String(line).padStart(width)]);
  return { head: ["line".padStart(width)], natural: width, narrowest: width, cell };
}

function threadColumn(finding: Finding, thread: number, rows: readonly Row[]): Column {
  const head = headOf(finding, thread);
  const steps = rows.filter((row) => row.thread === thread && row.kind === "step");
  const longest = steps.map((row) => Math.min(indent(row).length + row.text.length, WIDEST_CELL));
  const natural = Math.max(...head.map((line) => line.length), ...longest);
  const cell = (row: Row, room: number) => {
    if (row.thread !== thread) return [];
    const before = indent(row);
    const free = room - before.length;
    if (row.kind === "note") return wrapSentence(row.text, Math.max(free, NARROWEST), 2).map((line) => before + line);
    return [before + (row.kind === "step" ? abbreviate(row.text, free) : row.text)];
  };
  return { head, natural, narrowest: Math.min(natural, NARROWEST), cell };
}

function changeColumn(object: string | null, rows: readonly Row[]): Column {
  const head = object === null ? [] : [asciiLine(object)];
  const texts = rows.flatMap(({ changes }) => changes);
  const longest = Math.max(...head.map((line) => line.length), ...texts.map((text) => text.length));
  const width = Math.min(longest, WIDEST_CHANGES);
  const cell = (row: Row) => row.changes.flatMap((text) => wrapSentence(text, width, 2));
  return { head, natural: width, narrowest: width, cell };
}

/** `CPU 0: load, put` becomes two lines; there is little room for a title in a column. */
function headOf(finding: Finding, thread: number): string[] {
  const name = asciiLine(finding.threads[thread] ?? `thread ${thread}`);
  const [cpu, ...role] = name.split(": ");
  const title = role.join(": ");
  return [cpu ?? name, ...(title === "" ? [] : wrapSentence(title, NARROWEST))];
}

function indent(row: Row): string {
  return " ".repeat(Math.min(row.depth, DEEPEST));
}

/** Takes room from the widest columns until the table fits. */
function fit(columns: readonly Column[], width: number): number[] {
  const widths = columns.map(({ natural }) => natural);
  const gaps = GAP.length * (columns.length - 1);
  for (;;) {
    const total = widths.reduce((sum, each) => sum + each, gaps);
    if (total <= width) return widths;
    const spare = widths.map((each, index) => (each > (columns[index]?.narrowest ?? 0) ? each : -1));
    const widest = Math.max(...spare);
    if (widest < 0) return widths;
    widths[spare.indexOf(widest)] = widest - 1;
  }
}

/** A cell may reach over the empty ones to its right. */
function join(cells: readonly string[], widths: readonly number[]): string {
  let line = "";
  for (const [index, cell] of cells.entries()) if (cell !== "") line = line.padEnd(startOf(index, widths)) + cell;
  return line.trimEnd();
}

function startOf(column: number, widths: readonly number[]): number {
  return widths.slice(0, column).reduce((sum, width) => sum + width + GAP.length, 0);
}

function threadsThatMove(rows: readonly Row[]): number[] {
  return [...new Set(rows.map(({ thread }) => thread))].toSorted((a, b) => a - b);
}

function legend(rows: readonly Row[]): string[] {
  return rows.some(({ kind }) => kind === "fold") ? ["", "(...: steps that change no object and no lock)"] : [];
}

/** In the end of a deadlock or a livelock it matters who waits for what. */
function waiting(finding: Finding): string[] {
  if (!/^(lock|progress)\./.test(finding.code)) return [];
  const blocked = Object.entries(finding.steps.at(-1)?.blocked ?? {});
  return blocked.map(([thread, why]) => `${headOf(finding, Number(thread))[0]} ${asciiLine(why)}`);
}

function idle(finding: Finding, moving: readonly number[]): string[] {
  const others = finding.threads.map((_, index) => index).filter((index) => !moving.includes(index));
  if (others.length === 0) return [];
  const names = new Set(others.map((thread) => asciiLine(finding.threads[thread] ?? `thread ${thread}`)));
  return [`(${plural(others.length, "thread")} not needed for this: ${[...names].join("; ")})`];
}
