import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const onlyConfigReadsTheEnvironment = {
  object: 'process',
  property: 'env',
  message: 'Only src/config.ts reads the environment.',
};

const canParseLies = {
  object: 'URL',
  property: 'canParse',
  message: 'Once compiled, Node 22 answers false for every address with an umlaut: use URL.parse.',
};

const theDomainIsPure = [
  ["NewExpression[callee.name='Date'][arguments.length=0]", 'Pass the time in.'],
  ["CallExpression[callee.object.name='Date'][callee.property.name='now']", 'Pass the time in.'],
  [
    "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    'Pass the randomness in.',
  ],
  ['AwaitExpression', 'The domain is synchronous.'],
].map(([selector, message]) => ({ selector, message }));

export default defineConfig(
  { ignores: ['dist/**', 'data/**', '.dependency-cruiser.cjs'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'max-params': ['error', 4],
      'max-depth': ['error', 3],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only src/platform/http.ts opens the network.' },
      ],
      'no-restricted-properties': ['error', onlyConfigReadsTheEnvironment, canParseLies],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  { files: ['src/domain/**'], rules: { 'no-restricted-syntax': ['error', ...theDomainIsPure] } },
  { files: ['src/config.ts'], rules: { 'no-restricted-properties': ['error', canParseLies] } },
  {
    // An emulator and a test talk to the service over plain HTTP, as any stranger would.
    files: ['sandbox/**', 'tests/**', 'bench/**'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': ['error', canParseLies],
    },
  },
  { files: ['tests/**'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  prettier,
);
