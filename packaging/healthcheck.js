// Ends with 0 when the API answers: what the image's health is known by.
const listen = process.env.BERTH_API_LISTEN ?? '127.0.0.1:7070';
const place = listen.replace(/^(?:|0\.0\.0\.0|\[::\]):(?=\d+$)/, '127.0.0.1:');
const answer = await fetch(`http://${place}/healthz`, { signal: AbortSignal.timeout(4_000) });
process.exitCode = answer.status === 200 ? 0 : 1;
