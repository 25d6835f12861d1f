// A menu of the captions' languages, which follows what the browser's own controls choose.

const SHOWN = new Set(["subtitles", "captions"]);

export function captionsOf(video) {
  return [...video.textTracks].filter((track) => SHOWN.has(track.kind));
}

export function offerCaptions(video, menu) {
  const choice = menu?.querySelector("select");
  if (!choice) {
    return;
  }
  const follow = () => {
    const tracks = captionsOf(video);
    const options = tracks.map((track, place) => new Option(track.label || track.language, place));
    choice.replaceChildren(new Option("Off", ""), ...options);
    const chosen = tracks.findIndex((track) => track.mode === "showing");
    choice.value = chosen < 0 ? "" : String(chosen);
    menu.hidden = tracks.length === 0;
  };
  choice.addEventListener("change", () => {
    const chosen = choice.value;
    captionsOf(video).forEach((track, place) => {
      track.mode = String(place) === chosen ? "showing" : "disabled";
    });
  });
  for (const event of ["addtrack", "removetrack", "change"]) {
    video.textTracks.addEventListener(event, follow);
  }
  follow();
}
