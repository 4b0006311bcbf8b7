/** One request: its head without the body's length, and the body. */
export interface LoadRequest {
  readonly path: string;
  readonly token: string;
  readonly mac: string;
  readonly body: string;
}
export interface LoadOptions {
  readonly port: number;
  /** One list per connection, sent in order. */
  readonly lanes: readonly (readonly LoadRequest[])[];
}
export interface LoadResult {
  readonly answered: number;
  readonly refused: number;
  readonly seconds: number;
}

/**
 * Sends every lane on its own kept-alive connection, the next request when the answer to the one before is there.
 * Runs in a worker thread from its own source text, so it may use nothing but its argument.
 */
export function runLoad(
  net: typeof import("node:net"),
  { port, lanes }: LoadOptions,
  done: (result: LoadResult) => void,
): void {
  let answered = 0;
  let refused = 0;
  let open = lanes.length;
  const started = performance.now();
  for (const lane of lanes) {
    let next = 0;
    let received = "";
    const socket = net.connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    const send = (): void => {
      const request = lane[next];
      next += 1;
      if (request === undefined) {
        socket.end();
        open -= 1;
        if (open === 0) done({ answered, refused, seconds: (performance.now() - started) / 1000 });
        return;
      }
      const { path, token, mac, body } = request;
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\nhabitus-mac: ${mac}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    };
    socket.setEncoding("latin1");
    socket.on("connect", send);
    socket.on("data", (text: string) => {
      received += text;
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (received.length < end + 4 + length) return;
      if (received.startsWith("HTTP/1.1 2")) answered += 1;
      else refused += 1;
      received = received.slice(end + 4 + length);
      send();
    });
  }
}
