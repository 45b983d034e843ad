/** Lastput and SPIN on the same models, in one run. */
import type { CParser } from "../../c/syntax";
import { REDUCTIONS } from "../../simulate/reduce/reductions";
import { benchModels } from "./models";
import type { Ours, OurModel } from "./ours";
import { markdownTable, median, shown, targetTable, type Row } from "./table";
import { measureTheirs, timed, type Optimise, type TheirRun, type Theirs } from "./theirs";

interface Compared {
  readonly ours: OurModel;
  readonly theirs: Theirs;
}

/** @param script the command line, for processes of our own */
export async function compareWithSpin(
  parser: CParser,
  script: string,
  names: readonly string[],
  runs: number,
  told: (line: string) => void,
): Promise<string> {
  told("our own search");
  const ours = await oursIn(script, names, runs);
  const endToEnd: number[] = [];
  for (let run = 0; run < runs; run++) endToEnd.push((await timed(oneCommand(script, names, 1), ".")).cpu);
  const compared: Compared[] = [];
  for (const [index, { model, name }] of (await benchModels(parser, names)).entries()) {
    told(`SPIN: ${name}`);
    const own = ours.models[index];
    if (own !== undefined) compared.push({ ours: own, theirs: await measureTheirs(model, name, runs) });
  }
  return [
    `Medians of ${runs}; milliseconds of CPU, of all threads and children. "plain" is SPIN on every step as it is, "fused" SPIN on our model`,
    `after fusing and dead locals, both with SPIN's own reduction and optimisations. A \`>\` stands before what was stopped after 20 seconds.\n`,
    modelTable(compared),
    targetTable(rows(compared, median(endToEnd))),
    `Peak memory: ${mega(ours.peak)} MB for our process over all models, all runs; of pan ${mega(Math.max(...compared.map(({ theirs }) => better(theirs).bytes)))} MB.\n`,
    reductionTable(ours),
  ].join("\n");
}

function oneCommand(script: string, names: readonly string[], runs: number): string[] {
  return [process.execPath, script, "bench", "ours", ...names, "--runs", String(runs)];
}

async function oursIn(script: string, names: readonly string[], runs: number): Promise<Ours> {
  const { output } = await timed(oneCommand(script, names, Math.max(runs, 2)), ".");
  const line = output.split("\n").find((each) => each.startsWith("{"));
  if (line === undefined) throw new Error(`our own process told nothing: ${output}`);
  return JSON.parse(line) as Ours;
}

function modelTable(compared: readonly Compared[]): string {
  const head = [
    "model",
    "threads",
    "roots",
    "states",
    "bytes a state",
    "Lastput",
    "first",
    "plain: states",
    "pan",
    "first",
    "fused: states",
    "pan",
    "first",
    "times faster",
  ];
  return markdownTable(
    head,
    compared.map(({ ours, theirs }) => [
      ours.name,
      String(ours.threads),
      String(ours.objects),
      count(ours.states),
      shown(ours.bytes / ours.states),
      shown(ours.all),
      ours.first === null ? "" : shown(ours.first),
      ...cells(theirs.plain),
      ...cells(theirs.fused),
      shown(better(theirs).pan["-O2"] / ours.all),
    ]),
  );
}

function cells({ states, pan, first, cut }: TheirRun): string[] {
  const more = cut ? "> " : "";
  return [
    Number.isNaN(states) ? "" : more + count(states),
    more + shown(pan["-O2"]),
    first === null ? "" : shown(first),
  ];
}

/** For each model the way of giving it to SPIN that is quicker. */
function better({ plain, fused }: Theirs): TheirRun {
  return fused.pan["-O2"] <= plain.pan["-O2"] ? fused : plain;
}

function rows(compared: readonly Compared[], endToEnd: number): Row[] {
  const faster = (least: number, most: number): number[] =>
    compared
      .filter(({ ours }) => ours.threads >= least && ours.threads <= most)
      .map(({ ours, theirs }) => better(theirs).pan["-O2"] / ours.all);
  const whole = (how: Optimise): number =>
    compared.reduce((sum, { theirs }) => {
      const cost = ({ spin, gcc, pan }: TheirRun): number => spin + gcc[how] + pan[how];
      return sum + Math.min(cost(theirs.plain), cost(theirs.fused));
    }, 0);
  const share = compared
    .filter(({ theirs }) => !Number.isNaN(theirs.plain.states))
    .map(({ ours, theirs }) => theirs.plain.states / ours.states);
  // In small ones what is reserved at first is most of it.
  const large = compared.filter(({ ours }) => ours.states >= LARGE).map(({ ours }) => ours.bytes / ours.states);
  const bytes = large.length > 0 ? large : compared.map(({ ours }) => ours.bytes / ours.states);
  const times = (what: string, all: readonly number[], target: number): Row => {
    const note = `least ${shown(Math.min(...all))}, most ${shown(Math.max(...all))}, of ${all.length}`;
    return { what, measured: median(all), target, aim: "at least", unit: "times", note };
  };
  const e2e = (how: Optimise, target: number): Row => {
    const note = `${shown(whole(how))} ms to ${shown(endToEnd)} ms`;
    const what = `${compared.length} scenarios end to end, SPIN with gcc ${how}`;
    return { what, measured: whole(how) / endToEnd, target, aim: "at least", unit: "times less CPU", note };
  };
  return [
    times("exploring, to the better pan, 4 and 5 threads", faster(4, 5), 25),
    times("exploring, to the better pan, 6 threads", faster(6, 6), 60),
    times("fewer stored states than pan's default", share, 20),
    {
      what: "bytes a state",
      measured: median(bytes),
      target: 40,
      aim: "at most",
      unit: "bytes",
      note: `most ${shown(Math.max(...bytes))}, of ${bytes.length}`,
    },
    e2e("-O2", 150),
    e2e("-O0", 30),
  ];
}

const LARGE = 10_000;

function reductionTable({ models }: Ours): string {
  const total = (of: (model: OurModel) => number): number => models.reduce((sum, model) => sum + of(model), 0);
  const [states, cpu] = [total((model) => model.states), total((model) => model.all)];
  const lines = REDUCTIONS.map((name) => {
    const [more, longer] = [total((m) => m.without[name]?.states ?? 0), total((m) => m.without[name]?.cpu ?? 0)];
    return [name, count(more), `${shown(more / states)} times`, shown(longer), `${shown(longer / cpu)} times`];
  });
  const head = ["all models without", "states", "as many", "ms", "as long"];
  return markdownTable(head, [["nothing left out", count(states), "", shown(cpu), ""], ...lines]);
}

function count(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}

function mega(bytes: number): string {
  return count(bytes / 2 ** 20);
}
