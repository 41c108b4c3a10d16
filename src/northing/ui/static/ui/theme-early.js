// Runs before the first paint, so that a page never flashes in the other theme. A member's own choice, set by the
// server on <html>, goes before the browser's memory.
(() => {
  const root = document.documentElement;
  for (const name of ["theme", "density"]) {
    try {
      const kept = localStorage.getItem(name);
      if (kept && !root.dataset[name]) root.dataset[name] = kept;
    } catch {
      return; // storage is blocked: the device's theme holds
    }
  }
})();
