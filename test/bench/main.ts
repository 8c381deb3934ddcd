import { benchTracing } from './tracing.ts';

// The measures that the project holds itself to, printed; not part of the tests, which assert no time.
process.stdout.write(`Node.js ${process.versions.node}, ${process.platform} ${process.arch}; medians\n`);
await benchTracing();
