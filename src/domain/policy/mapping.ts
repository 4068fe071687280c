import type { Mapping } from '../mapping/mapping.ts';
import { may } from './may.ts';
import type { PolicyPacks } from './pack.ts';

/** Rows that write what a network's rules keep out of a CRM, or for a purpose that they do not allow: each with its clause. */
export function forbiddenRows(packs: PolicyPacks, mapping: Mapping): readonly string[] {
  return mapping.fields.flatMap((row, index) => {
    const network = /^handle\.(.+)$/.exec(row.ours)?.[1];
    if (network === undefined || row.owner === 'crm' || row.purpose === undefined) return [];
    const given = may(packs, { network, purpose: row.purpose, field: 'handle' });
    if (given.answer !== 'deny') return [];
    const where = given.source === undefined ? '' : ` (${given.source.title})`;
    return [
      `fields.${index}: ${row.ours} must not be written for ${row.purpose}: ${given.text.en} [${given.clause}]${where}`,
    ];
  });
}
