// Uploads a file with tus-js-client in the way that the one argument describes, as JSON, and prints where to.
const fs = require("fs");
const { createRequire } = require("module");
const { PassThrough } = require("stream");

const { modules, endpoint, token, path, way } = JSON.parse(process.argv[2]);
const tus = createRequire(modules)("tus-js-client");

const WAYS = {
  "in chunks": { chunkSize: 150_000 },
  "in one chunk": {},
  "with its creation": { uploadDataDuringCreation: true, chunkSize: 150_000 },
  "with a length that is told last": { uploadLengthDeferred: true, chunkSize: 150_000 },
  "in parallel": { parallelUploads: 3 },
  "after a pause": { chunkSize: 100_000 },
};

// Of a file it finds out the length itself, and says too much of the last chunk if it is not to tell it.
function source() {
  const file = fs.createReadStream(path);
  return WAYS[way].uploadLengthDeferred ? file.pipe(new PassThrough()) : file;
}

function upload(more) {
  return new Promise((resolve, reject) => {
    const one = new tus.Upload(source(), {
      endpoint,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: "Régen.mp4", title: `Sent ${way}` },
      retryDelays: [100, 300, 1000],
      ...WAYS[way],
      ...more,
      onError: reject,
      onSuccess: () => resolve(one.url),
      onChunkComplete: (_, accepted) => {
        if (more.pauseAt && accepted >= more.pauseAt) one.abort().then(() => resolve(one.url), reject);
      },
    });
    one.start();
  });
}

async function main() {
  const paused = way === "after a pause" ? { uploadUrl: await upload({ pauseAt: 200_000 }) } : {};
  console.log(await upload(paused));
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
