/**
 * How long what somebody said is held if that person is no contact and nothing suggests one. As long as the longest time that
 * anything of ours looks back (`activity.count_90d`): who becomes a contact within it is counted rightly from the first day,
 * and beyond it there is nothing that the text would be needed for (GDPR Art. 5(1)(e)).
 */
const STRANGERS_DAYS = 90;

/** What strangers said before this moment is not held. */
export function strangersSince(now: Date): Date {
  return new Date(now.getTime() - STRANGERS_DAYS * 86_400_000);
}
