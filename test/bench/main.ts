import { benchCodeowners } from './codeowners.ts';
import { benchCosign } from './cosign.ts';
import { benchGit } from './git.ts';
import { benchProvenance } from './provenance.ts';
import { benchPolicy } from './policy.ts';
import { benchSbom } from './sbom.ts';
import { benchTracing } from './tracing.ts';
import { benchVerifying } from './verifying.ts';

const BENCHES = {
  tracing: benchTracing,
  verifying: benchVerifying,
  cosign: benchCosign,
  codeowners: benchCodeowners,
  git: benchGit,
  provenance: benchProvenance,
  sbom: benchSbom,
  policy: benchPolicy,
} as const;

// The measures that the project holds itself to, printed; not part of the tests, which assert no time. `npm run bench -- verifying` runs one.
process.stdout.write(`Node.js ${process.versions.node}, ${process.platform} ${process.arch}; medians\n`);
const asked = process.argv.slice(2);
for (const [name, bench] of Object.entries(BENCHES)) if (asked.length === 0 || asked.includes(name)) await bench();
