// Does a list of exchanges with Node's fetch or with urllib. Usage: client.mjs fetch|urllib TASKS (JSON).

import { request } from 'urllib';

async function withFetch(task) {
  const credentials =
    task.scheme === 'basic' ? `Basic ${btoa(`${task.user}:${task.password}`)}` : `Bearer ${task.token}`;
  const response = await fetch(task.url, { headers: { authorization: credentials } });
  return { status: response.status, text: await response.text() };
}

async function withUrllib(task) {
  const pair = `${task.user}:${task.password}`;
  const options = task.scheme === 'digest' ? { digestAuth: pair } : { auth: pair };
  if (task.form) {
    options.method = task.method;
    options.data = task.form;
  }
  const { status, data } = await request(task.url, { ...options, dataType: 'text', timeout: 20000 });
  return { status, text: data };
}

const [client, tasks] = process.argv.slice(2);
const perform = client === 'fetch' ? withFetch : withUrllib;
const answers = [];
for (const task of JSON.parse(tasks)) {
  try {
    answers.push(await perform(task));
  } catch (error) {
    answers.push({ status: null, text: String(error) });
  }
}
console.log(JSON.stringify(answers));
process.exit(0);
