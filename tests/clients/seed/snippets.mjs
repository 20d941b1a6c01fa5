// Prints the TypeScript snippets of a markdown file, dedented and otherwise unchanged, in their order, as one ES module.
//
// Usage: node snippets.mjs FILE.md
import { readFileSync } from 'node:fs';

const FENCE = /^([ \t]*)```typescript\n([\s\S]*?)^\1```/gm;

const snippets = [...readFileSync(process.argv[2], 'utf8').matchAll(FENCE)].map(([, indent, code]) =>
  code
    .split('\n')
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n'),
);
if (snippets.length === 0) throw new Error(`no TypeScript snippet in ${process.argv[2]}`);
process.stdout.write(snippets.join(''));
