import type {
  Administration,
  ApiKeyRecord,
  AuditEntry,
  AuditMarks,
  MadeApiKey,
  OneTimeLink,
  OperatorRecord,
} from "@habitus/wire";
import { type ClientOptions, connect } from "./client.ts";
import { send } from "./send.ts";

/** Returns what an admin does with the application, over HTTP. The API key needs the scopes `operators`, `keys` and `audit`. */
export function createAdministration(options: ClientOptions): Administration {
  const connection = connect(options);
  const get = <Answer>(path: string): Promise<Answer> => send(connection, { method: "GET", path });
  const post = <Answer>(path: string, body?: unknown): Promise<Answer> =>
    send(connection, { method: "POST", path, body });
  const remove = (path: string): Promise<void> => send(connection, { method: "DELETE", path });
  const operatorPath = (operator: string): string => `/v1/operators/${encodeURIComponent(operator)}`;
  const keyPath = (id: string): string => `/v1/api-keys/${encodeURIComponent(id)}`;
  return {
    operators: {
      list: async () => (await get<{ operators: OperatorRecord[] }>("/v1/operators")).operators,
      add: (operator) => post<OneTimeLink>("/v1/operators", operator),
      link: (operator) => post<OneTimeLink>(`${operatorPath(operator)}/link`),
      remove: (operator) => remove(operatorPath(operator)),
    },
    apiKeys: {
      list: async () => (await get<{ keys: ApiKeyRecord[] }>("/v1/api-keys")).keys,
      add: (key) => post<MadeApiKey>("/v1/api-keys", key),
      rotate: (id, { overlapHours }) => post<MadeApiKey>(`${keyPath(id)}/rotation`, { overlapHours }),
      revoke: (id) => remove(keyPath(id)),
    },
    audit: {
      entries: async ({ after }) => (await get<{ entries: AuditEntry[] }>(`/v1/audit?after=${after}`)).entries,
      marks: () => get<AuditMarks>("/v1/audit/marks"),
    },
  };
}
