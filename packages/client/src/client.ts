import type {
  AccommodationRequest,
  Assessment,
  AuditEntry,
  ConsentRequest,
  ContextRequest,
  EnrolResponse,
  OpenSessionRequest,
  OpenSessionResponse,
  OutcomeRequest,
  PageRequest,
  PageResponse,
  PolicyRecord,
  PolicyRequest,
  ServiceStatus,
  SessionSummary,
  SettingsRequest,
  SettingsResponse,
  Simulation,
  SimulationQuery,
  SubjectExport,
  SubjectStatus,
} from "@habitus/wire";
import { type Connection, send } from "./send.ts";
import { type WatchOptions, watchSession } from "./watch.ts";

export interface ClientOptions {
  /** Where the service is, such as `http://127.0.0.1:8737`. */
  readonly url: string;
  /** The application's API key: for its server, never for a page. */
  readonly apiKey: string;
  /** The platform's own by default. */
  readonly fetch?: typeof fetch;
  /** An answer that takes longer is none. */
  readonly timeoutMs?: number;
}

/** One method per route for applications. Each rejects with a `HabitusError`, with code `unreachable` when there is no answer. */
export interface HabitusClient {
  readonly openSession: (request: OpenSessionRequest) => Promise<OpenSessionResponse>;
  /** The newest first. */
  readonly listSessions: () => Promise<readonly SessionSummary[]>;
  readonly assessment: (session: string) => Promise<Assessment>;
  /** Yields the assessment now and after each change until the session ends; connects again by itself, and tells `onLost`. */
  readonly watch: (session: string, options?: WatchOptions) => AsyncGenerator<Assessment, void, undefined>;
  readonly reportOutcome: (session: string, outcome: OutcomeRequest) => Promise<Assessment>;
  /** Says how much is at stake now, for example before a large transfer; resolves with what is thought of the session then. */
  readonly setContext: (session: string, context: ContextRequest) => Promise<Assessment>;
  readonly subject: (subject: string) => Promise<SubjectStatus>;
  readonly setConsent: (subject: string, consent: ConsentRequest) => Promise<SubjectStatus>;
  /** Switches kinds of input off for a subject, or widens the limits. */
  readonly setAccommodation: (subject: string, accommodation: AccommodationRequest) => Promise<SubjectStatus>;
  /** Makes a reference now; rejects with `too-few-samples` and `missing` where that cannot be. */
  readonly enrol: (subject: string) => Promise<EnrolResponse>;
  readonly exportSubject: (subject: string) => Promise<SubjectExport>;
  readonly eraseSubject: (subject: string) => Promise<void>;
  /** A short-lived link to the subject's own page: ask for it only for who is signed in as the subject, and send them there. */
  readonly subjectPage: (subject: string, page?: PageRequest) => Promise<PageResponse>;
  /** How much is collected and how long it is kept, and what is kept now. */
  readonly settings: () => Promise<SettingsResponse>;
  /** Changes what is given and leaves the rest. */
  readonly putSettings: (change: SettingsRequest) => Promise<SettingsResponse>;
  readonly listPolicies: () => Promise<readonly PolicyRecord[]>;
  /** The newest version, with the thresholds that it comes to now. */
  readonly policy: (id: string) => Promise<PolicyRecord>;
  /** Saves the next version; rejects with `contradictory-policy`, and the one before stays, where it cannot be. */
  readonly putPolicy: (id: string, policy: PolicyRequest) => Promise<PolicyRecord>;
  /** What another threshold or target would have meant for what was recorded. */
  readonly simulatePolicy: (id: string, query?: SimulationQuery) => Promise<Simulation>;
  /** What people are compared with, and what an operator should know of it. */
  readonly status: () => Promise<ServiceStatus>;
  /** Oldest first; `after` is the id of the last entry already read. */
  readonly audit: (options?: { readonly after?: number }) => Promise<readonly AuditEntry[]>;
}

/**
 * Returns a client of the service.
 *
 * @example
 * const habitus = createClient({ url: "http://127.0.0.1:8737", apiKey: process.env.HABITUS_API_KEY });
 * const { session, collectorToken } = await habitus.openSession({ subject: "customer-17" });
 */
export function createClient(options: ClientOptions): HabitusClient {
  const connection = connect(options);
  const get = <Answer>(path: string): Promise<Answer> => send(connection, { method: "GET", path });
  return {
    openSession: (body) => send(connection, { method: "POST", path: "/v1/sessions", body }),
    listSessions: async () => (await get<{ sessions: SessionSummary[] }>("/v1/sessions")).sessions,
    assessment: (session) => get(`${sessionPath(session)}/assessment`),
    watch: (session, watchOptions) => watchSession(connection, session, watchOptions),
    reportOutcome: (session, body) =>
      send(connection, { method: "POST", path: `${sessionPath(session)}/outcomes`, body }),
    setContext: (session, body) => send(connection, { method: "PUT", path: `${sessionPath(session)}/context`, body }),
    subject: (subject) => get(subjectPath(subject)),
    setConsent: (subject, body) => send(connection, { method: "PUT", path: `${subjectPath(subject)}/consent`, body }),
    setAccommodation: (subject, body) =>
      send(connection, { method: "PUT", path: `${subjectPath(subject)}/accommodation`, body }),
    enrol: (subject) => send(connection, { method: "POST", path: `${subjectPath(subject)}/enrolment` }),
    exportSubject: (subject) => get(`${subjectPath(subject)}/export`),
    eraseSubject: (subject) => send(connection, { method: "DELETE", path: subjectPath(subject) }),
    subjectPage: (subject, body = {}) =>
      send(connection, { method: "POST", path: `${subjectPath(subject)}/page`, body }),
    settings: () => get("/v1/settings"),
    putSettings: (body) => send(connection, { method: "PUT", path: "/v1/settings", body }),
    listPolicies: async () => (await get<{ policies: PolicyRecord[] }>("/v1/policies")).policies,
    policy: (id) => get(policyPath(id)),
    putPolicy: (id, body) => send(connection, { method: "PUT", path: policyPath(id), body }),
    simulatePolicy: (id, query = {}) => {
      const given = Object.entries(query).filter(([, value]) => value !== undefined);
      const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
      return get(`${policyPath(id)}/simulation${text === "" ? "" : `?${text}`}`);
    },
    status: () => get("/v1/status"),
    audit: async ({ after } = {}) => {
      const query = after === undefined ? "" : `?after=${after}`;
      return (await get<{ entries: AuditEntry[] }>(`/v1/audit${query}`)).entries;
    },
  };
}

export function connect({ url, apiKey, fetch: ownFetch, timeoutMs = 2_000 }: ClientOptions): Connection {
  if (!/^https?:\/\//.test(url)) throw new TypeError(`url must start with http:// or https://, got ${url}`);
  if (typeof apiKey !== "string" || apiKey === "") throw new TypeError("apiKey must be the application's API key");
  if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs must be more than 0, got ${timeoutMs}`);
  return { url: url.replace(/\/+$/, ""), apiKey, fetch: ownFetch ?? fetch, timeoutMs };
}

function sessionPath(session: string): string {
  return `/v1/sessions/${encodeURIComponent(session)}`;
}

function policyPath(id: string): string {
  return `/v1/policies/${encodeURIComponent(id)}`;
}

function subjectPath(subject: string): string {
  return `/v1/subjects/${encodeURIComponent(subject)}`;
}
