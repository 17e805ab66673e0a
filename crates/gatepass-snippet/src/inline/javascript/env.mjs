// Returns an environment variable, and ends the program where it is not set.
function env(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
