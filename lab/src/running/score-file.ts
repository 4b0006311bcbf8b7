import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createGzip, type Gzip } from "node:zlib";
import { rounded } from "../metrics/bootstrap.ts";
import type { Protocol } from "../protocols/protocol.ts";
import type { RawScores } from "./compare.ts";

/** A gzip-compressed text file that is written bit by bit. */
export class TextFile {
  readonly #gzip: Gzip;
  readonly #done: Promise<unknown>;

  constructor(path: string) {
    this.#gzip = createGzip({ level: 1 });
    const file = createWriteStream(path);
    this.#done = once(file, "close");
    this.#gzip.pipe(file);
  }

  async write(text: string): Promise<void> {
    if (!this.#gzip.write(text)) await once(this.#gzip, "drain");
  }

  async close(): Promise<void> {
    this.#gzip.end();
    await this.#done;
  }
}

export const SCORE_COLUMNS = "system,protocol,subject,probe,probeSubject,mated,score,llr\n";

/** Writes one line per comparison; a comparison without a score has empty ones. */
export async function writeScores(file: TextFile, system: string, protocol: string, raw: RawScores): Promise<void> {
  const head = `${system},${protocol},`;
  let lines: string[] = [];
  for (let i = 0; i < raw.probes.length; i += 1) {
    const probe = raw.probes[i];
    const score = raw.score[i] ?? Number.NaN;
    const numbers = Number.isNaN(score) ? "," : `${rounded(score)},${rounded(raw.llr[i] ?? 0)}`;
    const subject = raw.subjects[raw.claimed[i] ?? 0];
    lines.push(`${head}${subject},${probe?.id},${probe?.subject ?? probe?.species ?? ""},${raw.mated[i]},${numbers}\n`);
    if (lines.length === 20_000) {
      await file.write(lines.join(""));
      lines = [];
    }
  }
  await file.write(lines.join(""));
}

/**
 * Writes what is enrolled and what is compared with it, one JSON object a line: first the protocol with the names of its probes, then
 * for each subject the names of the enrolled pieces and the places of its probes in that list.
 */
export async function writeProtocol(file: TextFile, { name, note, claims, background, left }: Protocol): Promise<void> {
  const places = new Map<string, number>();
  const place = (id: string): number => {
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, places.size);
    return places.size - 1;
  };
  const lines = claims.map(({ subject, enrolment, mated, nonMated }) =>
    JSON.stringify({
      subject,
      enrolment: enrolment.map(({ id }) => id),
      mated: mated.map(({ id }) => place(id)),
      nonMated: nonMated.map(({ id }) => place(id)),
    }),
  );
  const head = {
    protocol: name,
    note,
    background: background.note,
    left,
    subjects: claims.length,
    probes: [...places.keys()],
  };
  await file.write(`${JSON.stringify(head)}\n`);
  for (const line of lines) await file.write(`${line}\n`);
}
