/** Tells the person which lines of a function the diff does not show and the base supplied. */
import type { Container } from "./base";
import type { Placed } from "./containers";
import type { ImageAssumption } from "./image";
import { isChanged, type Segment } from "./segments";
import type { Span } from "../text/mapped";

/** One assumption for each stretch that is not shown: before the first, between, and behind the last segment. */
export function hiddenLines(
  container: Container,
  segments: readonly Segment[],
  places: readonly Placed[],
): ImageAssumption[] {
  const { file, name } = container;
  const isFunction = !name.includes(" ");
  const called = isFunction ? `${name}()` : name;
  const assumptions: ImageAssumption[] = [];
  const say = (count: number, where: string, span: Span | null): void => {
    if (count === 0) return;
    const lines = count === 1 ? "1 line" : `${count} lines`;
    const verb = count === 1 ? "is" : "are";
    const text = `${lines} of ${called} ${where} ${verb} not shown and taken from the base (${file.path}).`;
    assumptions.push({ kind: "gap-from-base", text, span, function: isFunction ? name : null });
  };
  const first = places[0];
  if (first === undefined) return [];
  const body = container.units.findIndex((unit) => unit.kind === "open");
  const inside = container.units.slice(body + 1);
  const last = inside.findLastIndex((unit) => unit.kind === "close");
  const statements = inside.slice(0, last < 0 ? inside.length : last);
  const lines = (from: number, to: number): number => {
    const seen = new Set<number>();
    for (const unit of statements) {
      for (let i = 0; i < unit.spots.length; i += 2) {
        const start = unit.spots[i] ?? 0;
        if (start >= from && start < to) seen.add(file.lineAt(start));
      }
    }
    return seen.size;
  };
  say(lines(container.span.start, first.start), "before what is shown", spanBefore(segments[0]));
  for (let i = 1; i < places.length; i++) {
    const [a, b] = [places[i - 1], places[i]];
    if (a === undefined || b === undefined) continue;
    const sameHunk = segments[i - 1]?.reading === segments[i]?.reading;
    const where = sameHunk
      ? "at the `...`"
      : places.length === 2
        ? "between the two hunks"
        : `between hunks ${i} and ${i + 1} of it`;
    say(lines(a.end, b.start), where, spanBefore(segments[i]));
  }
  const end = places[places.length - 1];
  if (end !== undefined)
    say(lines(end.end, container.span.end), "behind what is shown", spanBehind(segments[segments.length - 1]));
  return assumptions;
}

/** What was guessed about the place of a segment, or about blocks that only the diff shows. */
export function guessesOf(
  container: Container,
  segments: readonly Segment[],
  places: readonly Placed[],
): ImageAssumption[] {
  const { name } = container;
  const isFunction = !name.includes(" ");
  const called = isFunction ? `${name}()` : name;
  return places.flatMap(({ byNumber, braces }, i) => {
    const segment = segments[i];
    if (segment === undefined || !isChanged(segment)) return [];
    const span = spanBefore(segment);
    const rest = { span, function: isFunction ? name : null };
    const guesses: ImageAssumption[] = [];
    if (byNumber) {
      const text = `No statement around these lines tells where in ${called} they belong; their line number does.`;
      guesses.push({ kind: "placed-in", text, ...rest });
    }
    if (braces.before.opened + braces.before.closed + braces.after.opened + braces.after.closed > 0) {
      const text = `A block of ${called} that the base does not have is shown in part: it is taken to begin or end where the hunk does.`;
      guesses.push({ kind: "gap", text, ...rest });
    }
    return guesses;
  });
}

function spanBefore(segment: Segment | undefined): Span | null {
  if (segment === undefined) return null;
  const { hunk } = segment.reading;
  return segment.from === 0
    ? (hunk.headerSpan ?? hunk.lines[0]?.span ?? null)
    : (hunk.lines[segment.from - 1]?.span ?? null);
}

function spanBehind(segment: Segment | undefined): Span | null {
  return segment?.reading.hunk.lines[segment.to - 1]?.span ?? null;
}
