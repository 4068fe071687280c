/** The import table of the house (docs/adr/0002-layers.md), as rules. */
const OURS = '^(src|connectors|sandbox|tests|bench|web)/';

/** Files under `from` may import, of our own code, only what `allowed` names. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: OURS, pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('domain', '^src/domain/', ['^src/domain/'], 'Of ours, the core imports only itself.'),
    {
      name: 'domain-takes-no-node-and-no-npm',
      comment: 'Pure and synchronous ones only (docs/adr/0013-two-libraries-in-the-domain.md).',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'],
        pathNot: 'node_modules/(zod|any-ascii|libphonenumber-js/min)/',
      },
    },
    only('contract', '^src/contract/', ['^src/(contract|domain)/']),
    only('platform', '^src/platform/', ['^src/platform/']),
    only('store', '^src/store/', ['^src/(store|domain|platform)/']),
    only('services', '^src/services/', ['^src/(services|domain|contract|store|platform)/']),
    only(
      'cli',
      '^src/cli/',
      ['^src/(cli|platform)/', '^src/config\\.ts$'],
      'A command line talks to the running service as any client does.',
    ),
    only('http', '^src/http/', ['^src/(http|services|domain|contract|platform)/']),
    only(
      'connectors',
      '^connectors/([^/]+/[^/]+)/',
      ['^connectors/$1/', '^src/(contract|domain|platform)/'],
      'A connector never sees a sibling, a service or the store.',
    ),
    {
      name: 'only-wiring-knows-connectors',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/wiring\\.ts$' },
      to: { path: '^connectors/' },
    },
    {
      name: 'sdk-stays-in-its-room',
      severity: 'error',
      from: { path: '^(src|connectors)/', pathNot: '^connectors/(crm|social)/[^/]+/client\\.ts$' },
      to: { path: 'node_modules/(@hubspot/api-client|@atproto/api|jsforce|twitter-api-v2)/' },
    },
    only(
      'sandbox-is-an-independent-witness',
      '^sandbox/',
      ['^sandbox/'],
      'An emulator that shares code with the connector repeats its mistakes.',
    ),
    {
      name: 'nothing-imports-tests-or-benches',
      severity: 'error',
      from: { path: '^(src|connectors|sandbox)/' },
      to: { path: '^(tests|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
