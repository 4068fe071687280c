/** A refusal of the REST interface: code and sentence as recorded from WordPress 6.1.9. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(
    status: number,
    code: string,
    message: string,
    details: Record<string, unknown> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  body(): unknown {
    const { code, message, status, details } = this;
    return { code, message, data: { status, ...details } };
  }
}

export function invalidParam(name: string, code: string, message: string): RestError {
  return new RestError(400, 'rest_invalid_param', `Invalid parameter(s): ${name}`, {
    params: { [name]: message },
    details: { [name]: { code, message, data: null } },
  });
}

export const REFUSALS = {
  editContext: () =>
    new RestError(401, 'rest_forbidden_context', 'Sorry, you are not allowed to edit comments.'),
  param: (name: string) =>
    new RestError(401, 'rest_forbidden_param', `Query parameter not permitted: ${name}`),
  unreadable: () =>
    new RestError(401, 'rest_cannot_read', 'Sorry, you are not allowed to read this comment.'),
  unknownComment: () => new RestError(404, 'rest_comment_invalid_id', 'Invalid comment ID.'),
  unknownPost: () => new RestError(404, 'rest_post_invalid_id', 'Invalid post ID.'),
  notLoggedIn: () => new RestError(401, 'rest_not_logged_in', 'You are not currently logged in.'),
  commentLogin: () =>
    new RestError(401, 'rest_comment_login_required', 'Sorry, you must be logged in to comment.'),
  cannotEdit: () =>
    new RestError(401, 'rest_cannot_edit', 'Sorry, you are not allowed to edit this comment.'),
  cannotDelete: () =>
    new RestError(401, 'rest_cannot_delete', 'Sorry, you are not allowed to delete this comment.'),
  noPost: () =>
    new RestError(
      403,
      'rest_comment_invalid_post_id',
      'Sorry, you are not allowed to create this comment without a post.',
    ),
  emptyContent: () =>
    new RestError(400, 'rest_comment_content_invalid', 'Invalid comment content.'),
  duplicate: () =>
    new RestError(
      409,
      'comment_duplicate',
      'Duplicate comment detected; it looks as though you&#8217;ve already said that!',
    ),
  alreadyTrashed: () =>
    new RestError(410, 'rest_already_trashed', 'The comment has already been trashed.'),
  malformedJson: () =>
    new RestError(400, 'rest_invalid_json', 'Invalid JSON body passed.', {
      json_error_code: 4,
      json_error_message: 'Syntax error',
    }),
  noRoute: () =>
    new RestError(404, 'rest_no_route', 'No route was found matching the URL and request method.'),
};
