// Times in the reader's own zone; everything works without this file.
for (const time of document.querySelectorAll("time[data-local]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) time.textContent = at.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}
