/** What the tests of the image stage share: a parser, a base as it is given in, and a check of every segment. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createParser } from "../../server/src/c/parser";
import type { CParser, Defines } from "../../server/src/c/syntax";
import type { FileImages, ImageSources, PatchImages } from "../../server/src/image/image";
import type { Document, Patch } from "../../server/src/text/document";
import { readDocument } from "../../server/src/text/read";
import { dist, fixtures } from "../support/paths";

export const parser: Promise<CParser> = createParser({
  runtime: path.join(dist, "web-tree-sitter.wasm"),
  grammar: path.join(dist, "tree-sitter-c.wasm"),
});

export const folder = path.join(fixtures, "image");

export function fixture(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

/** Texts by file name become a base; `library` and `workspace` may be added. */
export async function sourcesOf(
  base: Readonly<Record<string, string>>,
  more: {
    defines?: Defines;
    workspace?: Readonly<Record<string, string>>;
    library?: Readonly<Record<string, string>>;
  } = {},
): Promise<ImageSources> {
  const reader = await parser;
  const parsed = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([name, text]) => reader.parse(name, text, more.defines ?? {}));
  return {
    base: parsed(base),
    library: parsed(more.library ?? {}),
    workspace: (name) =>
      more.workspace !== undefined && Object.hasOwn(more.workspace, name) ? more.workspace[name] : undefined,
  };
}

export function onlyPatch(document: Document): Patch {
  assert.equal(document.patches.length, 1);
  return at(document.patches, 0);
}

export function patchOf(text: string): Patch {
  return onlyPatch(readDocument(text));
}

export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  assert.ok(element !== undefined, `there is no element ${index} of ${list.length}`);
  return element;
}

/** Every mapped character is the one that stands at its place in its source. */
export function checkSegments(images: PatchImages, texts: Readonly<Record<string, string>>): void {
  for (const file of images.files) {
    for (const image of [file.before, file.after]) {
      let end = 0;
      for (const { start, length, source, sourceStart, origin } of image?.code.segments ?? []) {
        assert.ok(start >= end && length > 0, "segments are sorted and do not overlap");
        end = start + length;
        const text = texts[source];
        assert.ok(text !== undefined, `no text for source ${source}`);
        assert.equal(
          image?.code.text.slice(start, end),
          text.slice(sourceStart, sourceStart + length),
          `${source} ${origin}`,
        );
      }
    }
  }
}

export function textsOf(file: FileImages): { before: string | null; after: string | null } {
  return { before: file.before?.code.text ?? null, after: file.after?.code.text ?? null };
}
