import type { ServiceStatus } from "@habitus/wire";
import { askService } from "./ask-service.ts";

/** What people are compared with, read once: it changes only when the service is started again. */
class Status {
  current = $state<ServiceStatus>();

  async read(): Promise<void> {
    if (this.current !== undefined) return;
    const answer = await askService<ServiceStatus>("status");
    if (answer.kind === "answer") this.current = answer.value;
  }
}

export const status = new Status();
