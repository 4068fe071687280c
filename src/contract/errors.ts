/** Failures of a vendor, named by what the caller does next and not by HTTP status. */
export type Failure =
  /** Wait exactly this long, then try the same call; it does not count as an attempt. */
  | { readonly code: 'RATE_LIMITED'; readonly retryAfterMs: number }
  /** Back off with jitter. The outcome of a write is unknown: it may have been applied. */
  | { readonly code: 'UNAVAILABLE' }
  /** The access was withdrawn on the vendor's side: park the connection and ask a person. */
  | { readonly code: 'AUTH_EXPIRED' }
  /** Our own app settings are wrong (client id, secret, scope): alarm us, leave the customer's connection alone. */
  | { readonly code: 'MISCONFIGURED'; readonly hint: string }
  /** This record will never be accepted as it is: show it to a person. `reason` holds no personal data. */
  | { readonly code: 'REJECTED'; readonly fields: readonly string[]; readonly reason: string }
  /** The vendor answered in a shape we do not know: alarm, the vendor changed. `where` names the call. */
  | { readonly code: 'UNEXPECTED_SHAPE'; readonly where: string };

export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly connector: string;
  readonly failure: Failure;

  /** The message holds the code only: vendor texts may carry personal data and belong in no log. */
  constructor(connector: string, failure: Failure, options?: ErrorOptions) {
    super(`[${connector}] ${failure.code}`, options);
    this.connector = connector;
    this.failure = failure;
  }
}
