// A strip of small pictures, from the storyboard: each is a button that goes there.

const CUE = /^(\d+):(\d\d):(\d\d)\.\d+ --> .*\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm;
const MOST = 8;

function read(text, address) {
  return [...text.matchAll(CUE)].map(([, hours, minutes, seconds, sheet, ...part]) => {
    const [x, y, width, height] = part.map(Number);
    const start = 3600 * hours + 60 * minutes + Number(seconds);
    return { start, sheet: new URL(sheet, new URL(address, location)).href, x, y, width, height };
  });
}

function spelled(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function buttonTo(moment, video) {
  const button = document.createElement("button");
  const picture = document.createElement("span");
  picture.style.width = `${moment.width}px`;
  picture.style.height = `${moment.height}px`;
  picture.style.background = `url("${moment.sheet}") -${moment.x}px -${moment.y}px`;
  button.type = "button";
  button.setAttribute("aria-label", `Go to ${spelled(moment.start)}`);
  button.append(picture, spelled(moment.start));
  button.addEventListener("click", () => {
    video.currentTime = moment.start;
    video.focus();
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

export async function showMoments(video, section) {
  const address = video.dataset.storyboard;
  const answer = address ? await fetch(address).catch(() => null) : null;
  if (!answer?.ok) {
    return;
  }
  const moments = read(await answer.text(), address);
  const step = Math.max(1, moments.length / MOST);
  const shown = moments.filter((_, place) => Math.floor(place / step) !== Math.floor((place - 1) / step));
  section.querySelector("ul").replaceChildren(...shown.map((moment) => buttonTo(moment, video)));
  section.hidden = shown.length < 2;
}
