// YouTube's player comes when it is asked for: until then YouTube learns nothing of whoever opens the page.

export function offerEmbedded(stage, start, onPlay) {
  const button = stage.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.src = `${stage.dataset.embed}?autoplay=1&rel=0&start=${Math.floor(start)}`;
    frame.title = stage.dataset.title;
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    // YouTube refuses to play where it is not told on which site.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    stage.replaceChildren(frame);
    frame.focus();
    onPlay();
  });
}
