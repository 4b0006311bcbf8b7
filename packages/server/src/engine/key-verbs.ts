import { rotateAllSubjects } from "../flows/rotate-all-subjects.ts";
import { keyStatus, retireKey, rotateKeys } from "../flows/rotate-keys.ts";
import { rotateSubjectKey } from "../flows/rotate-subject-key.ts";

/** What an operator asks of the keys. */
export const KEY_VERBS = { keyStatus, retireKey, rotateAllSubjects, rotateKeys, rotateSubjectKey };
