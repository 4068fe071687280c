/** Parts of names that may stand anywhere in a name of theirs, also across its separators. */
const ANYWHERE = [
  ...['credit', 'kredit', 'creditworth', 'bonit', 'schufa', 'solven', 'loan', 'darlehen'],
  ...['payment', 'payout', 'payroll', 'zahlung', 'invoice', 'rechnung', 'billing'],
  ...['price', 'pricing', 'preis', 'discount', 'rabatt', 'skonto', 'tariff', 'tarif'],
  ...['insur', 'versicher', 'premiumrate', 'underwrit'],
  ...['humanresource', 'personalakte', 'personalabteilung', 'salary', 'gehalt'],
  ...['candidate', 'kandidat', 'applicant', 'bewerb', 'recruit', 'hiring', 'einstellung'],
  ...['employee', 'employment', 'mitarbeiter', 'arbeitnehm', 'beschaeftigt', 'personnel'],
];
/** Words too short to be looked for inside others. */
const WORDS = new Set(['hr', 'pay', 'paid', 'lohn', 'staff', 'hris']);
/** Where somebody wrote the short word and what follows as one. */
const JOINED = /^hr(score|rating|rank|value|data|status|field|file|index|level|priority)/;
const LONGEST_NAME = 300;

/**
 * Whether the score may be written into a field of theirs. Never where its name speaks of credit, payment, price, discount,
 * insurance, staff or applicants (R55): there a score would decide about a person, and no setting can allow that.
 */
export function mayMapScoreTo(object: string, field: string): boolean {
  return ![object, field].some(namesADecision);
}

function namesADecision(name: string): boolean {
  if (name.length > LONGEST_NAME) return true;
  const words = wordsOf(name);
  const joined = words.join('');
  return (
    words.some((word) => WORDS.has(word) || JOINED.test(word)) ||
    ANYWHERE.some((part) => joined.includes(part))
  );
}

/** `HRScore__c`, `hr-score` and `hrScore` are the same words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/ä/gi, 'ae')
    .replace(/ö/gi, 'oe')
    .replace(/ü/gi, 'ue')
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}
