import type {
  Assessment,
  AuditEntry,
  ConsentRequest,
  EnrolResponse,
  OpenSessionRequest,
  OpenSessionResponse,
  OutcomeRequest,
  SessionSummary,
  SubjectExport,
  SubjectStatus,
} from "@habitus/wire";
import { HabitusError } from "./error.ts";
import { type ClientOptions, createOpen, createSend } from "./request.ts";
import { readServerSentEvents } from "./server-sent-events.ts";

/** One method for each request an application may make. All throw {@link HabitusError}. */
export interface HabitusClient {
  readonly openSession: (request: OpenSessionRequest) => Promise<OpenSessionResponse>;
  readonly listSessions: () => Promise<readonly SessionSummary[]>;
  readonly assessment: (session: string) => Promise<Assessment>;
  /** Yields the assessment now and after each change; connects again when the connection is lost. Ends with the signal. */
  readonly watch: (session: string, options?: { readonly signal?: AbortSignal }) => AsyncGenerator<Assessment>;
  readonly reportOutcome: (session: string, outcome: OutcomeRequest) => Promise<Assessment>;
  readonly subject: (subject: string) => Promise<SubjectStatus>;
  readonly setConsent: (subject: string, consent: ConsentRequest) => Promise<SubjectStatus>;
  readonly enrol: (subject: string) => Promise<EnrolResponse>;
  readonly exportSubject: (subject: string) => Promise<SubjectExport>;
  readonly eraseSubject: (subject: string) => Promise<void>;
  readonly audit: (options?: { readonly after?: number }) => Promise<readonly AuditEntry[]>;
}

/**
 * Returns a client of a Habitus service. Nothing is sent yet. Throws `TypeError` when url or key are not usable.
 *
 * @example
 * const habitus = createClient({ url: "http://127.0.0.1:8737", apiKey: process.env.HABITUS_API_KEY });
 * const { decision } = await habitus.assessment(session);
 */
export function createClient(options: ClientOptions): HabitusClient {
  const send = createSend(options);
  const open = createOpen(options);
  const id = encodeURIComponent;
  // The service answers in the forms of its contract; `as` names that form and does not check it again.
  return {
    openSession: async (body) => (await send("POST", "/v1/sessions", { body })) as OpenSessionResponse,
    listSessions: async () => ((await send("GET", "/v1/sessions")) as { sessions: SessionSummary[] }).sessions,
    assessment: async (session) => (await send("GET", `/v1/sessions/${id(session)}/assessment`)) as Assessment,
    watch: (session, { signal } = {}) =>
      watch((stop) => open("GET", `/v1/sessions/${id(session)}/events`, { signal: stop }), signal),
    reportOutcome: async (session, body) =>
      (await send("POST", `/v1/sessions/${id(session)}/outcomes`, { body })) as Assessment,
    subject: async (subject) => (await send("GET", `/v1/subjects/${id(subject)}`)) as SubjectStatus,
    setConsent: async (subject, body) =>
      (await send("PUT", `/v1/subjects/${id(subject)}/consent`, { body })) as SubjectStatus,
    enrol: async (subject) => (await send("POST", `/v1/subjects/${id(subject)}/enrolment`)) as EnrolResponse,
    exportSubject: async (subject) => (await send("GET", `/v1/subjects/${id(subject)}/export`)) as SubjectExport,
    eraseSubject: async (subject) => {
      await send("DELETE", `/v1/subjects/${id(subject)}`);
    },
    audit: async ({ after = 0 } = {}) =>
      ((await send("GET", `/v1/audit?after=${after}`)) as { entries: AuditEntry[] }).entries,
  };
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

async function* watch(
  connect: (signal: AbortSignal) => Promise<Response>,
  signal = new AbortController().signal,
): AsyncGenerator<Assessment> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const response = await connect(signal);
      if (response.body === null) throw new HabitusError("unexpected", "Habitus answered without a stream.");
      for await (const data of readServerSentEvents(response.body, "assessment")) {
        pauseMs = FIRST_PAUSE_MS;
        yield JSON.parse(data) as Assessment; // the service's own form
      }
    } catch (error) {
      if (signal.aborted) return;
      // A refusal will not change by asking again; a lost connection may come back.
      if (error instanceof HabitusError && error.status !== undefined && error.status < 500 && error.status !== 429)
        throw error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
