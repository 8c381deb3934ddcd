// The tool as a process of its own, from its sources: `node test/support/provtrace.ts ARGUMENTS`.
import { main } from '../../src/main.ts';

await main();
