/**
 * A batch that only the service can read: HPKE (RFC 9180; P-256, HKDF-SHA256, AES-256-GCM) to its public key, inside TLS. A proxy
 * and a log see who sends, when and how much, and nothing of what.
 */
export interface SealedBatch {
  readonly s: 1;
  /** The sender's public key of this context, an uncompressed point in base64url. */
  readonly k: string;
  /** Number of the message in its context. */
  readonly n: number;
  /** Ciphertext and tag in base64url. */
  readonly c: string;
}
