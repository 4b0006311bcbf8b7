/** One message of a stream of server-sent events. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Yields the messages of a body of `text/event-stream` (HTML Living Standard, 9.2.6) as they come. A comment, which servers
 * send to keep a connection open, is yielded with the event name `comment`: it shows that the other side is alive.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) yield { event: event === "" ? "message" : event, data: data.join("\n") };
          event = "";
          data = [];
        } else if (line.startsWith(":")) yield { event: "comment", data: line.slice(1) };
        else {
          const [, field, content = ""] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
          if (field === "event") event = content;
          else if (field === "data") data.push(content);
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may have failed already, which the caller has been told
  }
}
