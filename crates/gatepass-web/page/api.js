// The calls to the server of this page. Each carries the token of this launch, which came in the fragment of the address
// and is kept for this tab alone.

const KEY = 'gatepass.token';
const tabs = new BroadcastChannel('gatepass');

let token = sessionStorage.getItem(KEY) ?? '';

/** Takes the token out of the address, or asks another tab of this page for it. */
export async function enter(fragment) {
  const given = fragment.get('token');
  if (given) keep(given);
  tabs.addEventListener('message', ({ data }) => {
    if (data === 'token?' && token) tabs.postMessage({ token });
    if (data?.token && !token) keep(data.token);
  });
  if (token) return;
  tabs.postMessage('token?');
  for (let wait = 0; wait < 10 && !token; wait += 1) await new Promise((done) => setTimeout(done, 30));
}

function keep(given) {
  token = given;
  sessionStorage.setItem(KEY, given);
}

/** Why a call has no answer. */
export class Problem extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

export async function call(name, body, signal) {
  let response;
  try {
    response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Gatepass-Token': token },
      body: JSON.stringify(body ?? {}),
      signal,
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem('gatepass does not answer', 'Start gatepass web again, and open the address that it prints.');
  }
  const answer = await response.json();
  if (!response.ok) throw new Problem(answer.problem, answer.hint);
  return answer;
}
