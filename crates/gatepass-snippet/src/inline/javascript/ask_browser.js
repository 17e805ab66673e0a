// Asks whoever looks at the page, and ends the program where there is no answer.
function ask(name) {
  const answer = prompt(name);
  if (answer === null) throw new Error(`${name} is not given`);
  return answer;
}
