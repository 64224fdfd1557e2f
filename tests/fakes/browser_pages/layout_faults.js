/* What cannot be read on a page at its present size: text that is cut, broken into letters, or off the screen. */
([least, size]) => {
  document.documentElement.style.fontSize = size;
  const faults = [];
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) faults.push(`the page is ${over} px wider than the screen`);
  const said = (part) => `"${(part.textContent ?? part.toString()).trim().replace(/\s+/g, ' ').slice(0, 40)}"`;
  const unseen = (element) => {
    const style = getComputedStyle(element);
    return element.closest('.unseen, .skip, [hidden], template, script, style, noscript, svg title')
      || style.visibility === 'hidden' || style.clipPath !== 'none' || !element.getClientRects().length
      || (element.closest('details:not([open])') && !element.closest('summary'));
  };
  const lines = (range) => new Set([...range.getClientRects()].filter((r) => r.width > 0)
    .map((r) => Math.round(r.top))).size;
  /* What may cut an element's text: its box and its parents', of those that show nothing outside of themselves. */
  const frames = {
    known: new Map(),
    at(element) {
      if (element === document.documentElement) return [];
      if (!this.known.has(element)) {
        const style = getComputedStyle(element), outer = this.at(element.parentElement);
        const shows = element instanceof SVGElement || style.display === 'inline' || style.overflow === 'visible';
        this.known.set(element, shows ? outer : [[element.getBoundingClientRect(), element], ...outer]);
      }
      return this.known.get(element);
    },
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || !element || unseen(element) || element.closest('.unseen')) continue;
    const range = document.createRange();
    for (const word of node.textContent.matchAll(/[^\s\-\u2013\/]+/g)) {
      if ([...word[0]].length < least) continue;
      /* Chinese and Japanese break between any two characters: two in a line are a line. */
      const enough = /[\u3040-\u9fff]/.test(word[0]) ? 2 : least;
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const rows = lines(range);
      if (rows > 1 && [...word[0]].length / rows < enough) faults.push(`${said(range)} is broken into ${rows} lines`);
      for (const box of range.getClientRects()) {
        if (box.width < 1) continue;
        if (box.left < -1 || box.right > document.documentElement.clientWidth + 1) {
          faults.push(`${said(range)} is outside of the screen`);
        }
        for (const [frame, parent] of frames.at(element)) {
          if (box.right > frame.right + 1 || box.left < frame.left - 1 || box.bottom > frame.bottom + 2) {
            faults.push(`${said(range)} is cut by <${parent.tagName.toLowerCase()} class="${parent.className}">`);
          }
        }
      }
    }
  }
  for (const button of document.querySelectorAll('a.button, button, .pill, .top nav a')) {
    if (unseen(button)) continue;
    if (button.scrollWidth > button.clientWidth + 1 && getComputedStyle(button).display !== 'inline') {
      faults.push(`${said(button)} does not fit into its ${button.tagName.toLowerCase()}`);
    }
  }
  return [...new Set(faults)];
}
