import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { LabError } from "../lab-error.ts";

const AGAIN = "Get the file again: habitus lab data";

export interface FileRows {
  /** Batches of lines after the header, each a list of fields; blank lines are passed over. */
  readonly batches: AsyncGenerator<string[][]>;
  /** sha256 of the file's bytes as they are on the disk, in hex; known when the rows are read to their end. */
  readonly sha256: () => string;
}

/**
 * Reads a gzip-compressed table line by line. The header must have exactly these column names. Throws a LabError that names file
 * and line when the file is missing, is not gzip, or a line has another number of fields.
 */
export function readRows(
  path: string,
  { columns, separator, onBytes }: { columns: readonly string[]; separator: string; onBytes?: (count: number) => void },
): FileRows {
  const hash = createHash("sha256");
  let digest: string | undefined;
  async function* read(): AsyncGenerator<string[][]> {
    let line = 0;
    const count = (chunk: Buffer): void => {
      hash.update(chunk);
      onBytes?.(chunk.length);
    };
    for await (const texts of lines(path, count)) {
      const batch: string[][] = [];
      for (const text of texts) {
        line += 1;
        const fields = text.split(separator);
        if (line === 1) checkHeader(path, fields, { columns, separator });
        else if (text !== "")
          batch.push(fields.length === columns.length ? fields : wrongFields(path, line, fields, columns));
      }
      yield batch;
    }
    if (line === 0) throw new LabError("malformedData", `${path} is empty. ${AGAIN}`);
    digest = hash.digest("hex");
  }
  return {
    batches: read(),
    sha256: () => {
      if (digest === undefined) throw new RangeError("read the rows to their end first");
      return digest;
    },
  };
}

function checkHeader(
  path: string,
  fields: readonly string[],
  { columns, separator }: { readonly columns: readonly string[]; readonly separator: string },
): void {
  if (fields.length === columns.length && columns.every((column, i) => fields[i] === column)) return;
  const names = `${columns.slice(0, 8).join(separator)}${columns.length > 8 ? " ..." : ""}`;
  throw new LabError(
    "malformedData",
    `${path}: the first line must name the ${columns.length} columns ${JSON.stringify(names)}; it has ${fields.length} fields. ${AGAIN}`,
  );
}

function wrongFields(path: string, line: number, fields: readonly string[], columns: readonly string[]): never {
  throw new LabError(
    "malformedData",
    `${path}, line ${line}: expected ${columns.length} fields, got ${fields.length}. ${AGAIN}`,
  );
}

async function* lines(path: string, onChunk: (chunk: Buffer) => void): AsyncGenerator<string[]> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  // An error of the file must end the reading of the decompressed text too.
  source.on("error", (error) => gunzip.destroy(error));
  source.on("data", (chunk) => onChunk(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)));
  source.pipe(gunzip);
  let rest = "";
  try {
    gunzip.setEncoding("utf8");
    for await (const chunk of gunzip) {
      const parts = (rest + String(chunk)).split("\n");
      rest = parts.pop() ?? "";
      yield parts.map((part) => (part.endsWith("\r") ? part.slice(0, -1) : part));
    }
  } catch (error) {
    throw readError(path, error);
  } finally {
    source.destroy();
  }
  if (rest !== "") yield [rest];
}

function readError(path: string, error: unknown): LabError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "EISDIR" || code === "EACCES")
    return new LabError("dataMissing", `${path} cannot be read (${code}). Where to get it: habitus lab data`, {
      cause: error,
    });
  return new LabError("malformedData", `${path} is not a whole gzip file (${code}). ${AGAIN}`, {
    cause: error,
  });
}

/** Returns the number in a field, or NaN; the empty field is NaN and not 0. */
export function toNumber(field: string | undefined): number {
  return field === undefined || field.trim() === "" ? Number.NaN : Number(field);
}
