// Makes the page play: by hls.js where it is there, else as the browser plays HLS by itself.

import { captionsOf, offerCaptions } from "./captions.js";
import { offerEmbedded } from "./embedding.js";
import { showMoments } from "./moments.js";

const HLS = "application/vnd.apple.mpegurl";
const GONE = "This video is not public any more.";
const FAILED = "The video cannot be played at present. Reload the page to try again.";
const UNABLE = "This browser plays no HLS streams by itself, and hls.js, which would help it, is not there.";

function tell(text) {
  const place = document.getElementById("trouble");
  place.textContent = text;
  place.hidden = false;
}

/** Seconds, from an address such as /watch/ID#t=90. */
function beginning() {
  const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  return found ? Number(found[1]) : 0;
}

function playWithLibrary(video, stream) {
  video.removeAttribute("src");
  // The stream has them, too.
  video.querySelectorAll("track").forEach((track) => track.remove());
  // What is streamed is not transmuxed, so a worker would have nothing to do.
  const hls = new Hls({ enableWorker: false, startPosition: beginning() || -1 });
  let mended = false;
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) {
      return;
    }
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
      return;
    }
    hls.destroy();
    tell(error.response?.code === 404 ? GONE : FAILED);
  });
  hls.loadSource(stream);
  hls.attachMedia(video);
}

function playNatively(video, stream) {
  const ours = [...video.querySelectorAll("track")];
  video.addEventListener(
    "loadedmetadata",
    () => {
      if (beginning()) {
        video.currentTime = beginning();
      }
      if (captionsOf(video).length > ours.length) {
        // The browser reads those of the stream.
        ours.forEach((track) => track.remove());
      }
    },
    { once: true },
  );
  video.addEventListener("error", async () => {
    const answer = await fetch(stream, { method: "HEAD" }).catch(() => null);
    tell(answer?.status === 404 ? GONE : FAILED);
  });
  video.preload = "metadata";
  video.load();
}

function play(video) {
  const stream = video.getAttribute("src");
  const natively = new URLSearchParams(location.search).get("player") === "native";
  if (!natively && window.Hls?.isSupported()) {
    playWithLibrary(video, stream);
  } else if (video.canPlayType(HLS)) {
    playNatively(video, stream);
  } else {
    tell(UNABLE);
  }
}

function countView(address) {
  fetch(address, { method: "POST", keepalive: true }).catch(() => {});
}

const video = document.querySelector(".stage video");
const embedded = document.querySelector(".stage[data-embed]");
if (video) {
  video.addEventListener("playing", () => countView(video.dataset.view), { once: true });
  offerCaptions(video, document.getElementById("captions"));
  play(video);
  showMoments(video, document.getElementById("moments"));
}
if (embedded) {
  offerEmbedded(embedded, beginning(), () => countView(embedded.dataset.view));
}
