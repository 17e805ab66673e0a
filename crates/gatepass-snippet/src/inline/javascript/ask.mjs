// Asks on the terminal, without showing what is typed.
async function ask(name) {
  const input = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  input._writeToOutput = (text) => text.startsWith(name) && process.stderr.write(text);
  const answer = await new Promise((resolve) => input.question(`${name}: `, resolve));
  input.close();
  process.stderr.write("\n");
  return answer;
}
