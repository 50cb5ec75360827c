/// The look of every page: calm, in the reader's own font, light or dark as the screen is.
let pageStyle = """

  :root{color-scheme:light dark;--ground:#f6f7f9;--surface:#fff;--ink:#1f2430;--quiet:#5b6472;\
  --line:#e2e5ea;--accent:#1f5fbf;--code:#f0f2f5}
  @media(prefers-color-scheme:dark){:root{--ground:#101216;--surface:#181b21;--ink:#e7e9ee;\
  --quiet:#9ba4b3;--line:#2b3039;--accent:#86b4ff;--code:#14171c}}
  *{box-sizing:border-box}
  html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
  body{margin:0;background:var(--ground);color:var(--ink);\
  font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
  header,main{max-width:70rem;margin:0 auto;padding:0 1.5rem}
  header{padding-top:3rem}
  main{padding-bottom:5rem}
  h1{margin:0;font-size:clamp(1.6rem,4vw,2.2rem);line-height:1.2;letter-spacing:-.02em;\
  overflow-wrap:anywhere}
  h2{margin:3rem 0 .75rem;font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;\
  overflow-wrap:anywhere}
  p{max-width:44rem;margin:.75rem 0;overflow-wrap:anywhere}
  .lead{color:var(--quiet);font-size:1.1rem;margin:.5rem 0 0}
  a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
  a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px;\
  border-radius:4px}
  .skip{position:absolute;left:-99rem}
  .skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem 1rem}
  nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:1.5rem;padding:.75rem 0;\
  border-block:1px solid var(--line)}
  nav a{text-decoration:none}
  nav a:hover{text-decoration:underline}
  dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,11rem),1fr));gap:1px;\
  margin:1.25rem 0;background:var(--surface);border:1px solid var(--line);border-radius:10px;\
  overflow:hidden}
  dl div{padding:.7rem 1rem;box-shadow:0 0 0 1px var(--line)}
  dt{color:var(--quiet);font-size:.82rem;line-height:1.4}
  dd{margin:.1rem 0 0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
  .table{overflow-x:auto;margin:1.25rem 0;background:var(--surface);border:1px solid var(--line);\
  border-radius:10px}
  table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
  th,td{padding:.5rem 1rem;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
  td:first-child{white-space:normal;min-width:12rem}
  th{color:var(--quiet);font-size:.82rem;font-weight:600}
  tbody tr:last-child td{border-bottom:0}
  .number{text-align:right}
  figure{margin:1.25rem 0;padding:1rem;background:var(--surface);border:1px solid var(--line);\
  border-radius:10px;min-width:0}
  figure img{display:block;max-width:100%;height:auto;image-rendering:pixelated;border-radius:4px}
  figcaption{margin-top:.75rem;color:var(--quiet);font-size:.9rem;line-height:1.5;\
  display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1.5rem;\
  overflow-wrap:anywhere}
  figcaption strong{color:var(--ink);font-weight:600}
  .get{margin-left:auto;display:flex;flex-wrap:wrap;gap:0 .75rem}
  .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));\
  gap:1.25rem;margin:1.25rem 0}
  .charts figure{margin:0;padding:.5rem .5rem 1rem}
  .charts figure:only-child{max-width:46rem}
  .charts figcaption{padding:0 .5rem;margin-top:.25rem}
  .chart{position:relative;aspect-ratio:540/350}
  .chart img{width:100%;height:100%;object-fit:contain;image-rendering:auto}
  .plot{position:absolute;inset:0}
  .live picture{visibility:hidden}
  .row{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.25rem 1rem;align-items:center}
  .row+.row{margin-top:.4rem}
  .row span{color:var(--quiet);font-size:.9rem;overflow-wrap:anywhere}
  .code{padding:0;overflow:hidden}
  pre{margin:0;padding:1rem;overflow-x:auto;background:var(--code);\
  font:.88rem/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;tab-size:2}
  .code figcaption{margin:0;padding:.6rem 1rem;border-top:1px solid var(--line)}
  @media(max-width:30rem){header,main{padding-inline:1rem}header{padding-top:2rem}\
  .chart{aspect-ratio:360/320}.chart:has(script){aspect-ratio:360/400}.row{grid-template-columns:1fr}dl{grid-template-columns:1fr 1fr}\
  figure{padding:.75rem}}
  @media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
  @media print{body{background:none}nav,.get,.skip{display:none}figure{break-inside:avoid}}

  """

/// Draws a chart with plotly.js over its picture when it comes near the screen; where that fails,
/// the picture stays.
let pageScript = """

  addEventListener("DOMContentLoaded", () => {
    if (!window.Plotly) return;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const fast = document.createElement("canvas").getContext("webgl") !== null;
    const plots = [];
    const theme = () => {
      const style = getComputedStyle(document.documentElement);
      const colour = name => style.getPropertyValue(name).trim();
      const axis = { "gridcolor": colour("--line"), "linecolor": colour("--line") };
      const look = {
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font.color": colour("--ink"), "font.family": getComputedStyle(document.body).fontFamily,
        "font.size": 12, "hoverlabel.bgcolor": colour("--surface"),
        "hoverlabel.font.color": colour("--ink"), "hoverlabel.bordercolor": colour("--line"),
        "modebar.bgcolor": "rgba(0,0,0,0)", "modebar.color": colour("--quiet"),
        "modebar.activecolor": colour("--accent")
      };
      for (const side of ["xaxis", "yaxis"])
        for (const part in axis) look[side + "." + part] = axis[part];
      return look;
    };
    const draw = chart => {
      const figure = JSON.parse(chart.querySelector("script").textContent);
      for (const trace of figure.data)
        if (trace.type === "scattergl" && !fast) trace.type = "scatter";
      const plot = document.createElement("div");
      plot.className = "plot";
      plot.setAttribute("role", "group");
      plot.setAttribute("aria-label", chart.querySelector("img").alt);
      chart.append(plot);
      Plotly.newPlot(plot, figure.data, figure.layout, {
        responsive: true, displaylogo: false,
        displayModeBar: matchMedia("(min-width: 40rem)").matches ? "hover" : false,
        modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
        toImageButtonOptions: { format: "svg" }
      })
        .then(() => Plotly.relayout(plot, theme()))
        .then(() => { chart.classList.add("live"); plots.push(plot); })
        .catch(() => plot.remove());
    };
    const near = new IntersectionObserver(entries => {
      for (const entry of entries) if (entry.isIntersecting) {
        near.unobserve(entry.target);
        draw(entry.target);
      }
    }, { rootMargin: "300px" });
    document.querySelectorAll(".chart").forEach(chart => near.observe(chart));
    dark.addEventListener("change", () => plots.forEach(plot => Plotly.relayout(plot, theme())));
  });

  """
