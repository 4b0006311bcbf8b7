/** Remembers from which addresses wrong credentials come. */
export interface Lockout {
  /** Milliseconds that the address is still refused for; 0 when it is not. */
  readonly refusedFor: (address: string) => number;
  /** Counts a failure; returns how long its answer should wait, milliseconds. */
  readonly fail: (address: string) => number;
  /** A credential that was right: others' failures from the same address do not shut it out. */
  readonly trust: (credential: string) => void;
  readonly distrust: (credential: string) => void;
  readonly isTrusted: (credential: string) => boolean;
}

export interface LockoutOptions {
  readonly now: () => number;
  /** Failures from one address within ten minutes before it is refused. */
  readonly allowed: number;
}

const WINDOW_MS = 600_000;
const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 3_600_000;
const LONGEST_WAIT_MS = 2_000;
const TRUST_MS = 24 * 3_600_000;
const MAX_ADDRESSES = 20_000;
const MAX_TRUSTED = 20_000;

interface Record {
  failures: number;
  windowEnds: number;
  locks: number;
  refusedUntil: number;
}

/**
 * The rule. From the first quarter of the allowed failures on each answer is slower; at the limit the address is refused, for a minute the
 * first time, twice as long each time after, an hour at most. It is the address that is refused, never an account: whoever knows only a
 * customer's name cannot shut the customer out. Where customer and attacker share an address, credentials that were right within the last
 * day still pass. Both lists are bounded; the oldest entries go first.
 */
export function createLockout({ now, allowed }: LockoutOptions): Lockout {
  const addresses = new Map<string, Record>();
  const trusted = new Map<string, number>();
  const slowFrom = Math.ceil(allowed / 4);

  return {
    refusedFor: (address) => Math.max(0, (addresses.get(network(address))?.refusedUntil ?? 0) - now()),
    fail(address) {
      const key = network(address);
      const known = addresses.get(key);
      const record = known ?? { failures: 0, windowEnds: 0, locks: 0, refusedUntil: 0 };
      if (now() >= record.windowEnds) {
        if (now() >= record.windowEnds + LONGEST_LOCK_MS) record.locks = 0;
        record.failures = 0;
        record.windowEnds = now() + WINDOW_MS;
      }
      record.failures += 1;
      if (record.failures >= allowed) {
        record.refusedUntil = now() + Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** record.locks);
        record.locks += 1;
        record.failures = 0;
        record.windowEnds = record.refusedUntil + WINDOW_MS;
      }
      keep(addresses, key, record, MAX_ADDRESSES);
      return record.failures < slowFrom ? 0 : Math.min(LONGEST_WAIT_MS, 50 * 2 ** (record.failures - slowFrom));
    },
    trust: (credential) => keep(trusted, credential, now(), MAX_TRUSTED),
    distrust: (credential) => void trusted.delete(credential),
    isTrusted: (credential) => now() - (trusted.get(credential) ?? Number.NEGATIVE_INFINITY) < TRUST_MS,
  };
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

/** An IPv6 customer has a /64 at the least: one address of it stands for all. */
function network(address: string): string {
  if (!address.includes(":") || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...middle, ...right].slice(0, 4).join(":");
}
