import { defineConfig } from 'rolldown';

// A split bundle: each command, format and library is a chunk that is loaded when it is needed, and start-up reads few files.
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  output: { dir: 'dist', format: 'esm', minify: true, cleanDir: true },
});
