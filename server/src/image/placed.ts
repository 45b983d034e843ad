/** Lays loose statements, which somebody proposes without saying where, into the function of the base that they fit. */
import type { HunkLine } from "../text/document";
import { concat, mapped, unmapped } from "../text/mapped";
import type { BaseIndex, Container } from "./base";
import { changedFunctions } from "./changed";
import { placeIn, type ContainerPlaces } from "./containers";
import type { FileImages } from "./image";
import { hiddenLines } from "./hidden";
import type { LaidFile } from "./lay";
import { renderLaid } from "./render";
import { segmentsOf } from "./segments";
import { asKind, hunkOf } from "./snippets";
import { cutIntoUnits } from "./units";

/** Fewer statements than these fit in too many places. */
const LEAST_MATCHED = 3;

/** Images of their own: the base as it is, and with the statements in place of those they cover. Null if they fit nowhere. */
export function imagesOfLoose(lines: readonly HunkLine[], base: BaseIndex): FileImages | null {
  const text = concat(lines.flatMap((line) => [line.code, unmapped("\n")]));
  const { units } = cutIntoUnits(text.text);
  const hunk = hunkOf(asKind(lines, "context"));
  const segments = segmentsOf(hunk, true).filter(({ before }) => before.units.length > 0);
  let best: { container: Container; found: ContainerPlaces } | null = null;
  for (const container of base.alike(units, 3)) {
    const found = placeIn(container, segments);
    if (found === null || found.fit.matched < LEAST_MATCHED || found.fit.matched * 2 <= found.fit.shown) continue;
    if (best === null || worth(found) > worth(best.found)) best = { container, found };
  }
  if (best === null) return null;
  const { container, found } = best;
  const { file } = container;
  const members = segments.flatMap((segment, i) => {
    const placed = found.places[i];
    return placed === undefined ? [] : [[{ segment, placed }]];
  });
  const cuts = container.holes.map((span) => ({ span, side: "both" as const }));
  const laid: LaidFile = { file, runs: members, cuts, fits: [found.fit], assumptions: [] };
  const before = mapped(file.text, `base:${file.path}`, 0, "base");
  const after = renderLaid(laid).after;
  const placedIn = {
    kind: "placed-in" as const,
    text: `These lines name no function; they are laid into ${container.name}() of the base, which they fit best.`,
    span: hunk.span,
    function: container.name,
  };
  return {
    path: file.path,
    source: "base",
    before: { path: file.path, code: before },
    after: { path: file.path, code: after },
    changed: changedFunctions(before, after, (offset) => file.isFunctionStart(offset)),
    fit: found.fit,
    assumptions: [placedIn, ...hiddenLines(container, segments, found.places)],
  };
}

function worth({ fit }: ContainerPlaces): number {
  return fit.matched - fit.contradicted;
}
