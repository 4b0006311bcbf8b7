export function checkLayers(): string[];
export function brokenImports(file: string, text: string): string[];
