const SESSION = /^#\/sessions\/([A-Za-z0-9_-]{16,40})$/;

/** Which page is shown: a session's, the policy's, the data's, the operator's own, or the list. It is in the address, so that it can be sent to a colleague. */
class Route {
  session = $state<string>();
  page = $state<"sessions" | "policy" | "data" | "account">("sessions");

  constructor() {
    this.#read();
    addEventListener("hashchange", () => this.#read());
  }

  #read(): void {
    this.session = SESSION.exec(location.hash)?.[1];
    const pages = ["policy", "data", "account"] as const;
    this.page = pages.find((page) => location.hash.startsWith(`#/${page}`)) ?? "sessions";
  }
}

export const route = new Route();
