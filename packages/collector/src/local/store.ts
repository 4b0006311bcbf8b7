/** Records of one person on this device, sealed. */
export interface OwnStore {
  /** Returns what was put; undefined where nothing was, or where it does not open (another key, another place, an altered bit). */
  get(kind: RecordKind): Promise<unknown>;
  put(kind: RecordKind, record: unknown): Promise<void>;
  /** Destroys the key first, then the records; nothing can be put any more. */
  clear(): Promise<void>;
}
export type RecordKind = "profile" | "session";

const NONCE_BYTES = 12;
const VERSION = 1;

/**
 * Opens the store of a person, made when it is missing: an IndexedDB database of its own. What is in it is sealed with AES-256-GCM
 * under a key that this browser made, cannot be exported (WebCrypto, 14.3.6), and is bound to person and kind of record.
 */
export async function openStore(person: string): Promise<OwnStore> {
  const name = `habitus-${person}`;
  const database = await open(name);
  const key = await keyOf(database);
  const context = (kind: RecordKind): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(`habitus-local-1|${person}|${kind}`);
  return {
    async get(kind) {
      const sealed = await ask<Uint8Array<ArrayBuffer> | undefined>(database, "readonly", (store) => store.get(kind));
      if (sealed === undefined) return undefined;
      try {
        const cipher = { name: "AES-GCM", iv: sealed.subarray(0, NONCE_BYTES), additionalData: context(kind) };
        const plain = await crypto.subtle.decrypt(cipher, key, sealed.subarray(NONCE_BYTES));
        return JSON.parse(new TextDecoder().decode(plain));
      } catch {
        return undefined; // as if it had never been: the person is learnt anew
      }
    },
    async put(kind, record) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const plain = new TextEncoder().encode(JSON.stringify(record));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: context(kind) }, key, plain);
      const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength);
      bytes.set(iv);
      bytes.set(new Uint8Array(sealed), NONCE_BYTES);
      await ask(database, "readwrite", (store) => store.put(bytes, kind));
    },
    async clear() {
      await ask(database, "readwrite", (store) => store.delete("aes"));
      await ask(database, "readwrite", (store) => store.clear());
      database.close();
      await settle(indexedDB.deleteDatabase(name));
    },
  };
}

async function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => request.result.createObjectStore("sealed");
  const database = await settle(request);
  database.onversionchange = () => database.close(); // another tab erases: this one must not keep it alive
  return database;
}

/** Returns the key, which no script can read; two tabs that begin at once agree on one. */
async function keyOf(database: IDBDatabase): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("sealed", "readwrite");
    const store = transaction.objectStore("sealed");
    let key: CryptoKey = made;
    const found = store.get("aes");
    found.onsuccess = () => {
      if (found.result === undefined) store.put(made, "aes");
      else key = found.result;
    };
    transaction.oncomplete = () => resolve(key);
    transaction.onabort = () => reject(transaction.error);
  });
}

function ask<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  what: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return settle(what(database.transaction("sealed", mode).objectStore("sealed")));
}

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
