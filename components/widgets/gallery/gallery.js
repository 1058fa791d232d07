/**
 * A grid of pictures and texts to choose from.
 *
 * @typedef {{row: number, title: string, note: string, src: string}} Item
 * @param {{data: {items: Item[], size: number, picked: number | null}, parentElement: HTMLElement,
 *   setTriggerValue: (name: string, value: number) => void}} component
 */
export default function gallery({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".gallery");
  grid.style.setProperty("--size", `${data.size}px`);
  grid.replaceChildren(...data.items.map((item) => tile(item, item.row === data.picked)));
  grid.onclick = (event) => {
    const chosen = event.target.closest("button");
    if (chosen) setTriggerValue("picked", Number(chosen.dataset.row));
  };
}

/** @param {Item} item @param {boolean} picked */
function tile(item, picked) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.row = String(item.row);
  button.title = item.title;
  button.setAttribute("aria-pressed", String(picked));
  button.append(item.src ? picture(item) : words("text", item.title));
  if (item.src) button.append(words("title", item.title));
  if (item.note) button.append(words("note", item.note));
  return button;
}

/** @param {Item} item */
function picture(item) {
  const image = document.createElement("img");
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = item.title;
  image.src = item.src;
  return image;
}

/** What comes from data is text, never markup. @param {string} kind @param {string} text */
function words(kind, text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}
