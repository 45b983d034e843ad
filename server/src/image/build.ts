/** Makes the images of a patch: for each file from the best that there is to make them from. */
import type { Patch } from "../text/document";
import { BaseIndex } from "./base";
import { changedFunctions } from "./changed";
import { sumOfFits } from "./fit";
import type { FileImages, ImageSources, PatchImages } from "./image";
import { type LaidFile, layPatch } from "./lay";
import { renderLaid } from "./render";

/** Never throws for what is in the patch. */
export function buildImages(patch: Patch, sources: ImageSources): PatchImages {
  const base = new BaseIndex(sources.base);
  const laid = layPatch(patch.files, base);
  const files = laid.files.map(imagesOfLaid);
  return { files, problems: [], loose: [] };
}

function imagesOfLaid(laid: LaidFile): FileImages {
  const { before, after } = renderLaid(laid);
  const { path } = laid.file;
  return {
    path,
    source: "base",
    before: { path, code: before },
    after: { path, code: after },
    changed: changedFunctions(before, after),
    fit: sumOfFits(laid.fits),
    assumptions: laid.assumptions,
  };
}
