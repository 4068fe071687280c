/** True when a thrown value carries one of these codes (`ENOENT`, SQLSTATE `57P03`, ...). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  // Not `instanceof Error`: errors of node's own modules belong to another realm where code runs in a vm.
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return String(error.code);
}
