import { crc32 } from "node:zlib";
import type { JournalRow } from "../storage.ts";

/**
 * An entry in a journal file: length and CRC-32 of what follows (32-bit, little-endian), then n and the time of receipt
 * (64-bit floats), the lengths of application and session (16-bit), both names, and the sealed bytes.
 * The CRC finds the end of what was written when the power went; against people the seal protects.
 */
const FRAME_BYTES = 8;
const HEAD_BYTES = 20;

export interface FoundRecord {
  readonly row: JournalRow;
  readonly end: number;
}

export function recordBytes({ application, session, sealed }: JournalRow): number {
  return FRAME_BYTES + HEAD_BYTES + Buffer.byteLength(application) + Buffer.byteLength(session) + sealed.length;
}

/** Writes the record at the offset; returns its end. The buffer must have room for `recordBytes`. */
export function writeRecord(buffer: Buffer, offset: number, row: JournalRow): number {
  const start = offset + FRAME_BYTES;
  buffer.writeDoubleLE(row.n, start);
  buffer.writeDoubleLE(row.receivedAt, start + 8);
  let end = start + HEAD_BYTES;
  const applicationBytes = buffer.write(row.application, end);
  end += applicationBytes;
  const sessionBytes = buffer.write(row.session, end);
  end += sessionBytes;
  buffer.writeUInt16LE(applicationBytes, start + 16);
  buffer.writeUInt16LE(sessionBytes, start + 18);
  buffer.set(row.sealed, end);
  end += row.sealed.length;
  buffer.writeUInt32LE(end - start, offset);
  buffer.writeUInt32LE(crc32(buffer.subarray(start, end)), offset + 4);
  return end;
}

/** Returns where the record after a damaged one begins, or undefined where none does: what was written last was cut off. */
export function afterDamage(buffer: Buffer, offset: number): number | undefined {
  if (offset + FRAME_BYTES > buffer.length) return undefined;
  const next = offset + FRAME_BYTES + buffer.readUInt32LE(offset);
  return readRecord(buffer, next) === undefined ? undefined : next;
}

/** Returns the record at the offset, or undefined where none was written whole. */
export function readRecord(buffer: Buffer, offset: number): FoundRecord | undefined {
  const start = offset + FRAME_BYTES;
  if (start + HEAD_BYTES > buffer.length) return undefined;
  const length = buffer.readUInt32LE(offset);
  const end = start + length;
  if (length < HEAD_BYTES || end > buffer.length) return undefined;
  if (crc32(buffer.subarray(start, end)) !== buffer.readUInt32LE(offset + 4)) return undefined;
  const names = start + HEAD_BYTES;
  const sessionAt = names + buffer.readUInt16LE(start + 16);
  const sealedAt = sessionAt + buffer.readUInt16LE(start + 18);
  const row: JournalRow = {
    application: buffer.toString("utf8", names, sessionAt),
    session: buffer.toString("utf8", sessionAt, sealedAt),
    n: buffer.readDoubleLE(start),
    receivedAt: buffer.readDoubleLE(start + 8),
    sealed: Uint8Array.from(buffer.subarray(sealedAt, end)),
  };
  return { row, end };
}
