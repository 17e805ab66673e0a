// Has curlconverter write Python code for a list of curl lines in a file, and prints the seconds that it took.

import { readFileSync } from 'node:fs';
import { toPython } from 'curlconverter';

const lines = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const started = performance.now();
for (const line of lines) {
  toPython(line);
}
console.log((performance.now() - started) / 1000);
