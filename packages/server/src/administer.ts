import type { Administration } from "@habitus/wire";
import type { Engine } from "./engine/engine.ts";

const ENTRIES_READ = 500;
/** What the log calls whoever holds the machine. */
const actor = "host";

/** Returns what an admin of the application of this name does, on the machine itself; it is made when there is none. */
export async function administer(engine: Engine, name: string): Promise<Administration> {
  const application = await engine.findApplication(name);
  return {
    operators: {
      list: () => engine.listOperators(application),
      add: (operator) => engine.addOperator({ application, actor, ...operator }),
      link: (operator) => engine.makeLink({ application, operator, kind: "enrolment", actor }),
      remove: (operator) => engine.removeOperator({ application, operator, actor }),
    },
    apiKeys: {
      list: () => engine.listApiKeys(application),
      add: (key) => engine.addKeyTo(application, { ...key, actor }),
      rotate: (id, { overlapHours }) => engine.rotateApiKey({ application, id, overlapHours, actor }),
      revoke: (id) => engine.revokeApiKey({ application, id, actor }),
    },
    audit: {
      entries: ({ after }) => engine.listAudit(application, after, ENTRIES_READ),
      marks: () => engine.readMarks(application),
    },
  };
}
