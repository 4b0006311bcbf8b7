/** Yields the `data` of each server-sent event named `name` (WHATWG HTML, 9.2.6); comments and other fields are passed over. */
export async function* readServerSentEvents(body: ReadableStream<Uint8Array>, name: string): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader(); // safe: decodes bytes
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const lines = block.split("\n");
        const field = (wanted: string): string[] =>
          lines
            .filter((line) => line.startsWith(`${wanted}:`))
            .map((line) => line.slice(wanted.length + 1).replace(/^ /, ""));
        const data = field("data");
        if (data.length > 0 && (field("event")[0] ?? "message") === name) yield data.join("\n");
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
