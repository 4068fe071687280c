import { readFile } from 'node:fs/promises';
import { pairingRulesSchema, type BenchRules } from '../../src/domain/pairing/rules/schema.ts';
import { readRuleFile, RuleFileFault } from '../../src/platform/ruleFile.ts';

/** Throws one fault that lists everything that is wrong with the file, each with its line. */
export async function readBenchRules(file: string): Promise<BenchRules> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new RuleFileFault(`${file}: cannot be read`);
  });
  const rules = readRuleFile(file, text, pairingRulesSchema);
  if (rules.for === 'bench') return rules;
  throw new RuleFileFault(`${file}: is for the service. A bench needs \`for: bench\` and columns.`);
}
