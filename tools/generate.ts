import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { z } from 'zod';
import { mappingSchema } from '../src/domain/mapping/mapping.ts';
import { pairingRulesSchema } from '../src/domain/pairing/rules/schema.ts';
import { packSchema } from '../src/domain/policy/pack.ts';
import { multiplierSchema } from '../src/domain/scoring/weights.ts';

/** Files that are made from code, so that a fact stands once. `--check` tells which are stale and writes nothing. */
const generated = [
  {
    file: 'mappings/mapping.schema.json',
    content: () => z.toJSONSchema(mappingSchema, { io: 'input' }),
  },
  {
    file: 'mappings/policy.schema.json',
    content: () => z.toJSONSchema(packSchema, { io: 'input' }),
  },
  {
    file: 'mappings/multiplier.schema.json',
    content: () => z.toJSONSchema(multiplierSchema, { io: 'input' }),
  },
  {
    file: 'mappings/pairing.schema.json',
    content: () => z.toJSONSchema(pairingRulesSchema, { io: 'input' }),
  },
];

for (const { file, content } of generated) {
  const url = new URL(`../${file}`, import.meta.url);
  const text = await format(JSON.stringify(content()), { parser: 'json' });
  if (!process.argv.includes('--check')) {
    await writeFile(url, text);
  } else if ((await readFile(url, 'utf8').catch(() => '')) !== text) {
    console.error(`${file} is stale: run \`npm run generated\` and commit it.`);
    process.exitCode = 1;
  }
}
