export const READS_CONTENT: RegExp;
export function checkContent(): string[];
