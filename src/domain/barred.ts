export interface Barred {
  readonly title: string;
  /** Why there is no connector, for the admin who asks for one. */
  readonly reason: string;
  /** Where the network says so. */
  readonly clause: string;
}

/** Networks whose own rules forbid what this product does (R11). Each is checked again before anybody writes a connector. */
const BARRED: ReadonlyMap<string, Barred> = new Map([
  [
    'linkedin',
    {
      title: 'LinkedIn',
      reason: 'Data of members must not be used to add to the data of customers in a CRM.',
      clause: 'LinkedIn Marketing API Program, Restricted Use Cases',
    },
  ],
  [
    'reddit',
    {
      title: 'Reddit',
      reason:
        'Commercial use of its data needs a contract with Reddit, and each client its approval.',
      clause: 'Reddit Responsible Builder Policy',
    },
  ],
]);

export function barred(connector: string): Barred | undefined {
  return BARRED.get(connector.trim().toLowerCase());
}
