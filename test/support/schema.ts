/** The JSON of the command line against its schema file. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { root } from "./paths";

/** What is wrong, one line each; empty when the report is as the schema says. */
export function schemaErrors(report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath || "/", message ?? "", JSON.stringify(params)].join(" "),
  );
}

const file = path.join(root, "schema/lastput.schema.json");
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(
  JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>,
);
