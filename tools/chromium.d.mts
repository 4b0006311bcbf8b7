export interface FoundChromium {
  readonly executablePath: string;
  readonly args: string[];
  readonly source: string;
}
type Look = (
  env: Record<string, string | undefined>,
) => Promise<Partial<FoundChromium> | undefined> | Partial<FoundChromium> | undefined;
export function findChromium(options?: {
  readonly env?: Record<string, string | undefined>;
  readonly sources?: Readonly<Record<string, Look>>;
}): Promise<FoundChromium>;
