// Runs before the first paint, so that a chosen theme does not flash in after it.
{
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("latent-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // A browser that keeps nothing follows the system's theme.
  }
}
