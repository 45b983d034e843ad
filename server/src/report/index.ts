/** What the report stage offers to the command line, the library and the tests. */
export { baselineLines, type BaselineTold } from "./baseline";
export { toldInFull } from "./groups";
export { jsonReport, SCHEMA_VERSION } from "./json";
export { LineIndex, type Position, type Range } from "./lines";
export { markdownReport } from "./markdown";
export type { ReadDocument, Reported, Tool, UnreadDocument } from "./reported";
export { COLOURED, PLAIN, type Style, type TextOptions } from "./style";
export { traceTable } from "./table";
export { textReport } from "./text";
export { type AskedDocument, whyJson, whyMarkdown, whyText } from "./why";
export { repairDiff, repairIntroduction } from "./repairs";
export { oneLine, plural } from "./visible";
