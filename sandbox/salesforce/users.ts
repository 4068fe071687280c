/** A user of one org, with what profile and permission sets let them see and do. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly admin: boolean;
  /** The official way to break loops: changes of this user send no outbound messages. */
  sendsOutboundMessages: boolean;
  /** May log in to the API. */
  apiEnabled: boolean;
  /** `Object.Field`, lower case: hidden by field-level security. */
  readonly hidden: Set<string>;
  /** `Object.Field`, lower case: visible, not editable. */
  readonly readOnly: Set<string>;
  /** Objects without any access, lower case. */
  readonly closedObjects: Set<string>;
}

export interface UserOptions {
  username: string;
  firstName?: string;
  lastName: string;
  email?: string;
  admin?: boolean;
}

export const createUser = (id: string, options: UserOptions): User => ({
  id,
  username: options.username,
  firstName: options.firstName ?? '',
  lastName: options.lastName,
  email: options.email ?? options.username,
  admin: options.admin ?? false,
  sendsOutboundMessages: true,
  apiEnabled: true,
  hidden: new Set(),
  readOnly: new Set(),
  closedObjects: new Set(),
});

export const nameOf = ({ firstName, lastName }: User): string => `${firstName} ${lastName}`.trim();
